/** What ends a driver from outside: its node, the cluster, a deletion of its pod. Pure. */

import { REASON_QUOTE_MAX } from '../limits.ts';
import { type Reason, reason } from '../reasons.ts';
import { shorten } from '../shorten.ts';
import type { ObservedContainer, ObservedJob, ObservedPod } from './observed.ts';

const SENTENCES = {
  evicted: 'The driver was evicted from its node',
  node_shutdown: "The driver's node was shut down",
  preempted: 'The driver had to make room for a pod of higher priority',
  drained: 'The driver was evicted by request, as when its node is drained',
  node_lost: "The driver's node was lost, or no longer tolerated",
  pod_deleted: "Someone else deleted the driver's pod",
  deadline_exceeded: 'The cluster ended the driver at the deadline of its Job',
} as const;
type Code = keyof typeof SENTENCES;

/** By `status.reason` of a pod. */
const POD_REASONS: Readonly<Record<string, Code>> = {
  Evicted: 'evicted',
  Terminated: 'node_shutdown',
  NodeShutdown: 'node_shutdown',
  Shutdown: 'node_shutdown',
  Preempting: 'preempted',
  NodeLost: 'node_lost',
};

/** By the reason of the condition DisruptionTarget; `Deleted` stands for a deletion without one. */
const DISRUPTIONS: Readonly<Record<string, Code>> = {
  EvictionByEvictionAPI: 'drained',
  PreemptionByScheduler: 'preempted',
  PreemptionByKubeScheduler: 'preempted',
  DeletionByTaintManager: 'node_lost',
  DeletionByPodGC: 'node_lost',
  TerminationByKubelet: 'evicted',
  Deleted: 'pod_deleted',
};

export const mainOf = (pod: ObservedPod): ObservedContainer | undefined =>
  pod.containers.find((container) => container.kind === 'main');

function because(code: Code, detail: string): Reason {
  const text = shorten(detail.trim(), REASON_QUOTE_MAX, 'ends');
  return reason(code, text === '' ? `${SENTENCES[code]}.` : `${SENTENCES[code]}: ${text}`);
}

/**
 * Why the pod's driver was interrupted; null when it was not. Checked before exit codes, because a driver that is
 * told to end may exit with 0. A driver that had exited before the interruption does not count.
 */
export function interruptionOf(pod: ObservedPod, job: ObservedJob | null): Reason | null {
  const known = pod.phase === 'Succeeded' ? undefined : POD_REASONS[pod.reason];
  if (known) return because(known, pod.message);
  const { disruption } = pod;
  const finished = mainOf(pod)?.finished_at ?? null;
  // Within one second the order is unknown: that counts as interrupted.
  if (finished !== null && (disruption === null || finished < disruption.at)) return null;
  if (job?.end?.reason === 'DeadlineExceeded') return because('deadline_exceeded', '');
  return disruption && because(DISRUPTIONS[disruption.reason] ?? 'evicted', disruption.message);
}

/** Whether this earlier reason of the run explains why its driver is gone now. */
export const isInterruption = (told: Reason | null): told is Reason =>
  told !== null && Object.hasOwn(SENTENCES, told.code);
