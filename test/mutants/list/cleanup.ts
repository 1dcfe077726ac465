/** Bugs of what is left to do for runs that have ended. */
import type { Mutant } from '../list.ts';

export const CLEANUP: readonly Mutant[] = [
  {
    name: 'a run is forgotten while a create of its Job may be under way',
    tests: ['late-create'],
    file: 'src/engine/reconcile/cleanup.ts',
    find: ' && pass.began >= settlesAt(run)',
    replace: '',
  },
  {
    name: 'a Job that came back under another uid is not seen',
    tests: ['late-create'],
    file: 'src/core/runs/observe.ts',
    find: ' || isTerminal(run.state)),',
    replace: '),',
  },
  {
    name: 'a Job that came when its run was forgotten stays',
    tests: ['late-create'],
    file: 'src/engine/reconcile/tick.ts',
    find: 'await pass.sweepLate();',
    replace: '',
  },
  {
    name: 'a late Job is deleted whose run is not known',
    tests: ['late-create'],
    file: 'src/engine/reconcile/kubernetes/late-jobs.ts',
    find: 'if (!stored || !isTerminal(stored.run.state) || stored.run.job_name !== job.name) return;',
    replace: '',
  },
  {
    name: 'a removal of rows that was cut off is never ended',
    tests: ['compaction', 'last-notices'],
    file: 'src/engine/archive/compact.ts',
    find: 'if (!(error instanceof Conflict)) throw error;',
    replace: 'throw error;',
  },
  {
    name: 'an instance compacts as many logs at once as it has messages',
    tests: ['compaction', 'last-notices'],
    file: 'src/engine/archive/compactor.ts',
    find: 'turn.waiting = mine;',
    replace: '',
  },
  {
    name: 'a compaction whose message is lost is not asked for again',
    tests: ['compaction', 'last-notices'],
    file: 'src/engine/archive/compactor.ts',
    find: 'if (!done) await requestCompaction(world, work);',
    replace: '',
  },
  {
    name: 'a Web PubSub that fails is asked again by every run of the pass',
    tests: ['compaction', 'last-notices'],
    file: 'src/engine/events/outlet.ts',
    find: 'this.#failed.add(name);',
    replace: '',
  },
  {
    name: 'a run is forgotten although a subscriber lacks its last events',
    tests: ['subscribers'],
    file: 'src/engine/events/subscribers.ts',
    find: 'deliveredTo(run, subscriber) >= run.last_seq &&',
    replace: '',
  },
  {
    name: 'a subscriber that fails shuts the others out of the pass',
    tests: ['subscribers'],
    file: 'src/engine/events/outlet.ts',
    find: 'return this.#failed.has(name) ||',
    replace: "return (this.#failed.size > 0 && name !== '') ||",
  },
];
