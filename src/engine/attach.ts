/** What a lane without a place for it answers to a run that may not wait. */
import { AppError } from '../core/errors.ts';
import { isTerminal } from '../core/event.ts';
import type { Launch } from '../core/request.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { readLane, readTickets } from './lane-store.ts';
import { sameLaunch } from './launch.ts';
import { type Held, readRunAndLaunch } from './run-store.ts';
import { getRun } from './runs.ts';
import type { Submitted } from './submission.ts';
import { laneReason } from './waiting.ts';

/** The run that `attach` means: the oldest one of the lane that is not on its way out, running before queued. */
async function attachable(
  world: World,
  domain: string,
  laneName: string,
): Promise<Found | undefined> {
  const { lane } = await readLane(world, domain, laneName);
  const tickets = lane.queued > 0 ? await readTickets(world, domain, laneName, 10) : [];
  for (const runId of [...lane.active, ...tickets.map((ticket) => ticket.run_id)]) {
    const found = await readRunAndLaunch(world, runId);
    if (found && found.run.state !== 'cancelling' && !isTerminal(found.run.state)) return found;
  }
  return undefined;
}

/** The answer of a busy lane to `attach` and `reject`; undefined when there is nothing to attach to. */
export async function attach(
  world: World,
  run: Run,
  launch: Launch,
): Promise<Submitted | undefined> {
  if (run.on_busy === 'reject') throw await busyRefusal(world, run);
  const found = await attachable(world, run.domain, run.lane);
  if (!found || found.run.run_id === run.run_id) return undefined;
  return attachedTo(world, found, launch);
}

/** Names the runs in the way; a paused lane is not called busy. */
async function busyRefusal(world: World, run: Run): Promise<AppError> {
  const { lane } = await readLane(world, run.domain, run.lane);
  const why = laneReason(run.lane, lane);
  const code = why?.code === 'lane_paused' ? 'lane_paused' : 'lane_busy';
  const message = why?.message ?? `In the lane ${run.lane} others wait for the place.`;
  return new AppError(code, message, { retryAfter: 30 });
}

type Found = Held & { readonly launch: Launch };

export async function attachedTo(world: World, found: Found, asked: Launch): Promise<Submitted> {
  const run = await getRun(world, found.run.domain, found.run.run_id);
  return { outcome: 'attached', differs: !sameLaunch(asked, found.launch), run };
}
