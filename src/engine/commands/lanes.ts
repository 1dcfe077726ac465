/** Lanes for the API. */
import { AppError } from '../../core/errors.ts';
import { isIdle, type Lane, ticketPriority, tombstone } from '../../core/lanes/lane.ts';
import { POSITION_MAX } from '../../core/limits.ts';
import { DEFAULT_LANE, runIdTime } from '../../core/names.ts';
import { anyVersion, assertVersion, type Precondition } from '../../core/precondition.ts';
import type { Run } from '../../core/runs/run.ts';
import type { LaneView } from '../../core/runs/view.ts';
import { timestampOf } from '../../core/timestamp.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { configureLane } from '../lanes/lane-fill.ts';
import { readLaneNames, writeLaneNames } from '../lanes/lane-names.ts';
import {
  changeLane,
  laneVersion,
  pause,
  readLane,
  readTickets,
  writeLane,
} from '../lanes/lane-store.ts';
import { dispatchAll } from '../reconcile/dispatch.ts';
import { readRun } from '../store/run-store.ts';

/** Most tickets shown of one lane. */
const SHOWN = 1_000;

/** A lane with its version. */
export type VersionedLane = { readonly lane: LaneView; readonly etag: string };

async function viewLane(
  world: World,
  domain: string,
  name: string,
  tickets: number,
): Promise<VersionedLane | null> {
  // The queue is read after the lane, so it is never older than the version.
  const stored = await readLane(world, domain, name);
  const { lane } = stored;
  const etag = laneVersion(name, stored);
  if (etag === null) return null;
  const queue =
    tickets > 0 && lane.queued > 0 ? await readTickets(world, domain, name, tickets) : [];
  const view = {
    name,
    capacity: lane.capacity,
    paused: lane.paused,
    active: [...lane.active],
    queued: lane.queued,
    queue: queue.map((ticket, index) => ({
      run_id: ticket.run_id,
      priority: ticketPriority(ticket.key),
      position: index + 1,
    })),
  };
  return { lane: view, etag };
}

/** Views of those lanes that exist. */
async function viewLanes(
  world: World,
  domain: string,
  names: readonly string[],
  tickets: number,
): Promise<LaneView[]> {
  const views = await Promise.all(names.map((name) => viewLane(world, domain, name, tickets)));
  return views.flatMap((view) => (view === null ? [] : [view.lane]));
}

/** The next names after `after`. `default` is always one of them. */
async function laneNames(
  world: World,
  domain: string,
  after: string | null,
  limit: number,
): Promise<{ readonly names: readonly string[]; readonly more: boolean }> {
  const { names } = await readLaneNames(world, domain);
  const left = [DEFAULT_LANE, ...names].sort().filter((name) => after === null || name > after);
  return { names: left.slice(0, limit), more: left.length > limit };
}

export type LanePage = { readonly lanes: LaneView[]; readonly next_cursor: string | null };

/**
 * A page of the domain's lanes, by name. `cursor`: the last name of the page before. The page may be short: the name
 * of a lane that was deleted, or is about to be made, may still be on the list.
 */
