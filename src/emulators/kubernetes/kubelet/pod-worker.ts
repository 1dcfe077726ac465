/** Brings one pod to what its object says: volumes, containers in their order, their end. */
import { rmSync } from 'node:fs';
import type { ShimRuntime } from '../containers/container-process.ts';
import { evictFromLostNode, markNodeSilent, wasNodeSilent } from '../controllers/node-loss.ts';
import { schedule } from '../controllers/scheduler.ts';
import { settle } from '../objects/deletion.ts';
import {
  invalidImage,
  isImageName,
  requestedFailure,
  type Waiting,
  waitingEvents,
  waitingFor,
} from '../objects/failure-request.ts';
import { type ContainerSpec, isTerminal, type Pod } from '../objects/object.ts';
import type { EventDraft, Recorder } from '../objects/recorder.ts';
import { PODS } from '../objects/resource.ts';
import type { Store } from '../objects/store.ts';
import { type Command, ConfigError, containerCommand } from './command.ts';
import { PodProcesses } from './pod-processes.ts';
import { exitCodeOf, isSidecar, openInits, podStatus } from './pod-status.ts';
import { terminationMessage } from './termination-message.ts';
import { MountError, type PodPaths, prepareVolumes } from './volumes.ts';

export type KubeletContext = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly runtime: ShimRuntime;
  /** Processes live on without the API process. */
  readonly keep: boolean;
  readonly logMaxBytes: number | null;
  paths(pod: Pod): PodPaths;
};

/** Between two tries to mount a volume or to make a container. */
const RETRY_MS = 1_000;

const NO_COMMAND =
  'the local emulator runs no images, so the entry point of an image is not known: set the command of the container, or use --kubeconfig';

type Timer = 'retry' | 'fail' | 'evict';

const allContainers = (pod: Pod) => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

export class PodWorker {
  readonly processes: PodProcesses;
  readonly #context: KubeletContext;
  readonly #paths: PodPaths;
  readonly #timers = new Map<Timer, NodeJS.Timeout>();
  readonly #enqueue: () => void;
  #waiting: Waiting | undefined;
  #mounted = false;
  /** When the first container was to start. */
  #firstTry: number | undefined;
  #nodeLost: boolean;
  #adopted = false;
  #closed = false;

