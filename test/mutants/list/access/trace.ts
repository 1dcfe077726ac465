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
  {
    name: "a driver's token is good for every run",
    tests: ['api/ingest/refusals'],
    file: 'src/api/routes/ingest.ts',
    find: "if (typeof named === 'string' && named !== c.var.driver.run_id)",
    replace: "if (typeof named === 'string' && named === '')",
  },
  {
    name: "a driver's token is good after its run is swept",
    tests: ['api/ingest/refusals'],
    file: 'src/engine/access/trace-token.ts',
    find: '!swept && !gone',
    replace: '!gone',
  },
  {
    name: 'a message of a trace is refused as soon as storage fails',
    tests: ['api/ingest/refusals'],
    file: 'src/engine/commands/runs/take-trace.ts',
    find: 'if (clock.now() + pause > until)',
    replace: 'if (clock.now() > 0)',
  },
  {
    name: 'a fault of ours in the table of tasks keeps a run from its end',
    tests: ['own-faults'],
    file: 'src/engine/store/tasks/own-faults.ts',
    find: 'if (!isOurs(error)) throw error;',
    replace: 'throw error;',
  },
];
