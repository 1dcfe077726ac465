/** Ends runs: after their driver, by a cancel or deadline, or when the driver is lost. */

import { finalProgress } from '../../core/events/driver-lines.ts';
import type { RunState } from '../../core/events/event.ts';
import type { EventDraft } from '../../core/events/event-row.ts';
import { isInterruption } from '../../core/kubernetes/interruption.ts';
import type { ObservedPod } from '../../core/kubernetes/observed.ts';
import { ABSENCE_GRACE_MS, LOG_DRAIN_GRACE_MS } from '../../core/limits.ts';
import type { Reason } from '../../core/reasons.ts';
import { completeDraft, statusDraft } from '../../core/runs/event-draft.ts';
import { lossOf, type Outcome, outcomeOf } from '../../core/runs/failure-reason.ts';
import { type Observation } from '../../core/runs/observe.ts';
import { committedJob, phaseOf, type Run, type Stop } from '../../core/runs/run.ts';
import { strayReason } from '../../core/runs/wait-reason.ts';
import { lastLines } from '../events/last-lines.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { asksUnstarted, closeLogs, isUnstarted } from './kubernetes/close-logs.ts';
import { collectLogs } from './kubernetes/collect-log.ts';
import type { Pass } from './pass.ts';
import type { Stepped } from './start.ts';

type Ending = {
  readonly reason: Reason | null;
  readonly exit_code?: number | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
};

/** Commits a terminal state with its two events; logs that were not read to their end leave a `gap` (`read`: the observation for `closeLogs`). */
export async function endRun(
  pass: Pass,
  stored: VersionedRun,
  state: RunState,
  outcome: Ending,
  read: Observation | null = null,
  also: Partial<Run> = {},
): Promise<VersionedRun> {
  const gaps = closeLogs(pass, stored, read);
  const now = new Date(pass.world.clock.now()).toISOString();
  const started_at = stored.run.started_at ?? startTime(stored.run, outcome.started_at);
  const change = {
    state,
    reason: outcome.reason,
    exit_code: outcome.exit_code ?? null,
    started_at,
    finished_at: later(endTime(stored.run, toIso(outcome.finished_at), now), started_at),
    progress: state === 'succeeded' ? finalProgress(stored.run.progress) : stored.run.progress,
    log: gaps.log,
    absent_since: null,
    draining_since: null,
    trouble_since: null,
    ...also,
  } satisfies Partial<Run>;
  const run: Run = { ...stored.run, ...change };
  const drafts: EventDraft[] = [...gaps.drafts];
  if (JSON.stringify(run.progress) !== JSON.stringify(stored.run.progress) && run.progress)
    drafts.push({ type: 'progress', data: run.progress });
  drafts.push(statusDraft(run, run.reason?.message ?? null), completeDraft(run));
  pass.world.log.info('run ended', {
    run_id: run.run_id,
    state,
    reason: run.reason?.code,
    exit_code: run.exit_code,
  });
  return pass.record(stored, change, drafts);
}

/** Kubernetes' times are whole seconds; stored times have milliseconds. */
const toIso = (time: string | null | undefined): string | null =>
  time ? new Date(time).toISOString() : null;

const later = (time: string, other: string | null): string =>
  other !== null && other > time ? other : time;

/**
 * When the driver ended: the whole second that Kubernetes reports, or the last line's time within that second. The
 * line's time alone is not trusted: the node's clock may have been set.
 */
function endTime(run: Run, finished: string | null, now: string): string {
  // Nor is a clock that is ahead of this one.
  if (finished === null || finished > now) return now;
  const second = finished.slice(0, 19);
  const lines = Object.values(run.log).filter(({ last_time }) => last_time.startsWith(second));
  return lines.reduce((time, { last_time }) => later(time, `${last_time.slice(0, 23)}Z`), finished);
}

/** When the driver started. Kubernetes truncates to seconds, so it may seem to be before the start of the run. */
export function startTime(run: Run, time: string | null | undefined): string | null {
  const started = toIso(time);
  return started && later(started, run.starting_at);
}

/** Stops a run before its driver ends; a run without a committed Job ends at once, whatever the cluster shows. */
export async function stopRun(
  pass: Pass,
  stored: VersionedRun,
  cause: Stop['cause'],
  why: Reason,
): Promise<VersionedRun> {
  const phase = phaseOf(stored.run);
  if (phase === 'queued' || phase === 'starting')
    return endRun(pass, stored, cause === 'cancel' ? 'cancelled' : 'failed', { reason: why });
  const change = {
    state: 'cancelling',
    absent_since: null,
    stop: { cause, reason: why },
    reason: why,
  } as const;
  return pass.record(stored, change, [statusDraft({ ...stored.run, ...change }, why.message)]);
}

/** Milliseconds since `since`; null without one. */
export function ageMs(pass: Pass, since: string | null): number | null {
  return since === null ? null : pass.world.clock.now() - Date.parse(since);
}

const nowText = (pass: Pass): string => new Date(pass.world.clock.now()).toISOString();

