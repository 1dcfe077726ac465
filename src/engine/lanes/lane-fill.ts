/** Removes runs from a lane and gives free places to waiting ones. */
import { admit, holds, type Lane, leave, room, type Ticket } from '../../core/lanes/lane.ts';
import { LANE_CHANGES_PER_COMMIT } from '../../core/limits.ts';
import { anyVersion, assertVersion, type Precondition } from '../../core/precondition.ts';
import type { World } from '../../ports/world.ts';
import { listLane, tooManyLanes } from './lane-names.ts';
import {
  changeLane,
  deleteTicket,
  findTicket,
  type LaneChange,
  laneVersion,
  readTickets,
  type VersionedLane,
  writeLane,
} from './lane-store.ts';
import { admissible } from './quota.ts';

/** Admits the first tickets to free places, in the same transaction as the change that freed them. */
async function fill(
  world: World,
  domain: string,
  name: string,
  stored: VersionedLane,
  lane: Lane,
  gone: Ticket | null,
): Promise<LaneChange<string[]>> {
  const left = LANE_CHANGES_PER_COMMIT - (gone ? 1 : 0);
  const freed = stored.lane.active.length - lane.active.length;
  const places = await admissible(world, domain, Math.min(room(lane), left), freed);
  const tickets =
    places === 0
      ? []
      : (await readTickets(world, domain, name, places + 1))
          .filter((ticket) => ticket.key !== gone?.key)
          .slice(0, places);
  const changed = tickets.length > 0 || lane !== stored.lane;
  const removed = gone ? [gone, ...tickets] : tickets;
  return {
    writes: changed
      ? [writeLane(stored, admit(lane, tickets)), ...removed.flatMap(deleteTicket)]
      : [],
    result: tickets.map((ticket) => ticket.run_id),
  };
}

/** Removes a run from its lane and admits the next ones. Returns the admitted runs. Writes the lane even if the run is not in it. */
export function releaseRun(
  world: World,
  domain: string,
  name: string,
  runId: string,
): Promise<string[]> {
  return changeLane(world, domain, name, async (stored) => {
    const active = holds(stored.lane, runId);
    const ticket = active ? null : await findTicket(world, domain, name, runId);
    return fill(world, domain, name, stored, leave(stored.lane, runId, ticket), ticket);
  });
}

/** Admits waiting runs until the lane is full, in as many transactions as needed. Returns the admitted runs, in order. */
export function fillLane(world: World, domain: string, name: string): Promise<string[]> {
  return fillUp(world, domain, name, async ({ lane }) => lane);
}

/**
 * Makes the lane if necessary, changes capacity or pause, then admits runs until it is full. Returns the admitted runs.
 * Rejects with AppError `too_many_lanes`, `precondition_failed`.
 */
export function configureLane(
  world: World,
  domain: string,
  name: string,
  change: Partial<Pick<Lane, 'capacity' | 'paused'>>,
  wanted: Precondition = anyVersion,
): Promise<string[]> {
  return fillUp(world, domain, name, async (stored, unsure) => {
    const { lane } = stored;
    const changed = { ...lane, ...change, listed: true };
    // An earlier attempt without an answer may have written exactly this, with a new version.
    const isDone = unsure && sameSettings(lane, changed);
    if (!isDone) assertVersion(wanted, 'lane', laneVersion(name, stored));
    if (!lane.listed && !(await listLane(world, domain, name))) throw tooManyLanes(domain);
    return changed;
  });
}

const sameSettings = (a: Lane, b: Lane): boolean =>
  a.listed === b.listed && a.capacity === b.capacity && a.paused === b.paused;

/** The first transaction makes `change`; a failure after it is left to the next tick. */
async function fillUp(
  world: World,
  domain: string,
  name: string,
  change: (stored: VersionedLane, unsure: boolean) => Promise<Lane>,
): Promise<string[]> {
  const admitted = await changeLane(world, domain, name, async (stored, unsure) =>
    fill(world, domain, name, stored, await change(stored, unsure), null),
  );
  for (let more = admitted.length; more === LANE_CHANGES_PER_COMMIT; ) {
    const next = await changeLane(world, domain, name, (stored) =>
      fill(world, domain, name, stored, stored.lane, null),
    ).catch((error: unknown) => {
      world.log.warn('lane not filled; left to the timer', { domain, lane: name, error });
      return [];
    });
    admitted.push(...next);
    more = next.length;
  }
  return admitted;
}
