/** Says what a driver waits for, and gives up on what does not heal. */

import { WARNINGS_AFTER_MS } from '../../core/limits.ts';
import type { Reason } from '../../core/reasons.ts';
import type { Sighting } from '../../core/runs/situation.ts';
import { graceMs, jobWarning, podWarning, waitReason } from '../../core/runs/wait-reason.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { statusFact } from '../events/event-draft.ts';
import type { Held } from '../store/run-store.ts';
import { ageMs, stopRun } from './end.ts';
import type { Pass } from './pass.ts';

/** Commits what the run waits for when that changes; a run that is to end already waits for nothing else. */
export async function tellWait(pass: Pass, held: Held, sighting: Sighting): Promise<Held> {
  const { run } = held;
  if (run.stop !== null) return held;
  const next = waitReason(sighting) ?? (await warned(pass, held, sighting));
  if (next === 'unknown') return held;
  const grace = graceMs(next);
  const now = new Date(pass.world.clock.now()).toISOString();
  // Another cause with a grace of its own begins anew: what was before it has healed.
  const goesOn = graceMs(run.reason) === grace;
  const since = grace === null ? null : ((goesOn ? run.trouble_since : null) ?? now);
  if (next && grace !== null && (ageMs(pass, since) ?? 0) >= grace)
    return stopRun(pass, held, 'trouble', next);
  const changed = next?.code !== run.reason?.code;
  if (!changed && since === run.trouble_since) return held;
  const facts = changed ? [statusFact({ ...run, reason: next }, next?.message ?? null)] : [];
  return pass.record(held, { reason: next, trouble_since: since }, facts);
}

/** What the cluster writes about a driver that does not start, and that shows no cause itself. */
async function warned(
  pass: Pass,
  { run }: Held,
  { job, drivers, situation }: Sighting,
): Promise<Reason | null | 'unknown'> {
  if (situation !== 'waiting') return null;
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
