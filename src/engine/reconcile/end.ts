/** From the end of a driver to the end of its run. */
import type { RunState } from '../../core/events/event.ts';
import type { Fact } from '../../core/events/event-row.ts';
import { isInterruption } from '../../core/kubernetes/interruption.ts';
import type { PodView } from '../../core/kubernetes/observation.ts';
import { ABSENCE_GRACE_MS, LOG_DRAIN_GRACE_MS } from '../../core/limits.ts';
import { finalProgress } from '../../core/log/progress.ts';
import type { Reason } from '../../core/reasons.ts';
import { armedJob, phaseOf, type Run, type Stop } from '../../core/runs/run.ts';
import { lossOf, type Outcome, outcomeOf, type Sighting } from '../../core/runs/situation.ts';
import { strayReason } from '../../core/runs/wait-reason.ts';
import { asksUnstarted, closeLogs, isUnstarted } from '../events/close-logs.ts';
import { collectLogs } from '../events/collect-log.ts';
import { completeFact, statusFact } from '../events/event-draft.ts';
import { lastLines } from '../events/last-lines.ts';
import type { Held } from '../store/run-store.ts';
import type { Pass } from './pass.ts';
import type { Stepped } from './start.ts';

type Facts = {
  readonly reason: Reason | null;
  readonly exit_code?: number | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
};

/** Commits a terminal state with its two events; logs that were not read to their end leave a gap (`read`: as in `closeLogs`). */
export async function endRun(
  pass: Pass,
  held: Held,
  state: RunState,
  outcome: Facts,
  read: Sighting | null = null,
  also: Partial<Run> = {},
): Promise<Held> {
  const gaps = closeLogs(pass, held, read);
  const now = new Date(pass.world.clock.now()).toISOString();
  const started_at = held.run.started_at ?? startTime(held.run, outcome.started_at);
  const change = {
    state,
    reason: outcome.reason,
    exit_code: outcome.exit_code ?? null,
    started_at,
    finished_at: later(endTime(held.run, toIso(outcome.finished_at), now), started_at),
    progress: state === 'succeeded' ? finalProgress(held.run.progress) : held.run.progress,
    log: gaps.log,
    absent_since: null,
    draining_since: null,
    trouble_since: null,
    ...also,
  } satisfies Partial<Run>;
  const run: Run = { ...held.run, ...change };
  const facts: Fact[] = [...gaps.facts];
  if (JSON.stringify(run.progress) !== JSON.stringify(held.run.progress) && run.progress)
    facts.push({ type: 'progress', data: run.progress });
  facts.push(statusFact(run, run.reason?.message ?? null), completeFact(run));
  pass.world.log.info('run ended', {
    run_id: run.run_id,
    state,
    reason: run.reason?.code,
    exit_code: run.exit_code,
  });
  return pass.record(held, change, facts);
}

/** Kubernetes gives whole seconds; ours have milliseconds, all in one form. */
const toIso = (time: string | null | undefined): string | null =>
  time ? new Date(time).toISOString() : null;

const later = (time: string, other: string | null): string =>
  other !== null && other > time ? other : time;

/**
 * When the driver ended: of the whole second that Kubernetes gives, not before its last line in it. The time of a
 * line alone is not believed, for its clock may have been set since.
 */
function endTime(run: Run, finished: string | null, now: string): string {
  // A clock that is ahead of ours is not believed either.
  if (finished === null || finished > now) return now;
  const second = finished.slice(0, 19);
  const lines = Object.values(run.log).filter(({ last_time }) => last_time.startsWith(second));
  return lines.reduce((time, { last_time }) => later(time, `${last_time.slice(0, 23)}Z`), finished);
}

/** When the driver started: Kubernetes cuts it to a whole second, which may lie before the order to start. */
export function startTime(run: Run, time: string | null | undefined): string | null {
  const started = toIso(time);
  return started && later(started, run.starting_at);
}

/** Ends a run before its driver does; one whose Job was never to run is over at once, whatever the cluster says. */
export async function stopRun(
  pass: Pass,
  held: Held,
  cause: Stop['cause'],
  why: Reason,
): Promise<Held> {
  const phase = phaseOf(held.run);
  if (phase === 'queued' || phase === 'starting')
    return endRun(pass, held, cause === 'cancel' ? 'cancelled' : 'failed', { reason: why });
  const change = {
    state: 'cancelling',
    absent_since: null,
    stop: { cause, reason: why },
    reason: why,
  } as const;
  return pass.record(held, change, [statusFact({ ...held.run, ...change }, why.message)]);
}

/** How long something has been so; null when this is the first time that it is seen. */
export function ageMs(pass: Pass, since: string | null): number | null {
  return since === null ? null : pass.world.clock.now() - Date.parse(since);
}

const nowText = (pass: Pass): string => new Date(pass.world.clock.now()).toISOString();

/** Reads the logs to their end. False while that is not done, and not yet given up. */
async function drain(
  pass: Pass,
  held: Held,
  sighting: Sighting,
): Promise<{ readonly held: Held; readonly drained: boolean; readonly read: Sighting | null }> {
  const collected = await collectLogs(pass, held, sighting);
  if (collected.complete) return { held: collected.held, drained: true, read: sighting };
  const before = collected.held.run;
  const age = ageMs(pass, before.draining_since);
  // Log lines that still come are progress: only a log that gives nothing is given up.
  const moved = before.log_bytes > held.run.log_bytes;
  if (age === null || moved)
    return {
      held: await pass.record(collected.held, { draining_since: nowText(pass) }),
      drained: false,
      read: null,
    };
  return { held: collected.held, drained: age >= LOG_DRAIN_GRACE_MS, read: null };
}

