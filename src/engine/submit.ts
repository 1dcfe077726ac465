/** Takes in a run: records it, brings it into its lane, starts it when there is a place. */
import { AppError } from '../core/errors.ts';
import type { Launch } from '../core/request.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { attach, attachedTo } from './attach.ts';
import { claim, tieKey } from './claim.ts';
import { countStart, firstDispatch } from './dispatch.ts';
import { putIndex } from './index-store.ts';
import { acceptRun, type Entered } from './lane-gate.ts';
import { type LaneRefusal, tooManyLanes } from './lane-names.ts';
import { findTicket, readLane } from './lane-store.ts';
import { type Plan, planRun, undeclared } from './plan.ts';
import { publishState } from './publish.ts';
import { readReachability } from './reachability.ts';
import { insertOrAdopt, newRun, tooLate } from './record.ts';
import { adoptRun, type Held, readRun, readRunAndLaunch } from './run-store.ts';
import { getRun } from './runs.ts';
import type { Submission, Submitted } from './submission.ts';
import { takeBack } from './take-back.ts';
import { toView } from './view.ts';
import { Queues } from './waiting.ts';
import { type HeldWork, newWork, noteWaiting, putWork } from './work.ts';

/** Looks for a place before the caller is told to try again: others may adopt the run, or change the lane. */
const ENTER_TRIES = 5;

/** Takes in a run. Rejects with AppError: `invalid`, `forbidden`, `lane_busy`, `lane_full`, `idempotency_mismatch`. */
export function submitRun(world: World, submission: Submission): Promise<Submitted> {
  return countStart(world, takeIn(world, submission));
}

async function takeIn(world: World, submission: Submission): Promise<Submitted> {
  const plan = await planRun(world, submission);
  const { launch } = plan;
  const { runId, replayed, attached: tied } = await claim(world, submission);
  const before = replayed ? await readRunAndLaunch(world, runId) : undefined;
  if (before && tied) return attachedTo(world, before, launch);
  if (before && (await isAccepted(world, before.run))) return entered(world, before, 'replayed');
  const run = newRun(runId, submission, plan, new Date(world.clock.now()).toISOString());
  if (!before && run.on_busy !== 'queue' && (await looksBusy(world, run))) {
    const attached = await attach(world, run, launch);
    if (attached && (await tieKey(world, submission, runId, attached.run.run_id))) return attached;
  }
  const work = await putWork(world, newWork(run));
  const held = before ? await adoptRun(world, before) : await insertOrAdopt(world, run, launch);
  return enter(world, submission, held, plan, replayed, work);
}

/** Whether a run that may not wait has no chance: then nothing is written at all. */
async function looksBusy(world: World, run: Run): Promise<boolean> {
  const { lane } = await readLane(world, run.domain, run.lane);
  return lane.paused || lane.queued > 0 || lane.active.length >= lane.capacity;
}

async function isAccepted(world: World, run: Run): Promise<boolean> {
  if (run.state !== 'queued') return true;
  const { lane } = await readLane(world, run.domain, run.lane);
  if (lane.active.includes(run.run_id)) return true;
  return (await findTicket(world, run.domain, run.lane, run.run_id)) !== null;
}

function bringIn(world: World, run: Run, queueing: boolean): Promise<Entered> {
  return acceptRun(world, run.domain, run.lane, {
    run_id: run.run_id,
    priority: run.priority,
    queueing,
  });
}

/** Through the gate, or back out without a trace. */
async function enter(
  world: World,
  submission: Submission,
  held: Held,
  plan: Plan,
  replayed: boolean,
  work: HeldWork,
): Promise<Submitted> {
  const { run } = held;
  let queueing = run.on_busy === 'queue';
  for (let now: Held | undefined = held, tries = 0; now && tries < ENTER_TRIES; tries++) {
    const result = await bringIn(world, run, queueing);
    if (result === 'taken_back') break;
    // Recorded is answered: a tick brings it in. It does so by the request's own rule, so that only what asked to wait
    // may be told so; another one is withdrawn, unless somebody else has it.
    if (result === 'unsettled') {
      if (run.on_busy === 'queue') return queued(world, now, plan, replayed, null);
      if (await takeBack(world, now)) break;
      now = await readRun(world, run.run_id);
      continue;
    }
    if (result === 'queued') return queued(world, now, plan, replayed, work);
    if (result === 'active' || result === 'over') {
      // Where nobody has come between, the run is what was inserted, and its place is its own.
      const alone = result === 'active' && now === held && run.state === 'queued' && !run.adopted;
      return entered(world, now, replayed ? 'replayed' : 'created', alone ? plan : undefined);
    }
    const answer = await answerOf(world, submission, run, plan.launch, result);
    if (answer === undefined) queueing = true;
    else if (await takeBack(world, now)) {
      if (answer instanceof AppError) throw answer;
      await tieKey(world, submission, run.run_id, answer.run.run_id);
      return answer;
    }
    // A tick that found the submit unfinished has adopted the run: look what became of it.
    now = await readRun(world, run.run_id);
  }
  throw tooLate();
}

/** What the caller is told when there is no place; undefined when the run queues after all. */
async function answerOf(
  world: World,
  { request }: Submission,
  run: Run,
  launch: Launch,
  result: 'full' | 'busy' | LaneRefusal,
): Promise<Submitted | AppError | undefined> {
  // The lane was deleted meanwhile, or others have made the last ones.
  if (result === 'undeclared') return undeclared(run.domain, run.lane, request);
  if (result === 'too_many_lanes') return tooManyLanes(run.domain);
  if (result === 'full') {
    return new AppError('lane_full', `The queue of the lane ${run.lane} is full.`, {
      retryAfter: 60,
    });
  }
  return attach(world, run, launch).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
}

async function entered(
  world: World,
  held: Held,
  outcome: Submitted['outcome'],
  plan?: Plan,
): Promise<Submitted> {
  const { run } = held;
  const indexed = index(world, run);
  await firstDispatch(world, held, plan);
  await indexed;
  return { outcome, differs: false, run: await getRun(world, run.domain, run.run_id) };
}

/** A run that waits: there is nothing to start, and nobody watches it yet but those who watch the domain. `work`: it has its ticket. */
async function queued(
  world: World,
  { run }: Held,
  { launch }: Plan,
  replayed: boolean,
  work: HeldWork | null,
): Promise<Submitted> {
  const [wait, reach] = await Promise.all([
    new Queues(world).waitOf(run, work !== null),
    readReachability(world, run.domain, run.target),
    index(world, run),
    publishState(world, run),
    work && noteWaiting(world, work),
  ]);
  const outcome = replayed ? 'replayed' : 'created';
  return { outcome, differs: false, run: toView(run, launch, reach, wait) };
}

const index = (world: World, run: Run): Promise<void> =>
  putIndex(world, run).catch((error: unknown) =>
    world.log.warn('index not written', { run_id: run.run_id, error }),
  );
