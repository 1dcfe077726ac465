/** What a use case costs. */
import type { World } from '../../src/ports/world.ts';

/** Calls and rows that `act` takes from the store. */
export async function costOf(world: World, act: (world: World) => Promise<unknown>) {
  let [calls, rows] = [0, 0];
  const { store } = world;
  const counted: World = {
    ...world,
    store: {
      ...store,
      async read(...args) {
        calls += 1;
        rows += 1;
        return store.read(...args);
      },
      async list(...args) {
        calls += 1;
        const found = await store.list(...args);
        rows += found.length;
        return found;
      },
    },
  };
  await act(counted);
  return { calls, rows };
}
