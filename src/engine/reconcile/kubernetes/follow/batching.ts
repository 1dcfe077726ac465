/** The time between a follower's commits, which grows with the number of followers in this instance. */
import { FOLLOW_BATCH_MS, FOLLOW_BATCH_MS_PER_RUN } from '../../../../core/limits.ts';
import type { World } from '../../../../ports/world.ts';
import { perInstance } from '../../../store/per-instance.ts';

const batchingOf = perInstance(() => ({ followers: 0 }));

export function joinBatching(world: World): void {
  batchingOf(world).followers += 1;
}

export function leaveBatching(world: World): void {
  batchingOf(world).followers -= 1;
}

/** Milliseconds between two commits of one run's lines. */
export const batchMs = (world: World): number =>
  Math.max(FOLLOW_BATCH_MS, batchingOf(world).followers * FOLLOW_BATCH_MS_PER_RUN);
