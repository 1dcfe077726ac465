/** Gaps at the end of a run, for logs that were not read to their end. */

import type { EventDraft } from '../../../core/events/event-row.ts';
import { interruptionOf, mainOf } from '../../../core/kubernetes/interruption.ts';
import { DRIVER_CONTAINER } from '../../../core/kubernetes/manifest.ts';
import type { ObservedPod } from '../../../core/kubernetes/observed.ts';
import { gapDraft } from '../../../core/runs/event-draft.ts';
import { type Observation, observe } from '../../../core/runs/observe.ts';
import type { Run } from '../../../core/runs/run.ts';
import { ClusterError } from '../../../ports/cluster.ts';
import type { VersionedRun } from '../../store/run-store.ts';
import type { Pass } from '../pass.ts';
import { GONE, logKey, positionOf } from './log-lines.ts';

/**
 * Gap events where lines may be missing, and the log table with all logs closed. `observation`: what was observed when all logs had
 * been read as far as possible; null when the pods were gone, or a log could not be read.
 */
export function closeLogs(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation | null,
): { readonly drafts: EventDraft[]; readonly log: Run['log'] } {
  const { log, job_uid } = stored.run;
  const going = new Set(observation?.drivers.flatMap(sideLogs));
  const drafts = Object.entries(log)
    .filter(([key, { done }]) => !done && !going.has(key))
    .filter(([key]) => pass.streamedTo !== positionOf(stored, key))
    .map(([key, position]) => {
      const [pod = '', container = ''] = key.split('/');
      return gapDraft(pod, container, position.last_time, null, GONE);
    });
  // The Job was allowed to run: its driver may have printed, unless it was seen that it did not.
  const silent = Object.keys(log).length === 0 && job_uid !== null && pass.streamedTo === '';
  if (silent && !hasNeverStarted(stored.run, observation))
    drafts.push(gapDraft('', DRIVER_CONTAINER, null, null, GONE));
  return {
    drafts,
    log: Object.fromEntries(
      Object.entries(log).map(([key, position]) => [key, { ...position, done: true }]),
    ),
  };
}

/** Logs of side containers that still run: what they print from now on is not part of the run. */
const sideLogs = ({ name, containers }: ObservedPod): string[] =>
  containers
    .filter(({ kind, state }) => kind !== 'main' && state === 'running')
    .map((container) => logKey(name, container.name));

const hasNeverStarted = (run: Run, observation: Observation | null): boolean =>
  run.started_at === null &&
  (run.unstarted ||
    (observation !== null &&
      observation.drivers.length > 0 &&
      observation.drivers.every((pod) => isUnstarted(pod, observation))));

/** Whether the driver's container has not started. A pod without a status for it was rejected by its node, unless it was ended there. */
export function isUnstarted(pod: ObservedPod, { job }: Pick<Observation, 'job'>): boolean {
  const main = mainOf(pod);
  return main
    ? main.state === 'waiting' && main.started_at === null
    : interruptionOf(pod, job) === null;
}

/**
 * Whether the driver of a fenced run, which was never seen running, has not started. Asked while the Job still exists:
 * afterwards its pods may be gone with their logs. False also when it cannot be known.
 */
export async function asksUnstarted(pass: Pass, run: Run): Promise<boolean> {
  if (run.started_at !== null || Object.keys(run.log).length > 0) return false;
  try {
    const cluster = await pass.cluster(run);
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
