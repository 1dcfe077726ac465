/**
 * Failures on request: the annotation `emulator.sluice.dev/fail` on a Job, or on its pod template,
 * makes the emulator show what a real cluster shows of that failure. `MODE` or `MODE=SECONDS`:
 *
 * | mode | shows |
 * |---|---|
 * | `image-missing` | waiting ErrImagePull, then ImagePullBackOff, in turn every SECONDS (1) |
 * | `invalid-image` | waiting InvalidImageName |
 * | `config-error` | waiting CreateContainerConfigError |
 * | `unschedulable` | condition PodScheduled=False, reason Unschedulable |
 * | `slow-start` | waiting ContainerCreating for SECONDS (5), then a normal start |
 * | `no-pod-seconds` | no pod for SECONDS (5) after the Job is unsuspended |
 * | `quota` | never a pod, a FailedCreate event at each try |
 * | `oom` | KILL after SECONDS (0.2) of running, reason OOMKilled |
 * | `evicted` | KILL after SECONDS (0.2), pod reason Evicted |
 * | `node-lost` | after SECONDS (1) Ready=False, after as many again DisruptionTarget and a deletion that does not end |
 *
 * Removing the annotation from the pod ends the failure; a lost node has then come back.
 */
import type { Condition, ContainerState, KubeObject } from './object.ts';
import type { EventDraft } from './recorder.ts';
import { type Cause, unsupported } from './status.ts';

export const FAIL_ANNOTATION = 'emulator.sluice.dev/fail';

const DEFAULT_SECONDS = {
  'image-missing': 1,
  'invalid-image': 0,
  'config-error': 0,
  unschedulable: 0,
  'slow-start': 5,
  'no-pod-seconds': 5,
  quota: 0,
  oom: 0.2,
  evicted: 0.2,
  'node-lost': 1,
} as const;

export type FailureMode = keyof typeof DEFAULT_SECONDS;
export type FailureRequest = { readonly mode: FailureMode; readonly seconds: number };

const modes = Object.keys(DEFAULT_SECONDS) as FailureMode[];

function parse(text: string): FailureRequest | undefined {
  const match = /^([a-z-]+)(?:=(\d+(?:\.\d+)?))?$/.exec(text.trim());
  const mode = modes.find((one) => one === match?.[1]);
  if (mode === undefined) return undefined;
  const seconds = match?.[2] === undefined ? DEFAULT_SECONDS[mode] : Number(match[2]);
  return { mode, seconds };
}

export function requestedFailure(object: Pick<KubeObject, 'metadata'>): FailureRequest | undefined {
  return parse(object.metadata.annotations?.[FAIL_ANNOTATION] ?? '');
}

/** A misspelt request would be a test that tests nothing. */
export function failureCauses(object: Pick<KubeObject, 'metadata'>): Cause[] {
  const text = object.metadata.annotations?.[FAIL_ANNOTATION];
  if (text === undefined || parse(text) !== undefined) return [];
  return [unsupported(`metadata.annotations[${FAIL_ANNOTATION}]`, text, modes)];
}

export type Waiting = NonNullable<ContainerState['waiting']>;

/** What keeps the containers from starting, `elapsedMs` after the pod was scheduled; undefined when nothing does. */
export function waitingFor(
  request: FailureRequest,
  image: string,
  elapsedMs: number,
): Waiting | undefined {
  switch (request.mode) {
    case 'image-missing':
      return missingImage(image, Math.floor(elapsedMs / 1_000 / Math.max(request.seconds, 0.1)));
    case 'invalid-image':
      return invalidImage(image);
    case 'config-error':
      return { reason: 'CreateContainerConfigError', message: 'configmap "requested" not found' };
    case 'slow-start':
      return elapsedMs < request.seconds * 1_000 ? { reason: 'ContainerCreating' } : undefined;
    case 'unschedulable':
    case 'no-pod-seconds':
    case 'quota':
    case 'oom':
    case 'evicted':
    case 'node-lost':
      return undefined;
  }
}

function missingImage(image: string, turn: number): Waiting {
  const full = image.includes('/') ? `docker.io/${image}` : `docker.io/library/${image}`;
  const why = `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`;
  return turn % 2 === 0
    ? { reason: 'ErrImagePull', message: why }
    : {
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: ${why}`,
      };
}

/** What the kubelet says in events while a container waits so. */
export function waitingEvents(
  { reason, message = '' }: Waiting,
  image: string,
): readonly Pick<EventDraft, 'type' | 'reason' | 'message'>[] {
  const failed = { type: 'Warning', reason: 'Failed', message: `Error: ${reason}` } as const;
  switch (reason) {
    case 'ErrImagePull':
      return [
        { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` },
        { ...failed, message: `Failed to pull image "${image}": ${message}` },
        failed,
      ];
    case 'ImagePullBackOff':
      return [
        { type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"` },
        failed,
      ];
    case 'InvalidImageName':
      return [{ type: 'Warning', reason: 'InspectFailed', message }, failed];
    case 'CreateContainerConfigError':
      return [{ ...failed, message: `Error: ${message}` }];
    default:
      return [];
  }
}

/** The distribution's grammar for a reference, as far as the name goes. */
const IMAGE =
  /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[\w+.-]+:[0-9a-fA-F]{32,})?$/;

export const isImageName = (image: string): boolean => IMAGE.test(image);

export function invalidImage(image: string): Waiting {
  return {
    reason: 'InvalidImageName',
    message: `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
  };
}

export const UNSCHEDULABLE: Pick<Condition, 'reason' | 'message'> = {
  reason: 'Unschedulable',
  message:
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
};

export const quotaMessage = (pod: string): string =>
  `Error creating: pods "${pod}" is forbidden: exceeded quota: requested, requested: pods=1, used: pods=0, limited: pods=0`;

export const EVICTION = {
  reason: 'Evicted',
  message: 'Usage of EmptyDir volume "requested" exceeds the limit "1Mi". ',
} as const;

export const NODE_LOSS = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
} as const;
