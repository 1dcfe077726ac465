/** Followers: whether a run has one, and how one is requested. */
import { isTerminal } from '../../core/events/state.ts';
import { ASK_AGAIN_MS, LEASE_WATCHDOGS } from '../../core/limits.ts';
import type { Follow } from '../../core/runs/message.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, type VersionedRun } from './run-store.ts';

/** Duration of a follower's lease. */
export const leaseMs = (world: World): number => world.watchdogSeconds * 1_000 * LEASE_WATCHDOGS;

export const isFollowed = (run: Run, now: number): boolean =>
  run.lease_until !== null && Date.parse(run.lease_until) > now;

/** Requests a follower for the run. Never rejects: without a follower the timer does everything, more slowly. */
export async function requestFollower(world: World, run: Run): Promise<void> {
  const message: Follow = { kind: 'follow', run_id: run.run_id, generation: run.generation };
  try {
    await world.queue.send(message);
  } catch (error) {
    world.log.warn('no follower requested; left to the timer', { run_id: run.run_id, error });
  }
}

/** For a live run without a follower: requests one again, but not at every tick. */
export async function requestFollowerAgain(
  world: World,
  stored: VersionedRun,
): Promise<VersionedRun> {
  const { run } = stored;
  if (isTerminal(run.state) || run.attempt === 0) return stored;
  const now = world.clock.now();
  if (run.asked_at !== null && now - Date.parse(run.asked_at) < ASK_AGAIN_MS) return stored;
  const asked = await changeRun(world, stored, { asked_at: new Date(now).toISOString() });
  await requestFollower(world, asked.run);
  return asked;
}