  constructor(context: KubeletContext, pod: Pod, enqueue: () => void) {
    this.#context = context;
    this.#paths = context.paths(pod);
    this.#enqueue = enqueue;
    this.processes = new PodProcesses(this.#paths.root, context.runtime, enqueue);
    this.#nodeLost = wasNodeSilent(pod);
    if (pod.spec.nodeName === undefined) this.#adopted = true;
  }

  /** The kubelet of the pod's node cannot be asked. */
  get nodeLost(): boolean {
    return this.#nodeLost;
  }

  /** Finds the processes that an earlier API process has started; before this, `sync` waits. */
  async adopt(): Promise<void> {
    if (this.#adopted) return;
    await this.processes.adopt();
    this.#mounted = this.processes.states().size > 0;
    this.#adopted = true;
    this.#enqueue();
  }

  /** `pod` is undefined when the object is gone. True once nothing of it is left. */
  sync(pod: Pod | undefined): boolean {
    if (this.#closed || !this.#adopted) return false;
    if (pod === undefined) return this.#vanish();
    const { store, recorder } = this.#context;
    this.#nodeLost &&= requestedFailure(pod)?.mode === 'node-lost';
    if (this.#nodeLost) return false;
    if (pod.metadata.deletionTimestamp !== undefined) this.#terminate(pod);
    // The change leads to the next sync, which starts the containers.
    else if (pod.spec.nodeName === undefined) schedule(store, recorder, pod);
    else if (!isTerminal(pod)) {
      this.#advance(pod);
      this.#report(pod);
    }
    return false;
  }

  /** Lets go of the processes; they live on. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.processes.close();
  }

  #later(timer: Timer, ms: number, run: () => void): void {
    if (this.#timers.has(timer) || this.#closed) return;
    const handle = setTimeout(
      () => {
        this.#timers.delete(timer);
        run();
      },
      Math.max(0, ms),
    );
    this.#timers.set(timer, handle);
  }

  #event(
    pod: Pod,
    type: EventDraft['type'],
    reason: string,
    message: string,
    container?: ContainerSpec,
  ): void {
    const init = container !== undefined && pod.spec.initContainers?.includes(container) === true;
    const list = init ? 'initContainers' : 'containers';
    this.#context.recorder.record(pod, {
      component: 'kubelet',
      type,
      reason,
      message,
      ...(container === undefined ? {} : { fieldPath: `spec.${list}{${container.name}}` }),
    });
  }

  /** Starts what may start now; `#waiting` says why something may not. */
  #advance(pod: Pod): void {
    this.#waiting = undefined;
    const states = this.processes.states();
    const ended = ({ name }: ContainerSpec) => {
      const state = states.get(name);
      return state !== undefined && exitCodeOf(state) !== undefined;
    };
    const next = openInits(pod, states)[0];
    for (const container of next === undefined ? pod.spec.containers : [next]) {
      if (!states.has(container.name)) this.#start(pod, container);
    }
    const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar);
    const initFailed = next !== undefined && ended(next);
    if (initFailed || pod.spec.containers.every(ended)) {
      const busy = sidecars.some(({ name }) => !this.processes.isOver(name));
      if (busy) this.processes.stop((pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000);
    } else this.#requestedEnd(pod);
  }

  #start(pod: Pod, container: ContainerSpec): void {
    if (this.#keepWaiting(pod, container) || !this.#mount(pod)) return;
    let command: Command;
    try {
      command = containerCommand(this.#context.store, pod, container, this.#paths);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#wait(pod, container, { reason: 'CreateContainerConfigError', message: error.message });
      this.#later('retry', RETRY_MS, this.#enqueue);
      return;
    }
    const { name, image = '' } = container;
    const present = `Container image "${image}" already present on machine`;
    this.#event(pod, 'Normal', 'Pulled', present, container);
    this.#event(pod, 'Normal', 'Created', `Created container: ${name}`, container);
    if (command.argv.length === 0) {
      this.processes.refuse(name, NO_COMMAND);
      this.#event(pod, 'Warning', 'Failed', `Error: ${NO_COMMAND}`, container);
      // No event announces its end.
      this.#enqueue();
      return;
    }
    const { keep, logMaxBytes } = this.#context;
    const containerId = `${pod.metadata.uid}-${name}`;
    this.processes.start(name, { ...command, containerId, keep, logMaxBytes });
    this.#event(pod, 'Normal', 'Started', `Started container ${name}`, container);
  }

  /** Requested failures, and image names that no runtime could read. */
  #keepWaiting(pod: Pod, container: ContainerSpec): boolean {
    const request = requestedFailure(pod);
    const image = container.image ?? '';
    this.#firstTry ??= Date.now();
    const elapsed = Date.now() - this.#firstTry;
    const waiting =
      (request && waitingFor(request, image, elapsed)) ??
      (isImageName(image) ? undefined : invalidImage(image));
    if (waiting === undefined) return false;
    this.#wait(pod, container, waiting);
    const period = (request?.seconds ?? 0) * 1_000;
    this.#later('retry', Math.min(RETRY_MS, period > 0 ? period / 2 : RETRY_MS), this.#enqueue);
    return true;
  }

  #wait(pod: Pod, container: ContainerSpec, waiting: Waiting): void {
    this.#waiting = waiting;
    for (const { type, reason, message } of waitingEvents(waiting, container.image ?? '')) {
      this.#event(pod, type, reason, message, container);
    }
  }

  #mount(pod: Pod): boolean {
    if (this.#mounted) return true;
    try {
      prepareVolumes(this.#context.store, pod, this.#paths);
      this.#mounted = true;
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      this.#event(pod, 'Warning', 'FailedMount', error.message);
      this.#later('retry', RETRY_MS, this.#enqueue);
    }
    return this.#mounted;
  }

  /** `oom`, `evicted` and `node-lost` come some time after the main containers run. */
  #requestedEnd(pod: Pod): void {
    const request = requestedFailure(pod);
    const states = this.processes.states();
    const running = pod.spec.containers.some(({ name }) => states.get(name)?.phase === 'running');
    if (request === undefined || !running) return;
    const after = request.seconds * 1_000;
    if (request.mode === 'oom' || request.mode === 'evicted') {
      this.#later('fail', after, () => this.processes.signal('SIGKILL'));
    } else if (request.mode === 'node-lost') {
      const { store } = this.#context;
      this.#later('fail', after, () => {
        this.#nodeLost = true;
        markNodeSilent(store, pod);
        this.#later('evict', after, () => {
          if (this.#nodeLost) evictFromLostNode(store, pod);
        });
      });
    }
  }

  #terminate(pod: Pod): void {
    if (this.processes.busy) {
      if (!this.processes.stopping) {
        for (const container of allContainers(pod)) {
          if (this.processes.isOver(container.name)) continue;
          this.#event(pod, 'Normal', 'Killing', `Stopping container ${container.name}`, container);
        }
      }
      this.processes.stop((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000);
      this.#report(pod);
      return;
    }
    const { store } = this.#context;
    const reported = this.#report(pod);
    const done = store.change(PODS, reported, ({ metadata, status }) => {
      // A pod that never started anything has not succeeded.
      if (status.phase !== 'Succeeded') status.phase = 'Failed';
      metadata.deletionGracePeriodSeconds = 0;
    });
    if (done !== undefined) settle(store, PODS, done);
  }

  /** The object is gone: end what still runs, then remove the files. */
  #vanish(): boolean {
    if (this.processes.busy) {
      this.processes.stop(0);
      return false;
    }
    this.close();
    rmSync(this.#paths.root, { recursive: true, force: true });
    return true;
  }

  #report(pod: Pod): Pod {
    const processes = this.processes.states();
    const nothing = pod.metadata.deletionTimestamp !== undefined && processes.size === 0;
    if (isTerminal(pod) || nothing) return pod;
    const status = podStatus(pod, {
      processes,
      waiting: this.#waiting,
      mounted: this.#mounted,
      request: requestedFailure(pod),
      message: (container, exitCode) => {
        const log = this.processes.logFiles(container.name)?.directory;
        return terminationMessage(container, exitCode, this.#paths, log);
      },
    });
    const stored = this.#context.store.change(PODS, pod, (draft) => {
      draft.status = status;
    });
    return stored ?? pod;
  }
}
