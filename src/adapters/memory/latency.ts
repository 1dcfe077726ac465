import type { Store } from '../../ports/store.ts';
import type { Clock } from '../../ports/world.ts';

/** How long storage takes, in milliseconds: from and to, evenly spread; `list` is `base` and `row` for each row. */
export type Latency = {
  readonly read: readonly [number, number];
  readonly commit: readonly [number, number];
  readonly list: { readonly base: number; readonly row: number };
};

/** What Azure Tables take, seen from a function of the same region. */
export const AZURE_TABLES: Latency = {
  read: [3, 9],
  commit: [5, 11],
  list: { base: 4, row: 0.055 },
};

/**
 * The store with the times that a real one takes, on the given clock: with a clock that tests move it
 * costs no real time. A call takes effect half-way, as it does between a request and its answer; so two
 * callers interleave here as they do over a network. `random` (0 to 1, seeded) draws the times.
 */
export function withLatency(
  store: Store,
  clock: Clock,
  random: () => number,
  latency: Latency = AZURE_TABLES,
): Store {
  const between = ([from, to]: readonly [number, number]): number => from + random() * (to - from);
  const during = async <T>(ms: number, act: () => Promise<T>): Promise<T> => {
    await clock.sleep(ms / 2);
    try {
      return await act();
    } finally {
      await clock.sleep(ms / 2);
    }
  };
  return {
    read: (...args) => during(between(latency.read), () => store.read(...args)),
    hasRows: (...args) => during(between(latency.read), () => store.hasRows(...args)),
    commit: (...args) => during(between(latency.commit), () => store.commit(...args)),
    async list(...args) {
      await clock.sleep(latency.list.base / 2);
      const rows = await store.list(...args);
      await clock.sleep(latency.list.base / 2 + latency.list.row * rows.length);
      return rows;
    },
  };
}
