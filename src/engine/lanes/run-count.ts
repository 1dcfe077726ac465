/** How many runs of a domain hold places and wait, counted by its lanes: one read for each. */
import { DEFAULT_LANE } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { readLaneNames } from './lane-names.ts';
import { readLane } from './lane-store.ts';

/** Lanes that are read concurrently. */
const PARALLEL = 32;

export type RunCount = {
  /** Runs that hold a place. */
  readonly live: number;
  /** Runs that wait for one. */
  readonly queued: number;
  readonly lanes: number;
};

export async function countRuns(world: World, domain: string): Promise<RunCount> {
  const { names } = await readLaneNames(world, domain);
  const all = [DEFAULT_LANE, ...names];
  let [live, queued] = [0, 0];
  for (let from = 0; from < all.length; from += PARALLEL) {
    const lanes = all.slice(from, from + PARALLEL).map((name) => readLane(world, domain, name));
    for (const { lane } of await Promise.all(lanes)) {
      live += lane.active.length;
      queued += lane.queued;
    }
  }
  return { live, queued, lanes: all.length };
}
