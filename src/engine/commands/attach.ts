/** How a full lane answers a request: attach, queue or refuse. */
import { AppError } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/event.ts';
import { accept, type Lane } from '../../core/lanes/lane.ts';
import type { World } from '../../ports/world.ts';
import { readTickets } from '../lanes/lane-store.ts';
import { laneReason } from '../lanes/waiting.ts';
import { type Found, readRunAndLaunch } from '../store/run-store.ts';
import type { Plan } from './plan.ts';
import type { Submission } from './submission.ts';

/** When a refused caller should ask again: a queue of 5,000 moves slowly, a place may be free any time. */
const FULL_RETRY_SECONDS = 60;
const BUSY_RETRY_SECONDS = 30;

/** `attachTo`: an existing run. `queueing`: start a new run, which may wait for a place or not. */
export type Way = { readonly attachTo: Found } | { readonly queueing: boolean };

/**
 * Decides on the lane as the plan has read it; nothing has been written yet. Rejects with AppError: `lane_full`,
 * `lane_busy`, `lane_paused`.
 */
export async function findWay(
  world: World,
  { domain, request: { on_busy } }: Submission,
  { lane, stored, priority }: Plan,
): Promise<Way> {
  const wouldGet = (queueing: boolean) =>
    accept(stored.lane, [{ run_id: '', priority, queueing }]).results[0];
  let queueing = on_busy === 'queue';
  if (wouldGet(queueing) === 'busy') {
    if (on_busy === 'reject') throw busyRefusal(lane, stored.lane);
    const attachTo = await attachable(world, domain, lane, stored.lane);
    if (attachTo) return { attachTo };
    queueing = true;
  }
  if (wouldGet(queueing) === 'full')
    throw new AppError('lane_full', `The queue of the lane ${lane} is full.`, {
      retryAfter: FULL_RETRY_SECONDS,
    });
  return { queueing };
}

/** The run for `attach`: the lane's oldest run that is not ending, those with a place before queued ones. */
async function attachable(
  world: World,
  domain: string,
  name: string,
  lane: Lane,
): Promise<Found | undefined> {
  const tickets = lane.queued > 0 ? await readTickets(world, domain, name, 10) : [];
  for (const runId of [...lane.active, ...tickets.map((ticket) => ticket.run_id)]) {
    const found = await readRunAndLaunch(world, runId);
    if (found && found.run.state !== 'cancelling' && !isTerminal(found.run.state)) return found;
  }
  return undefined;
}

/** The refusal, with the runs that hold the places; a paused lane has its own code. */
function busyRefusal(name: string, lane: Lane): AppError {
  const why = laneReason(name, lane);
  const code = why?.code === 'lane_paused' ? 'lane_paused' : 'lane_busy';
  const message = why?.message ?? `In the lane ${name} others wait for the place.`;
  return new AppError(code, message, { retryAfter: BUSY_RETRY_SECONDS });
}
