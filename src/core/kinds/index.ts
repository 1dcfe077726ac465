/** The kinds of runs, one line each: by their keys in requests, entries, launches and runs. */
export { container } from './container.ts';
export { nextflow } from './nextflow.ts';
export { shell } from './shell.ts';
