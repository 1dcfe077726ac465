/** Cleans up after a run has ended; every step may be repeated. */

import {
  HEADS_AFTER_END,
  HEADS_AGE_MS,
  SWEEP_REST_MAX_MS,
  SWEEP_REST_SHARE,
} from '../../core/limits.ts';
import type { Observation } from '../../core/runs/observe.ts';
import { hasTasks, type Run } from '../../core/runs/run.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { askCompaction } from '../archive/compactor.ts';
import { catchUp, publishHead } from '../events/publish.ts';
import { releaseRun } from '../lanes/lane-fill.ts';
import { putIndex } from '../store/index-store.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { putWork, type Work } from '../store/work.ts';
import { sweepTasks } from './end.ts';
import type { Pass } from './pass.ts';

/** `admitted`: runs that got the place. `forgotten`: only compaction may be left. */
export type CleanedUp = {
  readonly stored: VersionedRun;
  readonly admitted: readonly string[];
  readonly forgotten: boolean;
};

/** Releases the run's place as soon as it has ended, before the rest of the cleanup. */
export async function release(
  pass: Pass,
  stored: VersionedRun,
  swept: boolean,
): Promise<{ readonly stored: VersionedRun; readonly admitted: readonly string[] }> {
  const { run } = stored;
  if (run.released) return { stored, admitted: [] };
  const admitted = await releaseRun(pass.world, run.domain, run.lane, run.run_id);
  pass.forgetLane(run);
  return { stored: await pass.record(stored, { released: true, swept }), admitted };
}

/**
 * Whether an ended run has to be looked for on the cluster: until it is swept, and once more before it is
 * forgotten, for a Job that a stalled process created after the end.
 */
export const mustSweep = (run: Run, work: Work | undefined): boolean =>
  run.attempt > 0 && !run.gone && (!run.swept || (work?.heads ?? 0) >= HEADS_AFTER_END - 1);

export async function cleanUp(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
  work: Work | undefined,
): Promise<CleanedUp> {
  const swept = !mustSweep(stored.run, work) || (await trySweep(pass, stored, observation));
  const { stored: released, admitted } = await release(pass, stored, swept);
  const { world } = pass;
  const { run } = released;
  await putIndex(world, run);
  if (work === undefined) return { stored: released, admitted, forgotten: false };

  const published = await catchUp(pass, released, run.published_seq);
  await pass.push(() => publishHead(world, run));
  // Counted by attempts and age, not by success: Web PubSub may be gone for days, and clients also read the log.
  const old = world.clock.now() - Date.parse(run.finished_at ?? '') >= HEADS_AGE_MS;
  const heads = old ? HEADS_AFTER_END : work.heads + 1;
  const isTold = heads >= HEADS_AFTER_END;
  const told = {
    ...work,
    waits: false,
    heads: Math.min(heads, HEADS_AFTER_END),
    rests_until: isTold && !swept ? restsUntil(world.clock.now(), run) : 0,
  };
  const forgotten = swept && isTold;
  if (!forgotten) await putWork(world, told);
  else if (!(await askCompaction(world, told))) pass.logsLeft.push(told);
  return { stored: published, admitted, forgotten };
}

/** When to retry a cleanup that failed: with growing pauses, so that a target that is gone for good costs little. */
function restsUntil(now: number, run: Run): number {
  const age = now - Date.parse(run.finished_at ?? '');
  return now + Math.min(age * SWEEP_REST_SHARE, SWEEP_REST_MAX_MS);
}

/** Sweeps; after a refusal of the cluster the next pass tries again, and the lane does not wait for it. */
async function trySweep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<boolean> {
  try {
    return await sweep(pass, stored, observation);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    await pass.noteTrouble(stored.run, error);
    pass.world.log.warn('not swept', { run_id: stored.run.run_id, error });
    return false;
  }
}

/** Deletes task pods and the Job; true when nothing of the run is left on the cluster. */
async function sweep(
  pass: Pass,
  { run }: VersionedRun,
  observation: Observation,
): Promise<boolean> {
  if (observation.clusterState === 'unreachable') return false;
  if (observation.tasks.length > 0) await sweepTasks(pass, run, observation.tasks);
  if (observation.job && !observation.job.deleting) {
    const cluster = await pass.cluster(run);
    await cluster.deleteJob(observation.job);
    pass.forget(run);
    // The driver is over and makes no tasks, so nothing else was there.
    return observation.clusterState === 'exited' && !hasTasks(run);
  }
  // The Job was deleted without these pods, so no garbage collector removes them.
  const left = observation.drivers.filter((pod) => pod.job_uid === null);
  for (const pod of left) if (!pod.deleting) await (await pass.cluster(run)).deletePod(pod);
  return observation.job === null && observation.tasks.length === 0 && left.length === 0;
}
