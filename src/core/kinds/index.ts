/** The kinds of runs, by the keys that they have in requests, entries, launches and runs: one line each. */
export { container } from './container.ts';
export { nextflow } from './nextflow.ts';
export { shell } from './shell.ts';
