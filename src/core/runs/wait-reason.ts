/** Why a driver that may run does not run yet, and how long that may stay so. Pure. */

import { interruptionOf } from '../kubernetes/interruption.ts';
import type { ObjectEvent, ObservedContainer, ObservedPod } from '../kubernetes/observed.ts';
import { REASON_QUOTE_MAX } from '../limits.ts';
import { REASONS, type Reason, type ReasonCode, reason } from '../reasons.ts';
import { shorten } from '../shorten.ts';
import { sentence } from './failure-reason.ts';
import { isRunning, type JobObservation } from './observe.ts';

/** By the reason of a container that waits. */
const CONTAINER_TROUBLE: Readonly<Record<string, ReasonCode>> = {
  InvalidImageName: 'invalid_image',
  ErrImagePull: 'image_pull',
  ImagePullBackOff: 'image_pull',
  ErrImageNeverPull: 'image_pull',
  CreateContainerConfigError: 'container_config',
  CreateContainerError: 'container_config',
};

/** By the reason of a warning event, most telling first: the first is the cause of those after it. */
const WARNED_TROUBLE: Readonly<Record<string, ReasonCode>> = {
  FailedAttachVolume: 'volume_attach',
  FailedMount: 'volume_mount',
  FailedCreatePodSandBox: 'pod_sandbox',
};

/** How long a run may wait for this before it is given up, in milliseconds; null when only its deadline ends it. */
export const graceMs = (told: Reason | null): number | null =>
  (told && REASONS[told.code].graceMs) ?? null;

/** Events that come after volumes and sandbox are ready: earlier warnings have healed. */
const FURTHER = new Set(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);

/** The reason that Jobs and pods themselves show; null when they show none. */
export function waitReason(observation: JobObservation): Reason | null {
  if (observation.clusterState === 'stray') return strayReason(observation);
  for (const pod of observation.drivers) {
    const found = containerTrouble(pod) ?? unscheduled(pod);
    if (found) return found;
  }
  const interruption = observation.drivers
    .map((pod) => interruptionOf(pod, observation.job))
    .find((found) => found !== null);
  if (interruption && interruption.code !== 'node_lost') return interruption;
  return interruption || observation.clusterState === 'lost'
    ? reason(
        'node_lost',
        "The driver's node does not answer. The run continues when the node is back, or ends when it is removed.",
      )
    : null;
}

/** Why a run does not end although its driver is over, or gone. */
export function strayReason({ strays }: JobObservation): Reason {
  const names = strays.map(({ name }) => name);
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return reason(
    'stray_pod',
    `Pods with the label of this run are there that its Job did not make (${shown.join(', ')}). The run keeps its place until they have ended; cancelling it deletes them.`,
  );
}

const troubleOf = ({ state, reason }: ObservedContainer): ReasonCode | undefined =>
  state === 'waiting' ? CONTAINER_TROUBLE[reason] : undefined;

function containerTrouble(pod: ObservedPod): Reason | null {
  // Trouble of a side container does not matter to a driver that runs.
  if (isRunning(pod)) return null;
  const container = pod.containers.find((each) => troubleOf(each) !== undefined);
  const code = container && troubleOf(container);
  return container && code
    ? reason(code, sentence(container.reason, shorten(container.message, REASON_QUOTE_MAX, 'ends')))
    : null;
}

function unscheduled({ unscheduled }: ObservedPod): Reason | null {
  if (unscheduled === null) return null;
  const message = shorten(unscheduled.message, REASON_QUOTE_MAX, 'ends');
  return unscheduled.reason === 'SchedulingGated'
    ? reason('scheduling_gated', sentence("Something else holds the driver's pod back", message))
    : reason('unschedulable', sentence('No node takes the driver', message));
}

/** The warning in the events of a pod whose status shows no reason. Events come newest first. */
export function podWarning(events: readonly ObjectEvent[]): Reason | null {
  const further = events.find(({ reason }) => FURTHER.has(reason))?.at ?? '';
  // Times are whole seconds: a warning in the same second as progress counts as healed.
  const current = events.filter(({ warning, at }) => warning && at > further);
  for (const [known, code] of Object.entries(WARNED_TROUBLE)) {
    const found = current.find(({ reason }) => reason === known);
    if (found)
      return reason(code, sentence(found.reason, shorten(found.message, REASON_QUOTE_MAX, 'ends')));
  }
  const [newest] = current;
  return newest
    ? reason(
        'pod_warning',
        sentence(newest.reason, shorten(newest.message, REASON_QUOTE_MAX, 'ends')),
      )
    : null;
}

/** A Job whose pod is refused (quota, pod security, a missing service account) tells so only in events. */
export function jobWarning(events: readonly ObjectEvent[]): Reason | null {
  const refused = events.find(({ reason, warning }) => warning && reason === 'FailedCreate');
  return refused
    ? reason(
        'pod_refused',
        sentence(
          "The cluster refuses the driver's pod",
          shorten(refused.message, REASON_QUOTE_MAX, 'ends'),
        ),
      )
    : null;
}
