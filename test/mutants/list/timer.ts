/** Bugs of the timer, of ticks in its place, and of what it cannot end. */
import type { Mutant } from '../list.ts';

export const TIMER: readonly Mutant[] = [
  {
    name: 'a listing from before a run was read proves that its Job is missing',
    tests: ['runnable', 'gone-target', 'tick-stream', 'waiting'],
    file: 'src/engine/reconcile/kubernetes/listings.ts',
    find: 'const isYounger = shared.at > (this.#readAt.get(run.run_id) ?? 0);',
    replace: 'const isYounger = shared.at > 0;',
  },
  {
    name: 'a run is ended on a word although its cluster answers',
    tests: ['runnable', 'gone-target', 'tick-stream', 'waiting'],
    file: 'src/engine/commands/confirm-gone.ts',
    find: "if (clusterState !== 'unreachable')",
    replace: "if (clusterState === 'vanished')",
  },
  {
    name: 'an ended run is looked for every minute on a target that is gone',
    tests: ['runnable', 'gone-target', 'tick-stream', 'waiting'],
    file: 'src/engine/reconcile/tick.ts',
    find: 'work.rests_until > pass.world.clock.now()',
    replace: 'work.rests_until < 0',
  },
  {
    name: 'a run that leaves its place in the queue is taken for one that waits',
    tests: ['waiting', 'patch-run'],
    file: 'src/engine/reconcile/tick.ts',
    find: '!work.waits && !work.leaves;',
    replace: '!work.waits;',
  },
  {
    name: 'a list of the cluster is taken for a right that is missing',
    tests: ['target-trouble'],
    file: 'src/engine/catalogue/reachability.ts',
    find: "if (problem === null && !ofRight && row?.values['of_right'] === true) return;",
    replace: '',
  },
  {
    name: 'the work of a dead timer is not done',
    tests: ['runnable', 'gone-target', 'tick-stream', 'waiting'],
    file: 'src/engine/reconcile/timer.ts',
    find: 'if (!isDead(ticks, now) || Math.abs(now - ticks.at) < OVERDUE_TICK_MS) return;',
    replace: 'if (now > 0) return;',
  },
  {
    name: 'every instance stands in for the timer',
    tests: ['runnable', 'gone-target', 'tick-stream', 'waiting'],
    file: 'src/engine/reconcile/timer.ts',
    find: 'const mine = await write(world, ticks, { ...ticks, at: now });',
    replace: 'const mine = ticks;',
  },
];
