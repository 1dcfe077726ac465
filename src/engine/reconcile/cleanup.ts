/** What is left to do for a run that has ended; each step may find itself done. */

import {
  HEADS_AFTER_END,
  HEADS_AGE_MS,
  SWEEP_REST_MAX_MS,
  SWEEP_REST_SHARE,
} from '../../core/limits.ts';
import { hasTasks, type Run } from '../../core/runs/run.ts';
import type { Sighting } from '../../core/runs/situation.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { askCompaction } from '../archive/compactor.ts';
import { catchUp, publishHead } from '../events/publish.ts';
import { releaseRun } from '../lanes/lane-fill.ts';
import { putIndex } from '../store/index-store.ts';
import type { Held } from '../store/run-store.ts';
import { putWork, type Work } from '../store/work.ts';
import { sweepTasks } from './end.ts';
import type { Pass } from './pass.ts';

/** `admitted`: runs that got the place; `forgotten`: at most its log is left to compact. */
export type Tidied = {
  readonly held: Held;
  readonly admitted: readonly string[];
  readonly forgotten: boolean;
};

/** Frees the lane as soon as the run has ended: nothing that comes after may hold it up. */
export async function release(
  pass: Pass,
  held: Held,
  swept: boolean,
): Promise<{ readonly held: Held; readonly admitted: readonly string[] }> {
  const { run } = held;
  if (run.released) return { held, admitted: [] };
  const admitted = await releaseRun(pass.world, run.domain, run.lane, run.run_id);
  pass.forgetLane(run);
  return { held: await pass.record(held, { released: true, swept }), admitted };
}

/**
 * Whether the cluster has to be looked at for a run that has ended: until it is swept, and once more
 * before the run is forgotten, for a Job that somebody who stalled created after the end.
 */
export const mustSweep = (run: Run, work: Work | undefined): boolean =>
  run.attempt > 0 && !run.gone && (!run.swept || (work?.heads ?? 0) >= HEADS_AFTER_END - 1);

export async function tidy(
  pass: Pass,
  held: Held,
  sighting: Sighting,
  work: Work | undefined,
): Promise<Tidied> {
  const swept = !mustSweep(held.run, work) || (await trySweep(pass, held, sighting));
  const { held: released, admitted } = await release(pass, held, swept);
  const { world } = pass;
  const { run } = released;
  await putIndex(world, run);
  if (work === undefined) return { held: released, admitted, forgotten: false };

  const published = await catchUp(pass, released, run.published_seq);
  await pass.push(() => publishHead(world, run));
  // By attempt and age, not by success: Web PubSub may be gone for days, and readers ask the log anyway.
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
  return { held: published, admitted, forgotten };
}

/** When to look again at what cannot be cleaned up: later and later, so that a target that is gone for good costs little. */
function restsUntil(now: number, run: Run): number {
  const age = now - Date.parse(run.finished_at ?? '');
  return now + Math.min(age * SWEEP_REST_SHARE, SWEEP_REST_MAX_MS);
}

/** A cluster that refuses to clean up is tried again by the next pass; it does not keep the lane. */
async function trySweep(pass: Pass, held: Held, sighting: Sighting): Promise<boolean> {
  try {
    return await sweep(pass, held, sighting);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    await pass.noteTrouble(held.run, error);
    pass.world.log.warn('not swept', { run_id: held.run.run_id, error });
    return false;
  }
}

/** Task pods and the Job; true when nothing of the run is left on the cluster. */
async function sweep(pass: Pass, { run }: Held, sighting: Sighting): Promise<boolean> {
  if (sighting.situation === 'unreachable') return false;
  if (sighting.tasks.length > 0) await sweepTasks(pass, run, sighting.tasks);
  if (sighting.job && !sighting.job.deleting) {
    const cluster = await pass.cluster(run);
    await cluster.deleteJob(sighting.job);
    pass.forget(run);
    // Its driver is over and it makes no tasks: what the cluster has agreed to delete is all there was.
    return sighting.situation === 'exited' && !hasTasks(run);
  }
  // Somebody has deleted the Job without them, and nothing takes them along.
  const left = sighting.drivers.filter((pod) => pod.job_uid === null);
  for (const pod of left) if (!pod.deleting) await (await pass.cluster(run)).deletePod(pod);
  return sighting.job === null && sighting.tasks.length === 0 && left.length === 0;
}
