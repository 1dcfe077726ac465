/** Distinguishes storage that does not answer (503) from an internal fault (500). */
import { Conflict, type Store } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

/**
 * The same world, and a test for errors that came from its store. The errors themselves stay unchanged, because the
 * engine decides on them.
 */
export function watchStorage(world: World): {
  readonly world: World;
  readonly isStorageFault: (error: unknown) => boolean;
} {
  const faults = new WeakSet<Error>();
  const watch = async <T>(result: Promise<T>): Promise<T> => {
    try {
      return await result;
    } catch (error) {
      const ours = error instanceof Conflict || error instanceof RangeError;
      if (error instanceof Error && !ours) faults.add(error);
      throw error;
    }
  };
  const { store } = world;
  const watched: Store = {
    read: (...args) => watch(store.read(...args)),
    list: (...args) => watch(store.list(...args)),
    hasRows: (...args) => watch(store.hasRows(...args)),
    commit: (...args) => watch(store.commit(...args)),
  };
  return {
    world: { ...world, store: watched },
    isStorageFault: (error) => error instanceof Error && faults.has(error),
  };
}
