/** A lane: the gate that every run passes. Pure decisions on a snapshot; the engine commits them. */
import { LANE_QUEUE_MAX } from '../limits.ts';
import { PRIORITY_MAX } from '../request-limits.ts';

export type Lane = {
  /** On the domain's list of lanes. A lane that is not was deleted, or never used. */
  readonly listed: boolean;
  readonly capacity: number;
  readonly paused: boolean;
  /** Number of the next ticket; it only grows. */
  readonly next: number;
  /** Runs that hold a place, oldest place first. */
  readonly active: readonly string[];
  /** Number of tickets. */
  readonly queued: number;
};

export const NEW_LANE: Lane = {
  listed: false,
  capacity: 1,
  paused: false,
  next: 1,
  active: [],
  queued: 0,
};

/** The row that stays of a deleted lane: its ticket numbers continue when it is made again. */
export const tombstone = ({ next }: Lane): Lane => ({ ...NEW_LANE, next });

export const isIdle = ({ active, queued }: Lane): boolean => active.length === 0 && queued === 0;

/** Whether the run holds a place. */
export const holds = ({ active }: Pick<Lane, 'active'>, runId: string): boolean =>
  active.includes(runId);

/** Whether all places are taken. */
export const isFull = ({ active, capacity }: Pick<Lane, 'active' | 'capacity'>): boolean =>
  active.length >= capacity;

export type Ticket = { readonly key: string; readonly run_id: string };

/** Row order is queue order, for as long as a priority is one digit: higher priority first, then the ticket's number. No clock is involved. */
export const ticketKey = (priority: number, number: number): string =>
  `q.${PRIORITY_MAX - priority}.${String(number).padStart(12, '0')}`;
export const ticketPriority = (key: string): number => PRIORITY_MAX - Number(key.charAt(2));
/** The same ticket with another priority: among equal ones it stands by its number, so in order of arrival. */
export const withPriority = ({ key, run_id }: Ticket, priority: number): Ticket => ({
  key: ticketKey(priority, Number(key.split('.').at(-1))),
  run_id,
});
export const TICKETS = { from: 'q.', before: 'q.~' } as const;
/** Key of the row that finds a ticket by its run. */
export const waiterKey = (runId: string): string => `r.${runId}`;

/** Throws when the stored lane is inconsistent: better to stop than to start a second driver. */
export function assertLane(lane: Lane): void {
  if (new Set(lane.active).size !== lane.active.length)
    throw new Error('a run holds two places in its lane');
  if (lane.queued < 0) throw new Error('a lane has a negative queue');
  if (!lane.listed && !isIdle(lane)) throw new Error('a deleted lane holds runs');
}

export type LaneRequest = {
  readonly run_id: string;
  readonly priority: number;
  /** It may wait with a ticket. */
  readonly queueing: boolean;
};
export type Acceptance = 'active' | 'queued' | 'busy' | 'full';

/** Accepts requests in order: a free place when no run waits, otherwise a ticket if the request may queue. */
export function accept(
  lane: Lane,
  requests: readonly LaneRequest[],
): {
  readonly lane: Lane;
  readonly tickets: readonly Ticket[];
  readonly results: readonly Acceptance[];
} {
  const active = [...lane.active];
  const tickets: Ticket[] = [];
  const results = requests.map((request): Acceptance => {
    const now = { active, capacity: lane.capacity };
    if (holds(now, request.run_id)) return 'active';
    if (!lane.paused && lane.queued + tickets.length === 0 && !isFull(now)) {
      active.push(request.run_id);
      return 'active';
    }
    if (!request.queueing) return 'busy';
    if (lane.queued + tickets.length >= LANE_QUEUE_MAX) return 'full';
    const key = ticketKey(request.priority, lane.next + tickets.length);
    tickets.push({ key, run_id: request.run_id });
    return 'queued';
  });
  return {
    lane: {
      ...lane,
      listed: lane.listed || active.length + tickets.length > 0,
      active,
      next: lane.next + tickets.length,
      queued: lane.queued + tickets.length,
    },
    tickets,
    results,
  };
}

/** Number of tickets that may be admitted now. */
export function room(lane: Lane): number {
  return lane.paused ? 0 : Math.max(0, Math.min(lane.queued, lane.capacity - lane.active.length));
}

/** Removes a run from its place, or from the queue (its ticket, if it has one). */
export function leave(lane: Lane, runId: string, ticket: Ticket | null): Lane {
  return {
    ...lane,
    active: lane.active.filter((id) => id !== runId),
    queued: lane.queued - (ticket ? 1 : 0),
  };
}

/** Gives places to these tickets, the first ones of the queue. */
export function admit(lane: Lane, tickets: readonly Ticket[]): Lane {
  return {
    ...lane,
    active: [...lane.active, ...tickets.map((ticket) => ticket.run_id)],
    queued: lane.queued - tickets.length,
  };
}
