/** Takes in a run: records it, brings it into its lane, starts it when there is a place. */
import { AppError } from '../core/errors.ts';
import { isTerminal } from '../core/event.ts';
import { DISPATCH_BUDGET_MS } from '../core/limits.ts';
import type { Launch, RunRequest } from '../core/request.ts';
import type { Run } from '../core/run.ts';
import type { RunView } from '../core/run-view.ts';
import { Conflict } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { advancePlaced, advanceRun } from './advance.ts';
import { claim, tieKey } from './claim.ts';
import { statusFact } from './facts.ts';
import { putIndex } from './index-store.ts';
import { acceptRun, type Entered } from './lane-gate.ts';
import { findTicket, readLane, readTickets } from './lane-store.ts';
import { sameLaunch } from './launch.ts';
import { type Plan, planRun } from './plan.ts';
import { publishState } from './publish.ts';
import { readReachability } from './reachability.ts';
import { adoptRun, type Held, insertRun, readRun, readRunAndLaunch } from './run-store.ts';
import { getRun } from './runs.ts';
import { takeBack } from './take-back.ts';
import { toView } from './view.ts';
import { laneReason, Queues } from './waiting.ts';
import { putWork } from './work.ts';

export type Submission = {
  readonly domain: string;
  readonly request: RunRequest;
  readonly idempotencyKey?: string;
  /** The caller has the scope `launch` and no more. */
  readonly launchOnly?: boolean;
};
export type Submitted = {
  readonly outcome: 'created' | 'attached' | 'replayed';
  readonly differs: boolean;
  readonly run: RunView;
};

function newRun(
  id: string,
  { domain, request }: Submission,
  { launch, target, lane, priority }: Plan,
  now: string,
): Run {
  return {
    run_id: id,
    domain,
    lane,
    target: target.name,
    kind: launch.kind,
    state: 'queued',
    pipeline: launch.pipeline,
    revision: launch.revision,
    profile: launch.profile,
    labels: request.labels,
    triggered_by: request.triggered_by ?? null,
    priority,
    on_busy: request.on_busy,
    deadline_seconds: launch.deadline_seconds,
    attempt: 0,
    job_name: null,
    job_uid: null,
    job_config: null,
    discarded_uid: null,
    fenced: false,
    stop: null,
    reason: null,
    exit_code: null,
    progress: null,
    created_at: now,
    starting_at: null,
    started_at: null,
    finished_at: null,
    absent_since: null,
    draining_since: null,
    trouble_since: null,
    adopted: false,
    refused: false,
    released: false,
    swept: false,
    last_seq: 0,
    published_seq: 0,
    archived_seq: 0,
    generation: 0,
    attended_until: null,
    asked_at: null,
    log: {},
    log_lines: 0,
    log_bytes: 0,
  };
}

/** Looks for a place before the caller is told to try again: others may adopt the run, or change the lane. */
const ENTER_TRIES = 5;

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

/** Takes in a run. Rejects with AppError: `invalid`, `forbidden`, `lane_busy`, `lane_full`, `idempotency_mismatch`. */
export async function submitRun(world: World, submission: Submission): Promise<Submitted> {
  const { domain } = submission;
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
  await putWork(world, { run_id: runId, domain, lane: run.lane, heads: 0, compacting_until: 0 });
  const held = before ? await adoptRun(world, before) : await insertOrAdopt(world, run, launch);
  return enter(world, submission, held, plan, replayed);
}

/** Whether a run that may not wait has no chance: then nothing is written at all. */
async function looksBusy(world: World, run: Run): Promise<boolean> {
  const { lane } = await readLane(world, run.domain, run.lane);
  return lane.paused || lane.queued > 0 || lane.active.length >= lane.capacity;
}

/** The answer of a busy lane to `attach` and `reject`; undefined when there is nothing to attach to. */
async function attach(world: World, run: Run, launch: Launch): Promise<Submitted | undefined> {
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

async function attachedTo(world: World, found: Found, asked: Launch): Promise<Submitted> {
  const run = await getRun(world, found.run.domain, found.run.run_id);
  return { outcome: 'attached', differs: !sameLaunch(asked, found.launch), run };
}

async function insertOrAdopt(world: World, run: Run, launch: Launch): Promise<Held> {
  try {
    return await insertRun(world, run, launch, [statusFact(run, null)]);
  } catch (error) {
    const held = error instanceof Conflict ? await readRun(world, run.run_id) : undefined;
    // The id is blocked: an earlier try was taken back, or this one took too long.
    if (!held && error instanceof Conflict) throw tooLate();
    if (!held) throw error;
    return adoptRun(world, held);
  }
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
): Promise<Submitted> {
  const { run } = held;
  let queueing = run.on_busy === 'queue';
  for (let now: Held | undefined = held, tries = 0; now && tries < ENTER_TRIES; tries++) {
    const result = await bringIn(world, run, queueing);
    if (result === 'taken_back') break;
    // Recorded is answered: a tick brings it in. It does so by the request's own rule, so that only what asked to wait
    // may be told so; another one is withdrawn, unless somebody else has it.
    if (result === 'unsettled') {
      if (run.on_busy === 'queue') return queued(world, now, plan, replayed, false);
      if (await takeBack(world, now)) break;
      now = await readRun(world, run.run_id);
      continue;
    }
    if (result === 'queued') return queued(world, now, plan, replayed, true);
    if (result !== 'full' && result !== 'busy') {
      // Where nobody has come between, the run is what was inserted, and its place is its own.
      const alone = result === 'active' && now === held && run.state === 'queued' && !run.adopted;
      return entered(world, now, replayed ? 'replayed' : 'created', alone ? plan : undefined);
    }
    const answer = await answerOf(world, run, plan.launch, result);
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

const tooLate = (): AppError =>
  new AppError('unavailable', 'The run could not be brought into its lane in time.', {
    retryAfter: 1,
  });

/** What the caller is told when there is no place; undefined when the run queues after all. */
async function answerOf(
  world: World,
  run: Run,
  launch: Launch,
  result: 'full' | 'busy',
): Promise<Submitted | AppError | undefined> {
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
  await startWithin(world, held, plan);
  await indexed;
  return { outcome, differs: false, run: await getRun(world, run.domain, run.run_id) };
}

/** A run that waits: there is nothing to start, and nobody watches it yet but those who watch the domain. */
async function queued(
  world: World,
  { run }: Held,
  { launch }: Plan,
  replayed: boolean,
  ticketed: boolean,
): Promise<Submitted> {
  const [wait, reach] = await Promise.all([
    new Queues(world).waitOf(run, ticketed),
    readReachability(world, run.domain, run.target),
    index(world, run),
    publishState(world, run),
  ]);
  const outcome = replayed ? 'replayed' : 'created';
  return { outcome, differs: false, run: toView(run, launch, reach, wait) };
}

const index = (world: World, run: Run): Promise<void> =>
  putIndex(world, run).catch((error: unknown) =>
    world.log.warn('index not written', { run_id: run.run_id, error }),
  );

/** The first dispatch. Once accepted, no trouble of the cluster is the caller's: a tick goes on. */
async function startWithin(world: World, held: Held, plan: Plan | undefined): Promise<void> {
  const limit = new AbortController();
  const { run_id } = held.run;
  const advanced = plan
    ? advancePlaced(world, held, plan.launch, plan.target)
    : advanceRun(world, run_id);
  const start = advanced.catch((error: unknown) => {
    world.log.warn('first dispatch failed; the timer goes on', { run_id, error });
  });
  await Promise.race([start, world.clock.sleep(DISPATCH_BUDGET_MS, limit.signal)]);
  limit.abort();
}
