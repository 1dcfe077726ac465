/** Bugs of the trace that drivers send: its token, and who may write. */
import type { Mutant } from '../../list.ts';

export const TRACE: readonly Mutant[] = [
  {
    name: 'the token of a trace is written into its Job',
    tests: ['trace-token'],
    file: 'src/core/runs/build-manifest.ts',
    find: '[TRACE_TOKEN_ANNOTATION]: input.trace.sha256',
    replace: '[TRACE_TOKEN_ANNOTATION]: input.trace.token',
  },
  {
    name: "a pipeline's own address of Tower gets the token of a run",
    tests: ['core/kinds/nextflow/sent-trace'],
    file: 'src/core/kinds/nextflow/sent-trace.ts',
    find: "['tower.endpoint', trace.endpoint],",
    replace: '',
  },
];