/** Reads the logs to their end. False while that is neither done nor given up. */
async function drain(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<{
  readonly stored: VersionedRun;
  readonly drained: boolean;
  readonly read: Observation | null;
}> {
  const collected = await collectLogs(pass, stored, observation);
  if (collected.complete) return { stored: collected.stored, drained: true, read: observation };
  const before = collected.stored.run;
  const age = ageMs(pass, before.draining_since);
  // New log lines are progress: only a log without any is given up.
  const moved = before.log_bytes > stored.run.log_bytes;
  if (age === null || moved)
    return {
      stored: await pass.record(collected.stored, { draining_since: nowText(pass) }),
      drained: false,
      read: null,
    };
  return { stored: collected.stored, drained: age >= LOG_DRAIN_GRACE_MS, read: null };
}

/** The outcome; for a failure also from the event log, which goes further back than the cluster's message. */
async function judge(pass: Pass, run: Run, observation: Observation): Promise<Outcome> {
  const outcome = outcomeOf(observation);
  if (outcome.reason?.code !== 'exit_code') return outcome;
  return outcomeOf(observation, await lastLines(pass.world, run));
}

/** The driver has ended by itself. */
export async function finishStep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<Stepped> {
  const logs = await drain(pass, stored, observation);
  if (!logs.drained) return { stored: logs.stored, again: false };
  const outcome = await judge(pass, logs.stored.run, observation);
  const state = outcome.reason === null ? 'succeeded' : 'failed';
  return { stored: await endRun(pass, logs.stored, state, outcome, logs.read), again: true };
}

/** The driver is not listed. It counts as lost only after a while: a list may be wrong, or a Job too new. */
export async function confirmStep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<Stepped> {
  const age = ageMs(pass, stored.run.absent_since);
  if (age === null)
    return { stored: await pass.record(stored, { absent_since: nowText(pass) }), again: false };
  if (age < ABSENCE_GRACE_MS) return { stored, again: false };
  if (!(await staysAbsent(pass, stored.run))) return { stored, again: false };
  if (observation.job?.end?.type === 'Complete' && !isInterruption(stored.run.reason))
    return {
      stored: await endRun(pass, stored, 'succeeded', { reason: null, exit_code: 0 }),
      again: true,
    };
  return {
    stored: await endRun(pass, stored, 'failed', {
      reason: lossOf(observation.job, stored.run.reason),
    }),
    again: true,
  };
}

/** Whether there is no pod and none can start later; time alone would prove neither. */
async function staysAbsent(pass: Pass, run: Run): Promise<boolean> {
  const job = committedJob(run);
  if (job) await (await pass.cluster(run)).fence(job);
  pass.forget(run);
  const { clusterState, drivers, strays } = await pass.observe(run);
  return clusterState !== 'unreachable' && drivers.length === 0 && strays.length === 0;
}

/**
 * Fences the run: deletes the ConfigMap that its pods need to start, then the Job. So only pods that a list from now on
 * shows can ever run, whatever a slow or stopped controller does later, and only these are waited for.
 */
export async function fenceStep(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const job = committedJob(stored.run);
  let unstarted = false;
  if (job) {
    const cluster = await pass.cluster(stored.run);
    await cluster.fence(job);
    // Between the two deletions: pods that have not started never will, and those that have are still listed.
    unstarted = await asksUnstarted(pass, stored.run);
    await cluster.deleteJob({ ...job, config: '' });
  }
  pass.forget(stored.run);
  const [fenced] = await Promise.all([
    pass.record(stored, { fenced: true, unstarted }),
    pass.noteSuccess(stored.run),
  ]);
  return { stored: fenced, again: true };
}

/** A fenced run with leftovers on the cluster. */
export async function stopStep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<Stepped> {
  const { job, drivers, strays } = observation;
  if (stored.run.unstarted && !drivers.every((pod) => isUnstarted(pod, observation)))
    return { stored: await pass.record(stored, { unstarted: false }), again: true };
  // A Job without a pod does no harm: its deletion is held up.
  if (drivers.length === 0 && strays.length === 0) return conclude(pass, stored, null, null);
  const cluster = await pass.cluster(stored.run);
  // The garbage collector would delete drivers too, but at an unknown time.
  for (const pod of [...(job ? [] : drivers), ...strays])
    if (!pod.deleting) await cluster.deletePod(pod);
  pass.forget(stored.run);
  const told = await tellStrays(pass, stored, observation);
  if (pass.leavesLog(told.run)) return { stored: told, again: false };
  const { stored: now } = await collectLogs(pass, told, observation);
  return { stored: now, again: false };
}

async function tellStrays(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<VersionedRun> {
  const reason = strayReason(observation);
  if (observation.strays.length === 0 || stored.run.reason?.code === reason.code) return stored;
  return pass.record(stored, { reason }, [statusDraft({ ...stored.run, reason }, reason.message)]);
}

/** Nothing of a fenced run is alive: its log is read, its tasks are deleted, then it ends. */
export async function concludeStep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<Stepped> {
  if (observation.drivers.length === 0) return conclude(pass, stored, null, null);
  const logs = await drain(pass, stored, observation);
  if (!logs.drained) return { stored: logs.stored, again: false };
  return conclude(pass, logs.stored, outcomeOf(observation).exit_code, logs.read);
}

/** The run becomes `cancelled` only when no task pod is left either. */
async function conclude(
  pass: Pass,
  stored: VersionedRun,
  exitCode: number | null,
  read: Observation | null,
): Promise<Stepped> {
  const tasks = await pass.tasks(stored.run);
  if (tasks.length > 0) {
    await sweepTasks(pass, stored.run, tasks);
    return { stored, again: false };
  }
  const { stop } = stored.run;
  const state = stop === null || stop.cause === 'cancel' ? 'cancelled' : 'failed';
  const outcome = { reason: stop?.reason ?? null, exit_code: exitCode };
  return { stored: await endRun(pass, stored, state, outcome, read), again: true };
}

/** Deletes the run's task pods, which have no owner and are not garbage-collected. */
export async function sweepTasks(
  pass: Pass,
  run: Run,
  tasks: readonly ObservedPod[],
): Promise<void> {
  const cluster = await pass.cluster(run);
  for (const pod of tasks) if (!pod.deleting) await cluster.deletePod(pod);
  pass.forget(run);
}
