/**
 * Lanes in the store. Every write contains the lane row with its ETag and removes only tickets read
 * at that ETag: two instances can never give away the same place.
 */
import {
  type Acceptance,
  accept,
  admit,
  assertLane,
  type Entry,
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
import { readRun } from './run-store.ts';

const LANE_KEY = 'lane';
/** Attempts before giving up: each lost one means that someone else's write went through. */
const TRIES = 30;
const TICKETS_PAGE = 1_000;

export type HeldLane = { readonly lane: Lane; readonly etag: string | null };

const partition = (domain: string, lane: string): string => `${domain}.${lane}`;

export async function readLane(world: World, domain: string, name: string): Promise<HeldLane> {
  const row = await world.store.read('lanes', partition(domain, name), LANE_KEY);
  if (!row) return { lane: NEW_LANE, etag: null };
  const lane = JSON.parse(String(row.values['body'])) as Lane;
  assertLane(lane);
  return { lane, etag: row.etag };
}

function writeLane(held: HeldLane, lane: Lane): Write {
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
    const rows = await world.store.list('lanes', partition(domain, name), {
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

export async function listLaneNames(world: World, domain: string): Promise<string[]> {
  const rows = await world.store.list('catalogue', domain, {
    from: 'lane.',
    before: 'lane.~',
    limit: 1_000,
  });
  return rows.map((row) => String(row.values['name']));
}

/** Repeats read, decide, commit until nobody came between; `decide` returns null to leave things as they are. */
async function changeLane<T>(
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
      await world.store.commit('lanes', partition(domain, name), writes);
      return result;
    } catch (error) {
      // Another error than a Conflict may hide a success: one more look tells.
      if (attempt >= (error instanceof Conflict ? TRIES : 2)) throw error;
      const [spread = 0] = world.random(1);
      await world.clock.sleep(Math.min(attempt, 8) * (spread / 16));
    }
  }
}

type Waiting = {
  readonly entry: Entry;
  readonly resolve: (result: Entered) => void;
  readonly reject: (error: unknown) => void;
};

/** `over`: the run has left the lane already, or was never recorded. */
export type Entered = Acceptance | 'over';

/** Submits of this instance that wait for a lane; the one who finds the list empty carries it on. */
const gates = new WeakMap<World, Map<string, Waiting[]>>();

/**
 * Brings a run into its lane. What waits for the same lane goes in one transaction: fifty submits at
 * once cost one round trip, not fifty retries. A run that is in the lane already is left where it is.
 */
export function acceptRun(
  world: World,
  domain: string,
  lane: string,
  entry: Entry,
): Promise<Entered> {
  const lanes = gates.get(world) ?? new Map<string, Waiting[]>();
  gates.set(world, lanes);
  const key = partition(domain, lane);
  return new Promise((resolve, reject) => {
    const waiting = { entry, resolve, reject };
    const queue = lanes.get(key);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const own = [waiting];
    lanes.set(key, own);
    void drainGate(world, domain, lane, own, () => lanes.delete(key));
  });
}

async function drainGate(
  world: World,
  domain: string,
  lane: string,
  queue: Waiting[],
  close: () => void,
): Promise<void> {
  while (queue.length > 0) {
    const batch = queue.splice(0, SUBMITS_PER_COMMIT);
    try {
      const results = await acceptEntries(
        world,
        domain,
        lane,
        batch.map(({ entry }) => entry),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? 'busy');
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  // In the same breath as the last look at the list: nobody can join one that is not served.
  close();
}

async function acceptEntries(
  world: World,
  domain: string,
  name: string,
  entries: readonly Entry[],
): Promise<readonly Entered[]> {
  return changeLane(world, domain, name, async (held, attempt) => {
    // An answer may have been lost on its way back, or a tick may have been here before: look for our own tickets first.
    const search = attempt > 1 || entries.some((entry) => entry.retried);
    const known = search ? await readTickets(world, domain, name, Number.POSITIVE_INFINITY) : [];
    const waiting = new Set(known.map((ticket) => ticket.run_id));
    const fresh = entries.filter((entry) => !waiting.has(entry.run_id));
    // Read after the lane: who ends a run writes its lane, so that whoever comes too late to bring it in finds out.
    const open = await Promise.all(fresh.map((entry) => isOpen(world, entry.run_id)));
    const wanted = fresh.filter(
      (entry, index) => open[index] || held.lane.active.includes(entry.run_id),
    );
    const decision = accept(held.lane, wanted);
    const results = new Map(wanted.map((entry, index) => [entry.run_id, decision.results[index]]));
    const inserts = decision.tickets.map(
      (ticket): Write => ({
        op: 'insert',
        key: ticket.key,
        values: { run_id: ticket.run_id, priority: ticket.priority },
      }),
    );
    const changed = decision.lane.active.length !== held.lane.active.length || inserts.length > 0;
    return {
      writes: changed ? [writeLane(held, decision.lane), ...inserts] : [],
      result: entries.map(
        (entry) => results.get(entry.run_id) ?? (waiting.has(entry.run_id) ? 'queued' : 'over'),
      ),
    };
  });
}

async function isOpen(world: World, runId: string): Promise<boolean> {
  return (await readRun(world, runId))?.run.state === 'queued';
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
