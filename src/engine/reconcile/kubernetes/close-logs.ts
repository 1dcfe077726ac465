/** Gaps at the end of a run, for logs that were not read to their end. */

import { interruptionOf, mainOf } from '../../../core/kubernetes/interruption.ts';
import type { ObservedPod } from '../../../core/kubernetes/observed.ts';
import { DRIVER_CONTAINER, TRACE_CONTAINER } from '../../../core/names.ts';
import { gapDraft } from '../../../core/runs/event-draft.ts';
import { type JobObservation, observe } from '../../../core/runs/observe.ts';
import type { Run } from '../../../core/runs/run.ts';
import { ClusterError } from '../../../ports/cluster.ts';
import type { Closed } from '../executor.ts';
import type { PassClusters } from './clusters.ts';
import { GONE, logKey, positionOf } from './log-lines.ts';

/**
 * Gaps where lines may be missing, and the log table without open ends. `observation`: what was there when all
 * been read as far as possible; null when the pods were gone, or a log could not be read.
 */
export function closeLogs(
  run: Run,
  observation: JobObservation | null,
  streamedTo: string,
): Closed {
  const { log, job_uid } = run;
  const going = new Set(observation?.drivers.flatMap(sideLogs));
  const drafts = outputOf(run)
    .filter(([key, { done }]) => !done && !going.has(key))
    .filter(([key]) => streamedTo !== positionOf(run, key))
    .map(([key, position]) => {
      const [pod = '', container = ''] = key.split('/');
      return gapDraft(pod, container, position.last_time, null, GONE);
    });
  // The Job was allowed to run: its driver may have printed, unless it was seen that it did not.
  const silent = outputOf(run).length === 0 && job_uid !== null && streamedTo === '';
  if (silent && !hasNeverStarted(run, observation))
    drafts.push(gapDraft('', DRIVER_CONTAINER, null, null, GONE));
  return {
    drafts,
    log: Object.fromEntries(
      Object.entries(log).map(([key, position]) => [key, { ...position, done: true }]),
    ),
  };
}

/** Positions in logs that are output of the run. */
const outputOf = ({ log }: Run) =>
  Object.entries(log).filter(([key]) => !key.endsWith(`/${TRACE_CONTAINER}`));

/** Logs of side containers that still run: what they print from now on is not part of the run. */
const sideLogs = ({ name, containers }: ObservedPod): string[] =>
  containers
    .filter(({ kind, state }) => kind !== 'main' && state === 'running')
    .map((container) => logKey(name, container.name));

const hasNeverStarted = (run: Run, observation: JobObservation | null): boolean =>
  run.started_at === null &&
  (run.unstarted ||
    (observation !== null &&
      observation.drivers.length > 0 &&
      observation.drivers.every((pod) => isUnstarted(pod, observation))));

/** Whether the driver's container has not started. A pod without a status for it was rejected by its node, unless it was ended there. */
export function isUnstarted(pod: ObservedPod, { job }: Pick<JobObservation, 'job'>): boolean {
  const main = mainOf(pod);
  return main
    ? main.state === 'waiting' && main.started_at === null
    : interruptionOf(pod, job) === null;
}

/**
 * Whether the driver of a fenced run, which was never seen running, has not started. Asked while the Job still exists:
 * afterwards its pods may be gone with their logs. False also when it cannot be known.
 */
export async function asksUnstarted(clusters: PassClusters, run: Run): Promise<boolean> {
  if (run.started_at !== null || outputOf(run).length > 0) return false;
  try {
    const cluster = await clusters.cluster(run);
    const { drivers } = observe(run, await cluster.list(run.run_id, ['drivers']));
    if (drivers.length > 0) return drivers.every((pod) => isUnstarted(pod, { job: null }));
    // No pod yet, or no longer: the Job tells.
    const { job } = observe(run, await cluster.list(run.run_id, ['jobs']));
    return job !== null && job.end === null && job.active === 0;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return false;
  }
}
