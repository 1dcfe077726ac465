/** Tells a storage that does not answer from a fault of ours: the first is a 503, the second a 500. */
import { Conflict, type Store } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

/**
 * The same world, and a test for errors that came out of its store. Errors pass through as they
 * are: the engine decides on them, and must not take one for a refusal.
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
