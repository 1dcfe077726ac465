/** Lanes for the API. */
import { AppError } from '../core/errors.ts';
import type { LaneView } from '../core/run-view.ts';
import type { World } from '../ports/world.ts';
import { advanceRun } from './advance.ts';
import { configureLane, listLaneNames, readLane, readTickets } from './lane-store.ts';

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
      priority: ticket.priority,
      position: index + 1,
    })),
  };
}

/** Lanes that were ever used or configured, and `default`. */
export async function listLanes(world: World, domain: string): Promise<LaneView[]> {
  const names = new Set(['default', ...(await listLaneNames(world, domain))]);
  return Promise.all([...names].sort().map((name) => viewLane(world, domain, name, 0)));
}

/** Rejects with `not_found` for a lane that was never used (but `default`). */
export async function getLane(world: World, domain: string, name: string): Promise<LaneView> {
  if (name !== 'default' && (await readLane(world, domain, name)).etag === null)
    throw new AppError('not_found', `There is no lane ${name}.`);
  return viewLane(world, domain, name, SHOWN);
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
  for (const runId of admitted) {
    await advanceRun(world, runId).catch((error: unknown) =>
      world.log.warn('first dispatch failed; the timer goes on', { run_id: runId, error }),
    );
  }
  return viewLane(world, domain, name, SHOWN);
}
