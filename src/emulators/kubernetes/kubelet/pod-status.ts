/** A pod's status from what its processes do. Pure, but for the times of conditions. */
import { createHash } from 'node:crypto';
import { constants } from 'node:os';
import type { ProcessState } from '../containers/container-process.ts';
import { withPodCondition } from '../objects/condition.ts';
import { EVICTION, type FailureRequest, type Waiting } from '../objects/failure-request.ts';
import {
  type Condition,
  type ContainerSpec,
  type ContainerState,
  type ContainerStatus,
  type Pod,
  type PodPhase,
  type PodStatus,
  seconds,
} from '../objects/object.ts';

export type PodDetails = {
  /** State of each container that was started, by name. */
  readonly processes: ReadonlyMap<string, ProcessState>;
  /** Why the next container does not start, if something keeps it. */
  readonly waiting: Waiting | undefined;
  /** The pod's volumes are there. */
  readonly mounted: boolean;
  readonly request: FailureRequest | undefined;
  /** The termination message of an ended container. */
  readonly message: (container: ContainerSpec, exitCode: number) => string | undefined;
};

export const isSidecar = (container: ContainerSpec): boolean =>
  container.restartPolicy === 'Always';

/** 128 and the signal's number, as shells and container runtimes count. */
export function exitCodeOf(state: ProcessState): number | undefined {
  if (state.phase === 'failed') return 128;
  if (state.phase === 'lost') return 137;
  if (state.phase !== 'exited') return undefined;
  return state.exitCode ?? 128 + constants.signals[state.signal ?? 'SIGKILL'];
}

const short = (time: string) => seconds(new Date(time));
const containerID = (pod: Pod, name: string) =>
  `emulator://${createHash('sha256').update(`${pod.metadata.uid}/${name}`).digest('hex')}`;

function terminated(
  pod: Pod,
  container: ContainerSpec,
  state: ProcessState,
  exitCode: number,
  facts: PodDetails,
): ContainerState {
  const id = { containerID: containerID(pod, container.name) };
  if (state.phase === 'failed') {
    return {
      terminated: {
        exitCode,
        reason: 'StartError',
        message: state.message,
        startedAt: '1970-01-01T00:00:00Z',
        finishedAt: short(state.finishedAt),
        ...id,
      },
    };
  }
  if (state.phase !== 'exited') {
    return {
      terminated: {
        exitCode,
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was terminated',
        startedAt: null,
        finishedAt: null,
      },
    };
  }
  const oom = facts.request?.mode === 'oom' && exitCode === 137;
  const message = facts.message(container, exitCode);
  return {
    terminated: {
      exitCode,
      reason: oom ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error',
      ...(message === undefined ? {} : { message }),
      startedAt: short(state.startedAt),
      finishedAt: short(state.finishedAt),
      ...id,
    },
  };
}

function containerStatus(
  pod: Pod,
  container: ContainerSpec,
  init: boolean,
  facts: PodDetails,
): ContainerStatus {
  const state = facts.processes.get(container.name);
  const exitCode = state === undefined ? undefined : exitCodeOf(state);
  const running = state?.phase === 'running';
  const known = running || exitCode !== undefined;
  const initialising = (pod.spec.initContainers ?? []).length > 0;
  const shown: ContainerState =
    state !== undefined && exitCode !== undefined
      ? terminated(pod, container, state, exitCode, facts)
      : running
        ? { running: { startedAt: short(state.startedAt) } }
        : {
            waiting:
              facts.waiting !== undefined && isNext(pod, container, facts)
                ? facts.waiting
                : { reason: initialising ? 'PodInitializing' : 'ContainerCreating' },
          };
  const image = container.image ?? '';
  return {
    name: container.name,
    state: shown,
    lastState: {},
    ready: running ? !init || isSidecar(container) : init && exitCode === 0,
    restartCount: 0,
    image,
    imageID: known ? `emulator://${image}` : '',
    ...(known ? { containerID: containerID(pod, container.name) } : {}),
    started: running,
    ...(known ? { resources: container.resources ?? {} } : {}),
  };
}

/** Whether the container is the one whose turn it is: the first init container, or any main one after them. */
function isNext(pod: Pod, container: ContainerSpec, facts: PodDetails): boolean {
  const next = pod.spec.initContainers?.find((init) => !initDone(init, facts));
  return next === undefined ? pod.spec.containers.includes(container) : next === container;
}

