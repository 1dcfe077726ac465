/** The position of a queued run, and what it waits for. */

import { holds, isFull, type Lane, ticketPriority } from '../../core/lanes/lane.ts';
import { POSITION_MAX } from '../../core/limits.ts';
import { type Reason, reason } from '../../core/reasons.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { type Found, readRunAndLaunch } from '../store/run-store.ts';
import { findTicket, readLane, readTickets } from './lane-store.ts';
import { quotaReason } from './quota.ts';

export type Wait = {
  /** Position in its lane's queue, 1 for the next one; null without a ticket, or when it is not among the first 100. */
  readonly position: number | null;
  /** A lower bound of the position of a run that is further back; otherwise null. */
  readonly positionAtLeast: number | null;
  /** What it waits for; null when it waits for nothing. */
  readonly reason: Reason | null;
};

/** For a run that does not wait. */
export const NO_WAIT: Wait = { position: null, positionAtLeast: null, reason: null };

/** Most runs that a reason names as holders of places. */
const HOLDERS_NAMED = 3;
/** Tickets that are examined: the wanted run is mostly the first one, which runs next. */
const WAITING_EXAMINED = 10;

/** Why the lane admits no waiting run now; null when it has room. */
export function laneReason(name: string, lane: Lane): Reason | null {
  if (lane.paused)
    return reason(
      'lane_paused',
      `The lane ${name} is paused: it admits no runs until it is resumed.`,
    );
  if (!isFull(lane)) return null;
  const named = lane.active.slice(0, HOLDERS_NAMED).join(', ');
  const more = lane.active.length - HOLDERS_NAMED;
  const holders =
    more > 0
      ? `${named} and ${more} more hold`
      : `${named} ${lane.active.length > 1 ? 'hold' : 'holds'}`;
  const places = lane.capacity === 1 ? 'its only place' : `its ${lane.capacity} places`;
  return reason('lane_busy', `The lane ${name} is busy: ${holders} ${places}.`);
}

/** The lane's oldest run for which `wanted` holds: runs with a place before waiting ones, of which the first ten are examined. */
export async function oldestRun(
  world: World,
  domain: string,
  name: string,
  lane: Lane,
  wanted: (run: Run) => boolean,
): Promise<Found | undefined> {
  const tickets = lane.queued > 0 ? await readTickets(world, domain, name, WAITING_EXAMINED) : [];
  for (const runId of [...lane.active, ...tickets.map((ticket) => ticket.run_id)]) {
    const found = await readRunAndLaunch(world, runId);
    if (found && wanted(found.run)) return found;
  }
  return undefined;
}

/** The position that a new run of this priority would get. */
export async function positionFor(
  world: World,
  domain: string,
  name: string,
  priority: number,
): Promise<Pick<Wait, 'position' | 'positionAtLeast'>> {
  const first = await readTickets(world, domain, name, POSITION_MAX);
  const before = first.filter(({ key }) => ticketPriority(key) >= priority).length;
  return before < POSITION_MAX
    ? { position: before + 1, positionAtLeast: null }
    : { position: null, positionAtLeast: before + 1 };
}

type Queue = { readonly lane: Lane; readonly first: readonly string[] };

/** The queues for one answer: each lane is read once, however many of its runs are shown. */
export class Queues {
  readonly #world: World;
  readonly #known = new Map<string, Promise<Queue>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** `ticketed`: the run is known to have its ticket. */
  async waitOf(run: Run, ticketed = false): Promise<Wait> {
    if (run.state !== 'queued') return NO_WAIT;
    const { lane, first } = await this.#queue(run.domain, run.lane);
    if (holds(lane, run.run_id)) return NO_WAIT;
    const index = first.indexOf(run.run_id);
    const why = laneReason(run.lane, lane) ?? (await quotaReason(this.#world, run.domain));
    if (index >= 0) return { position: index + 1, positionAtLeast: null, reason: why };
    if (ticketed || (await findTicket(this.#world, run.domain, run.lane, run.run_id)))
      return { position: null, positionAtLeast: first.length + 1, reason: why };
    return { ...NO_WAIT, reason: reason('lane_entering') };
  }

  #queue(domain: string, name: string): Promise<Queue> {
    const key = `${domain}.${name}`;
    const known = this.#known.get(key) ?? this.#read(domain, name);
    this.#known.set(key, known);
    return known;
  }

  async #read(domain: string, name: string): Promise<Queue> {
    const [{ lane }, tickets] = await Promise.all([
      readLane(this.#world, domain, name),
      readTickets(this.#world, domain, name, POSITION_MAX),
    ]);
    return { lane, first: tickets.map((ticket) => ticket.run_id) };
  }
}
