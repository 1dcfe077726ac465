/** Steps that end a run: after its driver, after its loss, or after a fence. */
import { ABSENCE_GRACE_MS, LOG_DRAIN_GRACE_MS } from '../../core/limits.ts';
import type { Outcome } from '../../core/runs/failure-reason.ts';
import type { Observation } from '../../core/runs/state-table.ts';
import { lastLines } from '../events/last-lines.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { ageMs, endRun } from './end-run.ts';
import type { Closed, Stepped } from './executor.ts';
import type { Pass } from './pass.ts';

const nowText = (pass: Pass): string => new Date(pass.world.clock.now()).toISOString();

type Drained = {
  readonly stored: VersionedRun;
  /** Null while its output is neither read to its end nor given up. */
  readonly closed: Closed | null;
};

/** Reads the output to its end. */
async function drain(pass: Pass, before: VersionedRun, seen: Observation): Promise<Drained> {
  const executor = pass.executorOf(before.run);
  const { stored, complete } = await executor.collect(before, seen);
  if (complete) return { stored, closed: executor.close(stored.run, seen) };
  const age = ageMs(pass.world, stored.run.draining_since);
  // New log lines are progress: only a log without any is given up.
  const moved = stored.run.log_bytes > before.run.log_bytes;
  if (age === null || moved) {
    const noted = await pass.recorder.record(stored, { draining_since: nowText(pass) });
    return { stored: noted, closed: null };
  }
  return { stored, closed: age >= LOG_DRAIN_GRACE_MS ? executor.close(stored.run, null) : null };
}

/** The outcome; for a failure also from the event log, which goes further back than the cluster's message. */
async function judge(pass: Pass, { run }: VersionedRun, seen: Observation): Promise<Outcome> {
  const executor = pass.executorOf(run);
  const outcome = executor.outcomeOf(run, seen);
  if (outcome.reason?.code !== 'exit_code') return outcome;
  return executor.outcomeOf(run, seen, await lastLines(pass.world, run));
}

/** The driver has ended by itself. */
export async function finishStep(
  pass: Pass,
  before: VersionedRun,
  seen: Observation,
): Promise<Stepped> {
  const { stored, closed } = await drain(pass, before, seen);
  if (!closed) return { stored, again: false };
  const outcome = await judge(pass, stored, seen);
  const state = outcome.reason === null ? 'succeeded' : 'failed';
  return { stored: await endRun(pass.recorder, stored, state, outcome, closed), again: true };
}

/** The driver is not listed. It counts as lost only after a while: a list may be wrong, or a Job too new. */
export async function confirmStep(
  pass: Pass,
  stored: VersionedRun,
  seen: Observation,
): Promise<Stepped> {
  const { run } = stored;
  const executor = pass.executorOf(run);
  const age = ageMs(pass.world, run.absent_since);
  if (age === null) {
    const noted = await pass.recorder.record(stored, { absent_since: nowText(pass) });
    return { stored: noted, again: false };
  }
  if (age < ABSENCE_GRACE_MS) return { stored, again: false };
  if (!(await executor.staysAbsent(run))) return { stored, again: false };
  const outcome = executor.lossOf(run, seen);
  const state = outcome.reason === null ? 'succeeded' : 'failed';
  const closed = executor.close(run, null);
  return { stored: await endRun(pass.recorder, stored, state, outcome, closed), again: true };
}

/** A fenced run with leftovers. */
export async function stopStep(
  pass: Pass,
  stored: VersionedRun,
  seen: Observation,
): Promise<Stepped> {
  const executor = pass.executorOf(stored.run);
  const stopped = await executor.stop(stored, seen);
  if (stopped === null) return concludeStep(pass, stored, seen);
  if (stopped.again || !stopped.stored || pass.leavesLog(stopped.stored.run)) return stopped;
  const { stored: now } = await executor.collect(stopped.stored, seen);
  return { stored: now, again: false };
}

/**
 * Nothing of a fenced run is alive: its output is read, what it has started itself is deleted, then it ends. It
 * becomes `cancelled` only when nothing of that is left either.
 */
export async function concludeStep(
  pass: Pass,
  before: VersionedRun,
  seen: Observation,
): Promise<Stepped> {
  const executor = pass.executorOf(before.run);
  const { stored, closed } = await drain(pass, before, seen);
  if (!closed || !(await executor.clear(stored.run))) return { stored, again: false };
  const { run } = stored;
  const { stop } = run;
  const state = stop === null || stop.cause === 'cancel' ? 'cancelled' : 'failed';
  const outcome = {
    reason: stop?.reason ?? null,
    exit_code: executor.outcomeOf(run, seen).exit_code,
  };
  return { stored: await endRun(pass.recorder, stored, state, outcome, closed), again: true };
}
