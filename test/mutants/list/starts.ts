/** Bugs of starts: their ids and keys, the way into the lane, and the way back. */
import type { Mutant } from '../list.ts';

export const STARTS: readonly Mutant[] = [
  {
    name: 'a read of an entry returns what was read before the call',
    tests: ['read-together'],
    file: 'src/engine/store/rows.ts',
    find: 'turn ? (turn.next ??= turn.now.then(begin, begin))',
    replace: 'turn ? turn.now',
  },
  {
    name: 'a new lane is in use before it is on the list',
    tests: ['lane-names', 'policy'],
    file: 'src/engine/commands/submit.ts',
    find: 'if (isNew(plan.lane, plan.stored) && ',
    replace: 'if (isNew(plan.lane, plan.stored) && plan.lane === domain && ',
  },
  {
    name: 'a ticket is not looked for after a commit that may have succeeded',
    tests: ['unsettled-start'],
    file: 'src/engine/lanes/lane-admission.ts',
    find: 'const search = unsure || runs[index]?.run.adopted;',
    replace: 'const search = runs[index]?.run.adopted;',
  },
  {
    name: 'a start that asked to attach is told that it waits while its lane is contended',
    tests: ['contention'],
    file: 'src/engine/commands/submit.ts',
    find: "if (result === 'unsettled' && run.on_busy === 'queue')",
    replace: "if (result === 'unsettled')",
  },
  {
    name: 'an adopted run is withdrawn without closing its lane',
    tests: ['stalled-submit'],
    file: 'src/engine/lanes/lane-admission.ts',
    find: 'if (!doubt && !adopted && !refused)',
    replace: 'if (!doubt && !refused)',
  },
  {
    name: 'a run that may be in its lane is withdrawn without a check',
    tests: ['unsettled-start'],
    file: 'src/engine/lanes/lane-admission.ts',
    find: 'if (!doubt && !adopted && !refused)',
    replace: 'if (!adopted && !refused)',
  },
  {
    name: 'a run found under a drawn id is taken for the own one',
    tests: ['run-ids'],
    file: 'src/engine/commands/reserve-key.ts',
    find: 'return attached || found.run.key === hash ?',
    replace: 'return attached || hash ?',
  },
  {
    name: 'a key is tied to another run while its first request can still record one',
    tests: ['turned-away', 'run-ids', 'keys', 'unsettled-start'],
    file: 'src/engine/commands/reserve-key.ts',
    find: '!(await putTombstone(world, idOf(key.row)))',
    replace: 'idOf(key.row) === runId',
  },
  {
    name: 'a key is tied anew while its run is recorded',
    tests: ['keys'],
    file: 'src/engine/commands/reserve-key.ts',
    find: 'if (await isRecorded(world, key)) return undefined;',
    replace: '',
  },
  {
    name: 'a dry run counts towards a quota',
    tests: ['api/routes/runs/dry-run'],
    file: 'src/engine/commands/runs/dry-run.ts',
    find: "findWay(world, submission, plan, 'uncounted')",
    replace: 'findWay(world, submission, plan)',
  },
  {
    name: 'a dry run is in the audit log as a start',
    tests: ['api/routes/runs/dry-run'],
    file: 'src/api/audit.ts',
    find: "if (c.get('changesNothing')) return;",
    replace: '',
  },
  {
    name: 'who may not start it is told what else is wrong with it',
    tests: ['api/routes/runs/dry-run'],
    file: 'src/core/errors.ts',
    find: 'if (forbidden) throw forbidden;',
    replace: '',
  },
];
