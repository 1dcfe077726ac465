/** Turns what a cluster lists into an observation of one run. Pure. */
import { isTerminal } from '../events/state.ts';
import { mainOf } from '../kubernetes/interruption.ts';
import type { ObservedJob, ObservedPod } from '../kubernetes/observed.ts';
import type { Run } from './run.ts';
import type { ClusterState, Observation } from './state-table.ts';

/** What is listed of one run. */
export type JobObservation = Observation & {
  /** The Job of this attempt, if listed; for an ended run any Job of its name, whichever process created it. */
  readonly job: ObservedJob | null;
  /** Pods that the committed Job made: only these tell the run's progress, log and end. */
  readonly drivers: readonly ObservedPod[];
  /**
   * Pods with the run's label that its Job did not make and that may still run. Any user who can make pods in the
   * namespace can make one, so they tell nothing; but one may be a driver that a deleted Job left behind.
   */
  readonly strays: readonly ObservedPod[];
  /** Task pods of the run, whatever their state. */
  readonly tasks: readonly ObservedPod[];
};

export const NOTHING_KNOWN: JobObservation = {
  clusterState: 'unreachable',
  keep: {},
  job: null,
  drivers: [],
  strays: [],
  tasks: [],
};

/**
 * A pod is over when it is in a final phase and none of its containers is reported running. The phase
 * alone is no proof: the control plane sets it for pods on a node that it cannot reach.
 */
export const isOver = (pod: ObservedPod): boolean =>
  (pod.phase === 'Succeeded' || pod.phase === 'Failed') &&
  pod.containers.every((container) => container.state !== 'running');

export const isRunning = (pod: ObservedPod): boolean => mainOf(pod)?.state === 'running';
/** The driver's process has ended, although its pod (a side container, a volume) may not be over. */
const hasExited = (pod: ObservedPod): boolean => mainOf(pod)?.state === 'terminated';

function judge(
  job: ObservedJob | null,
  drivers: readonly ObservedPod[],
  strays: readonly ObservedPod[],
): ClusterState {
  const isStray = strays.length > 0;
  if (drivers.length > 0) {
    if (drivers.every((pod) => isOver(pod) || hasExited(pod))) return isStray ? 'stray' : 'exited';
    if (job?.end) return 'lost';
    return drivers.some(isRunning) ? 'running' : 'waiting';
  }
  if (isStray && (!job || job.end)) return 'stray';
  if (!job) return 'absent';
  if (job.end) return 'vanished';
  return job.suspended ? 'suspended' : 'waiting';
}

const isDriver = ({ job_uid, driver_uids }: Run, pod: ObservedPod): boolean =>
  pod.job_uid === null ? driver_uids.includes(pod.uid) : pod.job_uid === job_uid;

/** The uids of drivers, with new ones: they are its drivers also when their Job is deleted without them. */
function driversKept({ driver_uids }: Run, drivers: readonly ObservedPod[]): Partial<Run> {
  const fresh = drivers.map(({ uid }) => uid).filter((uid) => !driver_uids.includes(uid));
  return fresh.length === 0 ? {} : { driver_uids: [...driver_uids, ...fresh] };
}

/** What the listed Jobs and pods (null: the cluster did not answer) show of the run's attempt. */
export function observe(
  run: Run,
  listing: { readonly jobs: readonly ObservedJob[]; readonly pods: readonly ObservedPod[] } | null,
): JobObservation {
  if (listing === null) return NOTHING_KNOWN;
  const job =
    listing.jobs.find(
      (job) =>
        job.name === run.job_name &&
        job.run_id === run.run_id &&
        // Of a run that is over any one has to go: a create that was held up may have brought it back.
        (run.job_uid === null || job.uid === run.job_uid || isTerminal(run.state)),
    ) ?? null;
  const pods = listing.pods.filter((pod) => pod.run_id === run.run_id);
  const labelled = pods.filter((pod) => pod.role === 'driver');
  const drivers = labelled.filter((pod) => isDriver(run, pod));
  const strays = labelled.filter((pod) => !isDriver(run, pod) && !isOver(pod));
  const tasks = pods.filter((pod) => pod.role === 'task');
  const keep = driversKept(run, drivers);
  return { clusterState: judge(job, drivers, strays), keep, job, drivers, strays, tasks };
}
