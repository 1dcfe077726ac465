/** Stops and deletes what a run has on its cluster: its Job, its pods, its task pods. */

import type { ObservedPod } from '../../../core/kubernetes/observed.ts';
import { statusDraft } from '../../../core/runs/event-draft.ts';
import type { JobObservation } from '../../../core/runs/observe.ts';
import { committedJob, hasTasks, type Run } from '../../../core/runs/run.ts';
import { strayReason } from '../../../core/runs/wait-reason.ts';
import type { VersionedRun } from '../../store/run-store.ts';
import type { Stepped } from '../executor.ts';
import { asksUnstarted, isUnstarted } from './close-logs.ts';
import type { JobContext } from './context.ts';
import { keepLogs } from './tasks/keep-logs.ts';

/** Whether there is no pod and none can start later; time alone would prove neither. */
export async function staysAbsent({ clusters }: JobContext, run: Run): Promise<boolean> {
  const job = committedJob(run);
  if (job) await (await clusters.cluster(run)).fence(job);
  clusters.forget(run);
  const { clusterState, drivers, strays } = await clusters.observe(run);
  return clusterState !== 'unreachable' && drivers.length === 0 && strays.length === 0;
}

/**
 * Fences the run: deletes the ConfigMap that its pods need to start, then the Job. So only pods that a list from now on
 * shows can ever run, whatever a slow or stopped controller does later, and only these are waited for.
 */
export async function fenceJob(
  { clusters, recorder }: JobContext,
  stored: VersionedRun,
): Promise<Stepped> {
  const job = committedJob(stored.run);
  let unstarted = false;
  if (job) {
    const cluster = await clusters.cluster(stored.run);
    await cluster.fence(job);
    // Between the two deletions: pods that have not started never will, and those that have are still listed.
    unstarted = await asksUnstarted(clusters, stored.run);
    await cluster.deleteJob({ ...job, config: '' });
  }
  clusters.forget(stored.run);
  const [fenced] = await Promise.all([
    recorder.record(stored, { fenced: true, unstarted }),
    clusters.noteSuccess(stored.run),
  ]);
  return { stored: fenced, again: true };
}

/** Deletes the pods of a fenced run; null when there are none: a Job without a pod does no harm, its deletion is held up. */
export async function stopPods(
  { clusters, recorder }: JobContext,
  stored: VersionedRun,
  observation: JobObservation,
): Promise<Stepped | null> {
  const { job, drivers, strays } = observation;
  if (stored.run.unstarted && !drivers.every((pod) => isUnstarted(pod, observation)))
    return { stored: await recorder.record(stored, { unstarted: false }), again: true };
  if (drivers.length === 0 && strays.length === 0) return null;
  const cluster = await clusters.cluster(stored.run);
  // The garbage collector would delete drivers too, but at an unknown time.
  for (const pod of [...(job ? [] : drivers), ...strays])
    if (!pod.deleting) await cluster.deletePod(pod);
  clusters.forget(stored.run);
  const reason = strayReason(observation);
  if (strays.length === 0 || stored.run.reason?.code === reason.code)
    return { stored, again: false };
  const told = statusDraft({ ...stored.run, reason }, reason.message);
  return { stored: await recorder.record(stored, { reason }, [told]), again: false };
}

/** Deletes the run's task pods, which have no owner and are not garbage-collected. True when there are none. */
export async function clearTasks({ clusters }: JobContext, run: Run): Promise<boolean> {
  const tasks = await clusters.tasks(run);
  if (tasks.length > 0) await deleteTasks(clusters, run, tasks);
  return tasks.length === 0;
}

async function deleteTasks(
  clusters: JobContext['clusters'],
  run: Run,
  tasks: readonly ObservedPod[],
): Promise<void> {
  const cluster = await clusters.cluster(run);
  await keepLogs(clusters.world, cluster, run, tasks);
  for (const pod of tasks) if (!pod.deleting) await cluster.deletePod(pod);
  clusters.forget(run);
}

/** Deletes task pods and the Job of an ended run; true when nothing of it is left on the cluster. */
export async function sweepJob(
  { clusters }: JobContext,
  run: Run,
  observation: JobObservation,
): Promise<boolean> {
  const { job, drivers, tasks, clusterState } = observation;
  if (clusterState === 'unreachable') return false;
  if (tasks.length > 0) await deleteTasks(clusters, run, tasks);
  if (job && !job.deleting) {
    const cluster = await clusters.cluster(run);
    await cluster.deleteJob(job);
    clusters.forget(run);
    // The driver is over and makes no tasks, so nothing else was there.
    return clusterState === 'exited' && !hasTasks(run);
  }
  // The Job was deleted without these pods, so no garbage collector removes them.
  const left = drivers.filter((pod) => pod.job_uid === null);
  for (const pod of left) if (!pod.deleting) await (await clusters.cluster(run)).deletePod(pod);
  return job === null && tasks.length === 0 && left.length === 0;
}