export async function listLanes(
  world: World,
  domain: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<LanePage> {
  const { names, more } = await laneNames(world, domain, cursor ?? null, limit);
  const lanes = await viewLanes(world, domain, names, 0);
  return { lanes, next_cursor: more ? (names.at(-1) ?? null) : null };
}

/** With the first `shown` runs of its queue. Rejects with `not_found` for a lane that does not exist. */
export async function getLane(
  world: World,
  domain: string,
  name: string,
  shown = SHOWN,
): Promise<VersionedLane> {
  const lane = await viewLane(world, domain, name, shown);
  if (lane === null) throw absent(name);
  return lane;
}

/** Runs with a place, and waiting ones, that are read for a lane that is shown with its runs. */
const RUNS_SHOWN = 100;
/** Of those, how many are read at once. */
const RUNS_PARALLEL = 25;

/** The same with what its first runs are: each costs a read. Its version does not cover what these runs do. */
export async function getLaneWithRuns(
  world: World,
  domain: string,
  name: string,
): Promise<VersionedLane> {
  const { lane, etag } = await getLane(world, domain, name);
  const holders = lane.active.filter((_, index) => index < RUNS_SHOWN);
  const waiting = lane.queue.filter(({ position }) => position <= RUNS_SHOWN);
  const runs = await readRuns(world, [...holders, ...waiting.map(({ run_id }) => run_id)]);
  const shown = ({ pipeline, triggered_by, created_at }: Run) => ({
    pipeline,
    triggered_by,
    created_at,
  });
  const places = holders.flatMap((run_id) => {
    const run = runs.get(run_id);
    if (!run) return [];
    return [
      { run_id, state: run.state, since: run.starting_at, progress: run.progress, ...shown(run) },
    ];
  });
  const queue = lane.queue.map((ticket) => {
    const run = runs.get(ticket.run_id);
    const created_at = timestampOf(runIdTime(ticket.run_id)) ?? undefined;
    const unread = { pipeline: null, triggered_by: null, ...(created_at && { created_at }) };
    return { ...ticket, ...(run ? shown(run) : unread) };
  });
  return { lane: { ...lane, places, queue }, etag };
}

async function readRuns(world: World, ids: readonly string[]): Promise<ReadonlyMap<string, Run>> {
  const runs = new Map<string, Run>();
  for (let at = 0; at < ids.length; at += RUNS_PARALLEL) {
    const some = ids.slice(at, at + RUNS_PARALLEL);
    const found = await Promise.all(some.map((id) => readRun(world, id)));
    for (const stored of found) if (stored) runs.set(stored.run.run_id, stored.run);
  }
  return runs;
}

/** Lanes that are read concurrently for figures. */
const PARALLEL = 32;

/** A lane with its figures. */
export type LaneFigures = {
  readonly lane: LaneView;
  /** When the first 100 runs of its queue were submitted, in milliseconds since 1970. */
  readonly waiting: readonly number[];
};

/** Figures of all lanes of the domain: one read per lane, and one list where runs wait. */
export async function laneFigures(world: World, domain: string): Promise<LaneFigures[]> {
  const figures: LaneFigures[] = [];
  let after: string | null = null;
  do {
    const page = await laneNames(world, domain, after, PARALLEL);
    const lanes = await viewLanes(world, domain, page.names, POSITION_MAX);
    for (const lane of lanes)
      figures.push({ lane, waiting: lane.queue.map(({ run_id }) => runIdTime(run_id)) });
    after = page.more ? (page.names.at(-1) ?? null) : null;
  } while (after !== null);
  return figures;
}

/**
 * Creates or changes a lane; runs that now have a place start. Rejects with AppError: `too_many_lanes`,
 * `precondition_failed`.
 */
export async function putLane(
  world: World,
  domain: string,
  name: string,
  change: { readonly capacity?: number | undefined; readonly paused?: boolean | undefined },
  wanted: Precondition = anyVersion,
): Promise<VersionedLane> {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  );
  const admitted = await configureLane(world, domain, name, given, wanted);
  await dispatchAll(world, admitted);
  return getLane(world, domain, name);
}

/** Attempts of a deletion against concurrent changes of the list of lanes. */
const DELETE_TRIES = 10;

/**
 * Deletes an idle lane. Rejects with AppError: `not_found`, `conflict` when it is not idle, `precondition_failed`,
 * `changed`. Its row stays with the count of its tickets, so that a writer with the old version gets a conflict.
 */
export async function deleteLane(
  world: World,
  domain: string,
  name: string,
  wanted: Precondition = anyVersion,
): Promise<void> {
  if (name === DEFAULT_LANE)
    throw new AppError('conflict', `Every domain has the lane ${name}; it cannot be deleted.`);
  for (let tries = 0; tries < DELETE_TRIES; tries++) {
    const list = await readLaneNames(world, domain);
    const isNamed = list.names.includes(name);
    const isRemade = await changeLane(world, domain, name, async (stored, unsure) => {
      const { lane } = stored;
      if (!isNamed && !lane.listed) throw absent(name);
      // An earlier attempt deleted it, and another request has made it again.
      if (tries > 0 && lane.listed) return { writes: [], result: true };
      const isDeleted = (tries > 0 || unsure) && !lane.listed;
      if (!isDeleted) assertVersion(wanted, 'lane', laneVersion(name, stored));
      if (!isIdle(lane)) throw new AppError('conflict', whyNotIdle(name, lane));
      return { writes: [writeLane(stored, tombstone(lane))], result: false };
    });
    if (isRemade) return;
    try {
      const left = list.names.filter((each) => each !== name);
      await writeLaneNames(world, domain, list, left);
      return;
    } catch (error) {
      // The list has changed: this lane may be in use again.
      if (!(error instanceof Conflict)) throw error;
    }
    await pause(world);
  }
  throw new AppError('changed', 'The lanes of the domain keep being changed; try again.');
}

function whyNotIdle(name: string, { active, queued }: Lane): string {
  const [first] = active;
  const stored =
    first === undefined ? `${queued} runs wait in it` : `run ${first} holds a place in it`;
  return `The lane ${name} is not idle: ${stored}.`;
}

const absent = (name: string): AppError => new AppError('not_found', `There is no lane ${name}.`);
