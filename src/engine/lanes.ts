/** Lanes for the API. */
import { AppError } from '../core/errors.ts';
import { ticketPriority } from '../core/lane.ts';
import { POSITION_MAX } from '../core/limits.ts';
import { DEFAULT_LANE, runIdTime } from '../core/names.ts';
import type { LaneView } from '../core/run-view.ts';
import type { World } from '../ports/world.ts';
import { advanceRuns, newBudget } from './advance.ts';
import { configureLane } from './lane-fill.ts';
import { listLaneNames, readLane, readTickets } from './lane-store.ts';

/** Tickets shown of one lane. */
const SHOWN = 1_000;

async function viewLane(
  world: World,
  domain: string,
  name: string,
  tickets: number,
): Promise<LaneView> {
  const { lane } = await readLane(world, domain, name);
  const queue =
    tickets > 0 && lane.queued > 0 ? await readTickets(world, domain, name, tickets) : [];
  return {
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
}

/** The next names after `after`. `default` is always one of them, also while no row says so. */
async function laneNames(
  world: World,
  domain: string,
  after: string | null,
  limit: number,
): Promise<{ readonly names: readonly string[]; readonly more: boolean }> {
  const stored = await listLaneNames(world, domain, after, limit);
  const all = after === null || after < DEFAULT_LANE ? [DEFAULT_LANE, ...stored] : stored;
  const names = [...new Set(all)].sort();
  return { names: names.slice(0, limit), more: stored.length === limit || names.length > limit };
}

export type LanePage = { readonly lanes: LaneView[]; readonly next_cursor: string | null };

/** A page of lanes that were ever used or configured, and `default`, by name. `cursor`: the last name of the page before. */
export async function listLanes(
  world: World,
  domain: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<LanePage> {
  const { names, more } = await laneNames(world, domain, cursor ?? null, limit);
  const lanes = await Promise.all(names.map((name) => viewLane(world, domain, name, 0)));
  return { lanes, next_cursor: more ? (names.at(-1) ?? null) : null };
}

/** With the first `shown` runs of its queue. Rejects with `not_found` for a lane that was never used (but `default`). */
export async function getLane(
  world: World,
  domain: string,
  name: string,
  shown = SHOWN,
): Promise<LaneView> {
  if (name !== DEFAULT_LANE && (await readLane(world, domain, name)).etag === null)
    throw new AppError('not_found', `There is no lane ${name}.`);
  return viewLane(world, domain, name, shown);
}

/** Reads lanes at once, while figures are gathered. */
const PARALLEL = 32;

/** A lane as its figures tell it. */
export type LaneFigures = {
  readonly lane: LaneView;
  /** Times (ms since 1970) at which the first 100 of its queue were submitted. */
  readonly waiting: readonly number[];
};

/** Figures of all lanes of the domain: one read a lane, and one list where runs wait. */
export async function laneFigures(world: World, domain: string): Promise<LaneFigures[]> {
  const figures: LaneFigures[] = [];
  let after: string | null = null;
  do {
    const page = await laneNames(world, domain, after, PARALLEL);
    const lanes = await Promise.all(
      page.names.map((name) => viewLane(world, domain, name, POSITION_MAX)),
    );
    for (const lane of lanes)
      figures.push({ lane, waiting: lane.queue.map(({ run_id }) => runIdTime(run_id)) });
    after = page.more ? (page.names.at(-1) ?? null) : null;
  } while (after !== null);
  return figures;
}

/** Creates or changes a lane; runs that now have a place start. */
export async function putLane(
  world: World,
  domain: string,
  name: string,
  change: { readonly capacity?: number | undefined; readonly paused?: boolean | undefined },
): Promise<LaneView> {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  );
  const admitted = await configureLane(world, domain, name, given);
  const budget = newBudget(world);
  for (const runId of admitted) {
    await advanceRuns(world, [runId], budget).catch((error: unknown) =>
      world.log.warn('first dispatch failed; the timer goes on', { run_id: runId, error }),
    );
  }
  return viewLane(world, domain, name, SHOWN);
}
