/** Bugs of sessions: two drivers of one, or a driver beside task pods of the last one. */
import type { Mutant } from '../../list.ts';

export const SESSIONS: readonly Mutant[] = [
  {
    name: 'a session is taken from a run that is not over',
    tests: ['sessions.property'],
    file: 'src/engine/commands/runs/continue-run.ts',
    find: 'if (holder && !isTerminal(holder.state))',
    replace: "if (holder?.state === 'running')",
  },
  {
    name: 'a session is taken whoever took it meanwhile',
    tests: ['sessions.property'],
    file: 'src/engine/commands/runs/continue-run.ts',
    find: 'await writeSession(world, id, { run_id: runId, before }, row?.etag ?? null);',
    replace:
      'await writeSession(world, id, { run_id: runId, before }, (await readSession(world, id))?.etag ?? null);',
  },
  {
    name: 'a start that has only taken the session may still record its run',
    tests: ['sessions.property'],
    file: 'src/engine/commands/runs/continue-run.ts',
    find: 'if (unrecorded && row && row.run_id !== runId &&',
    replace: 'if (unrecorded && row?.run_id === runId &&',
  },
  {
    name: 'a driver is made while task pods of the last one are there',
    tests: ['sessions.property'],
    file: 'src/engine/reconcile/start.ts',
    find: 'if (wait === null) return pass.executorOf(run).start(stored);',
    replace: 'if (wait !== undefined) return pass.executorOf(run).start(stored);',
  },
  {
    name: 'a run that never had a driver hides the one before it',
    tests: ['engine/sessions/continued'],
    file: 'src/engine/commands/runs/continue-run.ts',
    find: 'before: drove ? holder.run_id : (row?.before ?? null),',
    replace: 'before: holder?.run_id ?? null,',
  },
  {
    name: 'a session is forgotten with a run that never had a driver',
    tests: ['engine/sessions/forgotten'],
    file: 'src/engine/store/session-store.ts',
    find: 'const isLeft = before !== null && before !== run_id &&',
    replace: 'const isLeft = before === run_id && before !== null &&',
  },
  {
    name: 'a session is forgotten while a run has it',
    tests: ['engine/sessions/forgotten'],
    file: 'src/engine/store/session-store.ts',
    find: 'if (row.run_id !== run_id && !(await putTombstone(world, row.run_id))) return;',
    replace: '',
  },
];
