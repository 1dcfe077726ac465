/**
 * Lanes in the store. Every write contains the lane row with its ETag and removes only tickets read
 * at that ETag: two instances can never give away the same place.
 */
import {
  admit,
  assertLane,
  type Lane,
  leave,
  NEW_LANE,
  room,
  TICKETS,
  type Ticket,
} from '../core/lane.ts';
import { SUBMITS_PER_COMMIT } from '../core/limits.ts';
import { behind, Conflict, type Write } from '../ports/store.ts';
import type { World } from '../ports/world.ts';

const LANE_KEY = 'lane';
/** Attempts before giving up: each lost one means that someone else's write went through. */
const TRIES = 30;
const TICKETS_PAGE = 1_000;

export type HeldLane = { readonly lane: Lane; readonly etag: string | null };

export const laneKey = (domain: string, lane: string): string => `${domain}.${lane}`;

export async function readLane(world: World, domain: string, name: string): Promise<HeldLane> {
  const row = await world.store.read('lanes', laneKey(domain, name), LANE_KEY);
  if (!row) return { lane: NEW_LANE, etag: null };
  const lane = JSON.parse(String(row.values['body'])) as Lane;
  assertLane(lane);
  return { lane, etag: row.etag };
}

export function writeLane(held: HeldLane, lane: Lane): Write {
  assertLane(lane);
  const values = {
    capacity: lane.capacity,
    active: lane.active.length,
    queued: lane.queued,
    body: JSON.stringify(lane),
  };
  return held.etag === null
    ? { op: 'insert', key: LANE_KEY, values }
    : { op: 'replace', key: LANE_KEY, values, etag: held.etag };
}

/** Tickets in queue order, at most `limit`, those before `before` only. */
export async function readTickets(
  world: World,
  domain: string,
  name: string,
  limit: number,
  before: string = TICKETS.before,
): Promise<Ticket[]> {
  const tickets: Ticket[] = [];
  for (let from: string = TICKETS.from; tickets.length < limit; ) {
    const page = Math.min(TICKETS_PAGE, limit - tickets.length);
    const rows = await world.store.list('lanes', laneKey(domain, name), {
      from,
      before,
      limit: page,
    });
    for (const { key, values } of rows) {
      tickets.push({ key, run_id: String(values['run_id']), priority: Number(values['priority']) });
    }
    const last = rows.at(-1);
    if (!last || rows.length < page) break;
    from = behind(last.key);
  }
  return tickets;
}

async function findTicket(
  world: World,
  domain: string,
  name: string,
  runId: string,
): Promise<Ticket | null> {
  const tickets = await readTickets(world, domain, name, Number.POSITIVE_INFINITY);
  return tickets.find((ticket) => ticket.run_id === runId) ?? null;
}

/** Names of a domain's lanes, for lists: written before the lane itself. */
async function recordLane(world: World, domain: string, name: string): Promise<void> {
  await world.store.commit('catalogue', domain, [
    { op: 'put', key: `lane.${name}`, values: { name } },
  ]);
}

/** Names of lanes that were ever used or configured, in order, those after `after` only. */
export async function listLaneNames(
  world: World,
  domain: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = await world.store.list('catalogue', domain, {
    from: after === null ? 'lane.' : behind(`lane.${after}`),
    before: 'lane.~',
    limit,
  });
  return rows.map((row) => String(row.values['name']));
}

/** Repeats read, decide, commit until nobody came between; `decide` returns null to leave things as they are. */
export async function changeLane<T>(
  world: World,
  domain: string,
  name: string,
  decide: (
    held: HeldLane,
    attempt: number,
  ) => Promise<{ readonly writes: readonly Write[]; readonly result: T }>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const held = await readLane(world, domain, name);
    const { writes, result } = await decide(held, attempt);
    if (writes.length === 0) return result;
    try {
      if (held.etag === null) await recordLane(world, domain, name);
      await world.store.commit('lanes', laneKey(domain, name), writes);
      return result;
    } catch (error) {
      // Another error than a Conflict may hide a success: one more look tells.
      if (attempt >= (error instanceof Conflict ? TRIES : 2)) throw error;
      const [spread = 0] = world.random(1);
      await world.clock.sleep(Math.min(attempt, 8) * (spread / 16));
    }
  }
}

/** Whether the run is in its lane. If not, the lane is written: who is about to bring it in looks again. */
export function closeLaneTo(
  world: World,
  domain: string,
  name: string,
  runId: string,
): Promise<boolean> {
  return changeLane(world, domain, name, async (held) => {
    const isIn =
      held.lane.active.includes(runId) || (await findTicket(world, domain, name, runId)) !== null;
    return { writes: isIn ? [] : [writeLane(held, held.lane)], result: isIn };
  });
}

/** Gives free places to those who wait longest, in the same transaction as the change that freed them. */
async function fill(
  world: World,
  domain: string,
  name: string,
  held: HeldLane,
  lane: Lane,
  gone: Ticket | null,
): Promise<{ writes: Write[]; result: string[] }> {
  const places = Math.min(room(lane), SUBMITS_PER_COMMIT);
  const tickets =
    places === 0
      ? []
      : (await readTickets(world, domain, name, places + 1))
          .filter((ticket) => ticket.key !== gone?.key)
          .slice(0, places);
  const removed = gone ? [gone, ...tickets] : tickets;
  return {
    writes: [
      writeLane(held, admit(lane, tickets)),
      ...removed.map((ticket): Write => ({ op: 'delete', key: ticket.key })),
    ],
    result: tickets.map((ticket) => ticket.run_id),
  };
}

/** Takes a run out of its lane and admits who is next. Returns the admitted runs. Writes the lane even if the run is not in it. */
export function releaseRun(
  world: World,
  domain: string,
  name: string,
  runId: string,
): Promise<string[]> {
  return changeLane(world, domain, name, async (held) => {
    const active = held.lane.active.includes(runId);
    const ticket = active ? null : await findTicket(world, domain, name, runId);
    return fill(world, domain, name, held, leave(held.lane, runId, ticket), ticket);
  });
}

/** Changes capacity or pause and admits who now has room. Returns the admitted runs. */
export function configureLane(
  world: World,
  domain: string,
  name: string,
  change: Partial<Pick<Lane, 'capacity' | 'paused'>>,
): Promise<string[]> {
  return changeLane(world, domain, name, async (held) =>
    fill(world, domain, name, held, { ...held.lane, ...change }, null),
  );
}
