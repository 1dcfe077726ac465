/** Submits a run: records it, brings it into its lane, and starts it when there is a place. */
import { AppError, Unsettled } from '../../core/errors.ts';
import type { Target } from '../../core/kinds/target.ts';
import { SUBMIT_GRACE_MS } from '../../core/limits.ts';
import { newRunId } from '../../core/names.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { publishState } from '../events/publish.ts';
import { acceptRun, type Entered, withdraw } from '../lanes/lane-admission.ts';
import { listLane, tooManyLanes } from '../lanes/lane-names.ts';
import { isInLane, readLane, type VersionedLane } from '../lanes/lane-store.ts';
import { getRun, showRun } from '../queries/runs.ts';
import { countStart, firstDispatch } from '../reconcile/dispatch.ts';
import { putIndex } from '../store/index-store.ts';
import { adoptRun, type Found, readRun, type VersionedRun } from '../store/run-store.ts';
import { noteWaiting, type VersionedWork } from '../store/work.ts';
import { sameLaunch } from './launch.ts';
import { findWay, isNew, type Plan, planRun } from './plan.ts';
import { newRun, recordRun, settled, tooLate } from './record.ts';
import { type Idempotency, type Key, lookUpKey, reserveKey, runOf, tieKey } from './reserve-key.ts';
import { takeSession } from './runs/continue-run.ts';
import type { Submission, Submitted } from './submission.ts';

/** How often a start begins again because concurrent requests were faster. */
const SUBMIT_TRIES = 5;
/** Attempts of a recorded run to enter its lane: a tick may adopt it, or the lane may change. */
const ENTER_TRIES = 5;

/**
 * Submits a run. Rejects with AppError (`invalid`, `forbidden`, `lane_busy`, `lane_paused`, `lane_full`,
 * `session_busy`, `not_resumable`, `idempotency_mismatch`, `unavailable`): then there is no run. Rejects with `Unsettled` when storage failed
 * and there may be one.
 */
export function submitRun(world: World, submission: Submission): Promise<Submitted> {
  return countStart(world, () => untilSettled(world, submission));
}

async function untilSettled(world: World, submission: Submission): Promise<Submitted> {
  const began = world.clock.now();
  for (let tries = 0; tries < SUBMIT_TRIES; tries += 1) {
    const submitted = await submitOnce(world, submission);
    if (submitted) return submitted;
    if (world.clock.now() - began >= SUBMIT_GRACE_MS) break;
  }
  throw tooLate();
}

/** Undefined when a concurrent request was faster: nothing of this attempt is left, and the submit begins again. */
async function submitOnce(world: World, submission: Submission): Promise<Submitted | undefined> {
  const { domain, idempotency } = submission;
  const key = idempotency && (await lookUpKey(world, domain, idempotency));
  const replayed = key && (await replay(world, key));
  if (replayed) return replayed;

  const plan = await planRun(world, submission);
  const { launch } = plan;
  const way = await findWay(world, submission, plan);
  if ('attachTo' in way) {
    const { run } = way.attachTo;
    const differs = plan.target.name !== run.target || !sameLaunch(launch, way.attachTo.launch);
    const tied = key === undefined || (await tieKey(world, key, run.run_id, differs));
    return tied ? attachedTo(world, run, differs) : undefined;
  }
  if (isNew(plan.lane, plan.stored) && !(await nameLane(world, domain, plan.lane)))
    return undefined;
  const now = world.clock.now();
  const fresh = newRunId(now, world.random(4));
  const runId = key ? await reserveKey(world, key, fresh) : fresh;
  if (runId === undefined) return undefined;
  if (plan.session && !(await takeSession(world, plan.session, runId))) return undefined;
  const run = newRun(runId, submission, plan, {
    key: key?.hash ?? null,
    now: new Date(now).toISOString(),
  });
  const recorded = await recordRun(world, run, launch, runId !== fresh);
  if (!recorded) return undefined;
  const { stored, work } = recorded;
  const outcome = runId === fresh ? 'created' : 'replayed';
  const before = stored.run.adopted ? {} : { before: plan.stored };
  const { accepted } = submission;
  const entry = {
    ...plan,
    ...way,
    ...before,
    work,
    outcome,
    ...(accepted && { accepted }),
  } as const;
  return settled(runId, enter(world, stored, entry));
}

/**
 * Puts a new lane on the list, after the read of the lane and before the commit that needs it unchanged; false when
 * concurrent changes prevented it for too long. Throws `too_many_lanes`.
 */
