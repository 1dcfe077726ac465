/** Steps of a run that waits or runs: its start, its deadline, its reason for waiting, its log. */
import { reason } from '../../core/reasons.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import { isOverdue, phaseOf } from '../../core/runs/run.ts';
import type { Observation } from '../../core/runs/state-table.ts';
import { graceMs } from '../../core/runs/wait-reason.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { ageMs, startTime, stopRun } from './end-run.ts';
import type { Stepped } from './executor.ts';
import type { Pass } from './pass.ts';

/** The driver runs. */
export async function runStep(
  pass: Pass,
  stored: VersionedRun,
  seen: Observation,
): Promise<Stepped> {
  const now = new Date(pass.world.clock.now()).toISOString();
  const started = pass.executorOf(stored.run).startedAt(seen);
  const started_at = startTime(stored.run, started) ?? now;
  const change = { state: 'running', started_at, reason: null, trouble_since: null } as const;
  const told = statusDraft({ ...stored.run, ...change }, null);
  return { stored: await pass.recorder.record(stored, change, [told]), again: true };
}

/** The run waits or runs: check the deadline, report what it waits for, read its log. */
export async function waitStep(
  pass: Pass,
  stored: VersionedRun,
  seen: Observation,
): Promise<Stepped> {
  const unseen = seen.clusterState === 'unreachable';
  if (unseen && phaseOf(stored.run) !== 'starting') return { stored, again: false };
  const overdue = await stopAtDeadline(pass, stored);
  if (overdue) return { stored: overdue, again: true };
  if (unseen) return { stored, again: false };
  const told = await reportWait(pass, stored, seen);
  if (told.run.state === 'cancelling' && stored.run.state !== 'cancelling')
    return { stored: told, again: true };
  if (pass.leavesLog(told.run)) return { stored: told, again: false };
  const { stored: read } = await pass.executorOf(told.run).collect(told, seen);
  return { stored: read, again: false };
}

/** The run's deadline comes before the cluster's, which would delete its log. */
export async function stopAtDeadline(
  pass: Pass,
  stored: VersionedRun,
): Promise<VersionedRun | null> {
  const { run } = stored;
  if (!isOverdue(run, pass.world.clock.now())) return null;
  const message = `The run was not done after its deadline of ${run.deadline_seconds} seconds.`;
  return stopRun(pass.recorder, stored, 'deadline', reason('deadline_exceeded', message));
}

/**
 * Commits a changed reason for waiting, and gives up on causes that do not heal; a run that is about to end gets no
 * reason.
 */
async function reportWait(
  pass: Pass,
  stored: VersionedRun,
  seen: Observation,
): Promise<VersionedRun> {
  const { run } = stored;
  if (run.stop !== null) return stored;
  const next = await pass.executorOf(run).waitsFor(run, seen);
  if (next === 'unknown') return stored;
  const grace = graceMs(next);
  const now = new Date(pass.world.clock.now()).toISOString();
  // A cause with another grace period begins anew: the one before it has healed.
  const goesOn = graceMs(run.reason) === grace;
  const since = grace === null ? null : ((goesOn ? run.trouble_since : null) ?? now);
  if (next && grace !== null && (ageMs(pass.world, since) ?? 0) >= grace)
    return stopRun(pass.recorder, stored, 'trouble', next);
  const changed = next?.code !== run.reason?.code;
  if (!changed && since === run.trouble_since) return stored;
  const drafts = changed ? [statusDraft({ ...run, reason: next }, next?.message ?? null)] : [];
  return pass.recorder.record(stored, { reason: next, trouble_since: since }, drafts);
}
