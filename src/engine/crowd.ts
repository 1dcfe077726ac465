/** The followers of this instance: with many of them each commits less often. */
import { FOLLOW_BATCH_MS, FOLLOW_BATCH_MS_PER_RUN } from '../core/limits.ts';
import type { World } from '../ports/world.ts';

const counts = new WeakMap<World, number>();

const change = (world: World, by: number): void =>
  void counts.set(world, (counts.get(world) ?? 0) + by);

export const joinCrowd = (world: World): void => change(world, 1);
export const leaveCrowd = (world: World): void => change(world, -1);

/** Milliseconds that lines of one run wait for others to be committed with them. */
export const batchMs = (world: World): number =>
  Math.max(FOLLOW_BATCH_MS, (counts.get(world) ?? 0) * FOLLOW_BATCH_MS_PER_RUN);