async function nameLane(world: World, domain: string, lane: string): Promise<boolean> {
  try {
    if (await listLane(world, domain, lane)) return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
  throw tooManyLanes(domain);
}

/**
 * The result of an earlier request with the same key and body, whatever catalogue and policy say today; undefined
 * when that request recorded nothing.
 */
export async function replayRun(
  world: World,
  domain: string,
  idempotency: Idempotency,
): Promise<Submitted | undefined> {
  return replay(world, await lookUpKey(world, domain, idempotency));
}

async function replay(world: World, key: Key): Promise<Submitted | undefined> {
  const known = await runOf(world, key);
  if (!known) return undefined;
  try {
    if (known.attached) return await attachedTo(world, known.run, known.differs);
    return await settled(known.run.run_id, resumeSubmit(world, known));
  } catch (error) {
    // Deleted in this moment, and its key with it: the request is a new one.
    if (error instanceof AppError && error.code === 'gone') return undefined;
    throw error;
  }
}

/** An earlier request may have stopped before its run was in its lane. */
async function resumeSubmit(
  world: World,
  { launch, ...found }: Found,
): Promise<Submitted | undefined> {
  if (await isAccepted(world, found.run)) return entered(world, found, 'replayed');
  const stored = await adoptRun(world, found);
  const queueing = stored.run.on_busy === 'queue';
  return enter(world, stored, { launch, queueing, outcome: 'replayed' });
}

async function isAccepted(world: World, run: Run): Promise<boolean> {
  if (run.state !== 'queued') return true;
  const { domain, lane, run_id } = run;
  return isInLane(world, domain, lane, await readLane(world, domain, lane), run_id);
}

async function attachedTo(world: World, run: Run, differs: boolean): Promise<Submitted> {
  return { outcome: 'attached', differs, run: await getRun(world, run.domain, run.run_id) };
}

/** A recorded run on its way into its lane. */
type Entry = {
  readonly launch: Launch;
  readonly target?: Target;
  readonly work?: VersionedWork;
  /** The lane as it was before the run was recorded. */
  readonly before?: VersionedLane;
  readonly queueing: boolean;
  readonly outcome: 'created' | 'replayed';
  readonly accepted?: (runId: string) => void;
};

/** Brings the run into its lane. Undefined when there was no place after all, and the run was withdrawn. */
async function enter(
  world: World,
  stored: VersionedRun,
  entry: Entry,
): Promise<Submitted | undefined> {
  const { run } = stored;
  const { launch, target, before, queueing, outcome } = entry;
  let doubt = false;
  let now: VersionedRun | undefined = stored;
  for (let tries = 0; now && tries < ENTER_TRIES; tries += 1) {
    const result = await bringIn(world, run, queueing, tries === 0 ? before : undefined);
    if (result === 'withdrawn') return undefined;
    if (result === 'active' || result === 'over' || result === 'queued')
      entry.accepted?.(run.run_id);
    if (result === 'active' || result === 'over') {
      // No concurrent writer: the inserted run is current and owns its place.
      const alone = result === 'active' && now === stored && run.state === 'queued' && !run.adopted;
      return entered(world, now, outcome, alone && target ? { launch, target } : undefined);
    }
    if (result === 'queued') return queued(world, now, entry, true);
    // The run is recorded, so a tick brings it into the lane, by the request's own rule. That may be answered only to a
    // request that may wait; for others the run is withdrawn, unless it was adopted.
    if (result === 'unsettled' && run.on_busy === 'queue') return queued(world, now, entry, false);
    const trouble = typeof result === 'object' ? result.error : undefined;
    if (trouble !== undefined && run.on_busy === 'queue') throw trouble;
    doubt ||= trouble !== undefined;
    if (await withdraw(world, now, doubt)) {
      if (trouble !== undefined || result === 'unsettled') throw tooLate(trouble);
      if (result === 'too_many_lanes') throw tooManyLanes(run.domain);
      return undefined;
    }
    // A tick has adopted the unfinished submit: read what became of it.
    now = await readRun(world, run.run_id);
  }
  if (now) throw new Unsettled(run.run_id, tooLate());
  return undefined;
}

/** After an error of storage it is unknown whether the run is in its lane. */
function bringIn(
  world: World,
  { domain, lane, run_id, priority }: Run,
  queueing: boolean,
  before: VersionedLane | undefined,
): Promise<Entered | { readonly error: unknown }> {
  const entry = { run_id, priority, queueing };
  return acceptRun(world, domain, lane, entry, before).catch((error: unknown) => ({ error }));
}

async function entered(
  world: World,
  stored: VersionedRun,
  outcome: Submitted['outcome'],
  plan?: Pick<Plan, 'launch' | 'target'>,
): Promise<Submitted> {
  const { run } = stored;
  const indexed = index(world, run);
  if (!(await firstDispatch(world, stored, plan)) && plan) {
    // Not dispatched here, so the run is as recorded.
    const [view] = await Promise.all([showRun(world, run, plan.launch, 'placed'), indexed]);
    return { outcome, differs: false, run: view };
  }
  await indexed;
  return { outcome, differs: false, run: await getRun(world, run.domain, run.run_id) };
}

/** A run that waits: nothing is started, and only the domain's group is notified. */
async function queued(
  world: World,
  { run }: VersionedRun,
  { launch, work, outcome }: Entry,
  ticketed: boolean,
): Promise<Submitted> {
  const [view] = await Promise.all([
    showRun(world, run, launch, ticketed ? 'ticketed' : 'unknown'),
    index(world, run),
    publishState(world, run),
    ticketed && work && noteWaiting(world, work),
  ]);
  return { outcome, differs: false, run: view };
}

const index = (world: World, run: Run): Promise<void> =>
  putIndex(world, run).catch((error: unknown) =>
    world.log.warn('index not written', { run_id: run.run_id, error }),
  );