function initDone(container: ContainerSpec, facts: PodDetails): boolean {
  const state = facts.processes.get(container.name);
  if (state === undefined) return false;
  return isSidecar(container)
    ? state.phase === 'running' || exitCodeOf(state) !== undefined
    : exitCodeOf(state) === 0;
}

/** Init containers that still have to run, or failed. */
export const openInits = (pod: Pod, processes: ReadonlyMap<string, ProcessState>) =>
  (pod.spec.initContainers ?? []).filter(
    (container) => !initDone(container, { processes } as PodDetails),
  );

/** The phase that the processes make, whatever was reported before. */
export function phaseOf(pod: Pod, processes: ReadonlyMap<string, ProcessState>): PodPhase {
  const states = [...processes.values()];
  const busy = states.some((state) => state.phase === 'starting' || state.phase === 'running');
  const codes = pod.spec.containers.map((container) => {
    const state = processes.get(container.name);
    return state === undefined ? undefined : exitCodeOf(state);
  });
  const initFailed = openInits(pod, processes).some((container) => {
    const state = processes.get(container.name);
    return state !== undefined && exitCodeOf(state) !== undefined;
  });
  if (!busy && initFailed) return 'Failed';
  if (!busy && codes.every((code) => code !== undefined)) {
    return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  }
  const begun = pod.spec.containers.some((container) => {
    const state = processes.get(container.name);
    return state !== undefined && state.phase !== 'starting';
  });
  return begun ? 'Running' : 'Pending';
}

function conditions(pod: Pod, phase: PodPhase, facts: PodDetails, ready: boolean): Condition[] {
  const over = phase === 'Succeeded' || phase === 'Failed';
  const ended = phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed';
  const observed = { observedGeneration: pod.metadata.generation ?? 1 };
  const open = openInits(pod, facts.processes).map((container) => container.name);
  const unready = pod.spec.containers
    .map((container) => container.name)
    .filter((name) => facts.processes.get(name)?.phase !== 'running');
  const notReady = over
    ? { reason: ended }
    : {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${unready.join(' ')}]`,
      };
  const readiness = ready
    ? { ...observed, status: 'True' as const }
    : { ...observed, status: 'False' as const, ...notReady };
  let list = pod.status.conditions ?? [];
  const sandbox = facts.mounted && !over;
  list = withPodCondition(list, {
    type: 'PodReadyToStartContainers',
    ...observed,
    status: sandbox ? 'True' : 'False',
  });
  list = withPodCondition(list, {
    type: 'Initialized',
    ...observed,
    ...(open.length === 0
      ? { status: 'True', ...(phase === 'Succeeded' ? { reason: ended } : {}) }
      : {
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${open.join(' ')}]`,
        }),
  });
  list = withPodCondition(list, { type: 'Ready', ...readiness });
  list = withPodCondition(list, { type: 'ContainersReady', ...readiness });
  return withPodCondition(list, { type: 'PodScheduled', ...observed, status: 'True' });
}

const byName = (a: ContainerStatus, b: ContainerStatus) => (a.name < b.name ? -1 : 1);

/** The status to report. A phase that is over stays so. */
export function podStatus(pod: Pod, facts: PodDetails): PodStatus {
  const phase = phaseOf(pod, facts.processes);
  const statuses = pod.spec.containers.map((one) => containerStatus(pod, one, false, facts));
  const inits = (pod.spec.initContainers ?? []).map((one) =>
    containerStatus(pod, one, true, facts),
  );
  const evicted = facts.request?.mode === 'evicted' && phase === 'Failed' ? EVICTION : undefined;
  return {
    ...pod.status,
    ...evicted,
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    conditions: conditions(
      pod,
      phase,
      facts,
      statuses.every((status) => status.ready),
    ),
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    ...(facts.mounted ? { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } : {}),
    startTime: pod.status.startTime ?? seconds(),
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    containerStatuses: [...statuses].sort(byName),
  };
}

/** By the rules of Kubernetes, from the resources of all containers. */
export function qosClass(pod: Pick<Pod, 'spec'>): string {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const sets = all.map((container) => container.resources ?? {});
  if (sets.every((set) => set.limits === undefined && set.requests === undefined)) {
    return 'BestEffort';
  }
  const guaranteed = sets.every(({ limits, requests }) =>
    ['cpu', 'memory'].every(
      (name) => limits?.[name] !== undefined && requests?.[name] === limits[name],
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