/** For the reason of a failure our log is read, which goes further back than what the cluster keeps. */
async function judge(pass: Pass, run: Run, sighting: Sighting): Promise<Outcome> {
  const outcome = outcomeOf(sighting);
  if (outcome.reason?.code !== 'exit_code') return outcome;
  return outcomeOf(sighting, await lastLines(pass.world, run));
}

/** The driver has ended by itself. */
export async function finishStep(pass: Pass, held: Held, sighting: Sighting): Promise<Stepped> {
  const logs = await drain(pass, held, sighting);
  if (!logs.drained) return { held: logs.held, again: false };
  const outcome = await judge(pass, logs.held.run, sighting);
  const state = outcome.reason === null ? 'succeeded' : 'failed';
  return { held: await endRun(pass, logs.held, state, outcome, logs.read), again: true };
}

/** The driver cannot be found. Believed only when it stays so: an answer may be wrong, a Job may not show yet. */
export async function confirmStep(pass: Pass, held: Held, sighting: Sighting): Promise<Stepped> {
  const age = ageMs(pass, held.run.absent_since);
  if (age === null)
    return { held: await pass.record(held, { absent_since: nowText(pass) }), again: false };
  if (age < ABSENCE_GRACE_MS) return { held, again: false };
  if (!(await staysAbsent(pass, held.run))) return { held, again: false };
  if (sighting.job?.end?.type === 'Complete' && !isInterruption(held.run.reason))
    return {
      held: await endRun(pass, held, 'succeeded', { reason: null, exit_code: 0 }),
      again: true,
    };
  return {
    held: await endRun(pass, held, 'failed', { reason: lossOf(sighting.job, held.run.reason) }),
    again: true,
  };
}

/** Whether no pod is there, and none can start later: time alone would prove neither. */
async function staysAbsent(pass: Pass, run: Run): Promise<boolean> {
  const job = armedJob(run);
  if (job) await (await pass.cluster(run)).fence(job);
  pass.forget(run);
  const { situation, drivers, strays } = await pass.sight(run);
  return situation !== 'unreachable' && drivers.length === 0 && strays.length === 0;
}

/**
 * The run is to end. Its Job goes, after the ConfigMap without which no pod of it starts; so what a list
 * that is made from now on does not show will never run, whatever a controller that was slow or stopped does
 * later. Only what it shows is waited for.
 */
export async function fenceStep(pass: Pass, held: Held): Promise<Stepped> {
  const job = armedJob(held.run);
  let unstarted = false;
  if (job) {
    const cluster = await pass.cluster(held.run);
    await cluster.fence(job);
    // Between the two: what has not started by now never will, and what has is still there to be seen.
    unstarted = await asksUnstarted(pass, held.run);
    await cluster.deleteJob({ ...job, config: '' });
  }
  pass.forget(held.run);
  const [fenced] = await Promise.all([
    pass.record(held, { fenced: true, unstarted }),
    pass.noteSuccess(held.run),
  ]);
  return { held: fenced, again: true };
}

/** A fenced run of which something is still on the cluster. */
export async function stopStep(pass: Pass, held: Held, sighting: Sighting): Promise<Stepped> {
  const { job, drivers, strays } = sighting;
  if (held.run.unstarted && !drivers.every((pod) => isUnstarted(pod, sighting)))
    return { held: await pass.record(held, { unstarted: false }), again: true };
  // Without a pod it can do no harm: somebody has held up its deletion.
  if (drivers.length === 0 && strays.length === 0) return conclude(pass, held, null, null);
  const cluster = await pass.cluster(held.run);
  // The garbage collector would delete drivers too; but nobody knows when.
  for (const pod of [...(job ? [] : drivers), ...strays])
    if (!pod.deleting) await cluster.deletePod(pod);
  pass.forget(held.run);
  const told = await tellStrays(pass, held, sighting);
  if (pass.leavesLog(told.run)) return { held: told, again: false };
  const { held: now } = await collectLogs(pass, told, sighting);
  return { held: now, again: false };
}

async function tellStrays(pass: Pass, held: Held, sighting: Sighting): Promise<Held> {
  const reason = strayReason(sighting);
  if (sighting.strays.length === 0 || held.run.reason?.code === reason.code) return held;
  return pass.record(held, { reason }, [statusFact({ ...held.run, reason }, reason.message)]);
}

/** Nothing of a fenced run is alive any more: its log is read, its tasks go, then it has ended. */
export async function concludeStep(pass: Pass, held: Held, sighting: Sighting): Promise<Stepped> {
  if (sighting.drivers.length === 0) return conclude(pass, held, null, null);
  const logs = await drain(pass, held, sighting);
  if (!logs.drained) return { held: logs.held, again: false };
  return conclude(pass, logs.held, outcomeOf(sighting).exit_code, logs.read);
}

/** `cancelled` is said only when no task pod is left either. */
async function conclude(
  pass: Pass,
  held: Held,
  exitCode: number | null,
  read: Sighting | null,
): Promise<Stepped> {
  const tasks = await pass.tasks(held.run);
  if (tasks.length > 0) {
    await sweepTasks(pass, held.run, tasks);
    return { held, again: false };
  }
  const { stop } = held.run;
  const state = stop === null || stop.cause === 'cancel' ? 'cancelled' : 'failed';
  const outcome = { reason: stop?.reason ?? null, exit_code: exitCode };
  return { held: await endRun(pass, held, state, outcome, read), again: true };
}

/** Deletes the run's task pods; they are bare pods that no owner takes along. */
export async function sweepTasks(pass: Pass, run: Run, tasks: readonly PodView[]): Promise<void> {
  const cluster = await pass.cluster(run);
  for (const pod of tasks) if (!pod.deleting) await cluster.deletePod(pod);
  pass.forget(run);
}
