/**
 * Lanes in the store. Every write contains the lane's row with its ETag and removes only tickets that were read at
 * that ETag, so two instances never give away the same place.
 */
import {
  assertLane,
  holds,
  type Lane,
  NEW_LANE,
  TICKETS,
  type Ticket,
  waiterKey,
} from '../../core/lanes/lane.ts';
import { LANE_CHANGE_MS, LANE_PAUSE_MS } from '../../core/limits.ts';
import { DEFAULT_LANE } from '../../core/names.ts';
import { Conflict, keyAfter, type Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

const LANE_KEY = 'lane';
const TICKETS_PAGE = 1_000;

export type VersionedLane = { readonly lane: Lane; readonly etag: string | null };

/** ETag of a lane for callers, null for a lane that does not exist. It changes with everything that the lane shows. */
export const laneVersion = (name: string, { lane, etag }: VersionedLane): string | null =>
  lane.listed || name === DEFAULT_LANE ? (etag ?? 'new') : null;

export const laneKey = (domain: string, lane: string): string => `${domain}.${lane}`;

export async function readLane(world: World, domain: string, name: string): Promise<VersionedLane> {
  const row = await world.store.read('lanes', laneKey(domain, name), LANE_KEY);
  if (!row) return { lane: NEW_LANE, etag: null };
  const lane = JSON.parse(String(row.values['body'])) as Lane;
  assertLane(lane);
  return { lane, etag: row.etag };
}

export function writeLane(stored: VersionedLane, lane: Lane): Write {
  assertLane(lane);
  const values = {
    capacity: lane.capacity,
    active: lane.active.length,
    queued: lane.queued,
    body: JSON.stringify(lane),
  };
  return stored.etag === null
    ? { op: 'insert', key: LANE_KEY, values }
    : { op: 'replace', key: LANE_KEY, values, etag: stored.etag };
}

/** A ticket is two rows: one in queue order, one that finds it by its run. */
export const insertTicket = ({ key, run_id }: Ticket): Write[] => [
  { op: 'insert', key, values: { run_id } },
  { op: 'insert', key: waiterKey(run_id), values: { ticket: key } },
];

export const deleteTicket = ({ key, run_id }: Ticket): Write[] => [
  { op: 'delete', key },
  { op: 'delete', key: waiterKey(run_id) },
];

/** Tickets in queue order, at most `limit`. */
export async function readTickets(
  world: World,
  domain: string,
  name: string,
  limit: number,
): Promise<Ticket[]> {
  const tickets: Ticket[] = [];
  for (let from: string = TICKETS.from; tickets.length < limit; ) {
    const page = Math.min(TICKETS_PAGE, limit - tickets.length);
    const rows = await world.store.list('lanes', laneKey(domain, name), {
      from,
      before: TICKETS.before,
      limit: page,
    });
    for (const { key, values } of rows) tickets.push({ key, run_id: String(values['run_id']) });
    const last = rows.at(-1);
    if (!last || rows.length < page) break;
    from = keyAfter(last.key);
  }
  return tickets;
}

/** The ticket of a run in the lane's queue, by one read. */
export async function findTicket(
  world: World,
  domain: string,
  name: string,
  runId: string,
): Promise<Ticket | null> {
  const row = await world.store.read('lanes', laneKey(domain, name), waiterKey(runId));
  return row ? { key: String(row.values['ticket']), run_id: runId } : null;
}

/** The writes of a change, at the version that was read (none: the lane stays as it is), and its result. */
export type LaneChange<T> = { readonly writes: readonly Write[]; readonly result: T };

/**
 * Repeats read, decide and commit while others change the lane, for at most `LANE_CHANGE_MS`; then rejects with the
 * last Conflict: nothing was written. Any other error may hide a success. So there is one more attempt with `unsure`, in
 * which `decide` has to check whether its change is there already; a second such error is thrown. `known`: the lane as
 * it was read before, for the first attempt.
 */
export async function changeLane<T>(
  world: World,
  domain: string,
  name: string,
  decide: (stored: VersionedLane, unsure: boolean) => Promise<LaneChange<T>>,
  known?: VersionedLane,
): Promise<T> {
  const until = world.clock.now() + LANE_CHANGE_MS;
  let trouble: unknown;
  for (let first = known; ; first = undefined) {
    const stored = first ?? (await readLane(world, domain, name));
    const { writes, result } = await decide(stored, trouble !== undefined);
    if (writes.length === 0) return result;
    try {
      await world.store.commit('lanes', laneKey(domain, name), writes);
      return result;
    } catch (error) {
      const conflict = error instanceof Conflict;
      if (!conflict && trouble !== undefined) throw error;
      if (!conflict) trouble = error;
      if (world.clock.now() >= until) throw trouble ?? error;
      // `known` is often outdated, so a first conflict needs no pause.
      if (conflict && first) continue;
    }
    await pause(world);
  }
}

const BYTE_VALUES = 256;

/** A random pause after a conflict, so that those that lost together do not meet again. */
export async function pause(world: World): Promise<void> {
  const [spread = 0] = world.random(1);
  await world.clock.sleep(LANE_PAUSE_MS * (spread / BYTE_VALUES));
}

/** Whether the run holds a place in the lane, or waits in it. */
export const isInLane = async (
  world: World,
  domain: string,
  name: string,
  { lane }: VersionedLane,
  runId: string,
): Promise<boolean> =>
  holds(lane, runId) || (await findTicket(world, domain, name, runId)) !== null;

/** Whether the run is in its lane. If not, writes the lane, so that a concurrent attempt to bring it in has to read again. */
export function closeLaneTo(
  world: World,
  domain: string,
  name: string,
  runId: string,
): Promise<boolean> {
  return changeLane(world, domain, name, async (stored) => {
    const isIn = await isInLane(world, domain, name, stored, runId);
    return { writes: isIn ? [] : [writeLane(stored, stored.lane)], result: isIn };
  });
}
