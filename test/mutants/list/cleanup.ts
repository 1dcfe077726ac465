/** Bugs of what is left to do for runs that have ended. */
import type { Mutant } from '../list.ts';

export const CLEANUP: readonly Mutant[] = [
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
    find: 'if (!done) await askCompaction(world, work);',
    replace: '',
  },
  {
    name: 'a Web PubSub that fails is asked again by every run of the pass',
    tests: ['compaction', 'last-notices'],
    file: 'src/engine/reconcile/pass.ts',
    find: 'if (!accepted) this.#pushDown = true;',
    replace: '',
  },
];
