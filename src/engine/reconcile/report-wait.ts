/** Reports what a driver waits for, and gives up on causes that do not heal. */

import { WARNINGS_AFTER_MS } from '../../core/limits.ts';
import type { Reason } from '../../core/reasons.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import type { Observation } from '../../core/runs/observe.ts';
import { graceMs, jobWarning, podWarning, waitReason } from '../../core/runs/wait-reason.ts';
import { ClusterError } from '../../ports/cluster.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { ageMs, stopRun } from './end.ts';
import type { Pass } from './pass.ts';

/** Commits a changed reason for waiting; a run that is about to end gets none. */
export async function reportWait(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<VersionedRun> {
  const { run } = stored;
  if (run.stop !== null) return stored;
  const next = waitReason(observation) ?? (await warned(pass, stored, observation));
  if (next === 'unknown') return stored;
  const grace = graceMs(next);
  const now = new Date(pass.world.clock.now()).toISOString();
  // A cause with another grace period begins anew: the one before it has healed.
  const goesOn = graceMs(run.reason) === grace;
  const since = grace === null ? null : ((goesOn ? run.trouble_since : null) ?? now);
  if (next && grace !== null && (ageMs(pass, since) ?? 0) >= grace)
    return stopRun(pass, stored, 'trouble', next);
  const changed = next?.code !== run.reason?.code;
  if (!changed && since === run.trouble_since) return stored;
  const drafts = changed ? [statusDraft({ ...run, reason: next }, next?.message ?? null)] : [];
  return pass.record(stored, { reason: next, trouble_since: since }, drafts);
}

/** The reason in the cluster's events, for a driver that does not start and whose status shows none. */
async function warned(
  pass: Pass,
  { run }: VersionedRun,
  { job, drivers, clusterState }: Observation,
): Promise<Reason | null | 'unknown'> {
  if (clusterState !== 'waiting') return null;
  const pod = drivers.at(-1);
  if (pod ? (ageMs(pass, run.starting_at) ?? 0) < WARNINGS_AFTER_MS : !job || job.active > 0)
    return null;
  try {
    const cluster = await pass.cluster(run);
    if (pod) return podWarning(await cluster.events('Pod', pod.name));
    return job && jobWarning(await cluster.events('Job', job.name));
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return 'unknown';
  }
}
