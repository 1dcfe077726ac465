/**
 * A Kubernetes namespace in memory: Jobs, their pods, task pods and logs, with a clock that a test
 * moves. Jobs are run by scripts: what their driver prints and when it ends.
 */
import type { ConfigFile, JobManifest } from '../../core/kubernetes/manifest.ts';
import type { ObjectEvent, ObservedJob, ObservedPod } from '../../core/kubernetes/observed.ts';
import { TRACE_CONTAINER } from '../../core/names.ts';
import {
  ALL_LISTED,
  type Cluster,
  ClusterError,
  type Clusters,
  type Listed,
  type Listing,
} from '../../ports/cluster.ts';
import type { Clock } from '../../ports/world.ts';
import { MemoryReaders } from './cluster/readers.ts';
import { newJob } from './manifest.ts';
import { memoryProbe, notFound } from './probe.ts';
import { type Script, SimulatedJob } from './simulated-job.ts';

export type { Script } from './simulated-job.ts';

/** How often a stream or a watch checks for changes. */
const LOOK_MS = 100;
/** What a Job that is gone has owned is deleted so much later: a garbage collector may be slow. */
const COLLECTED_MS = 60_000;

type Ref = { readonly name: string; readonly uid: string };

export class MemoryCluster implements Cluster {
  readonly probe = memoryProbe;
  readonly readers = new MemoryReaders(() => this.#settle());
  readonly #clock: Clock;
  readonly #script: (runId: string, manifest: JobManifest) => Script;
  readonly #jobs: SimulatedJob[] = [];
  /** By name: the uid of the Job that owns it, and until when that was seen. */
  readonly #configs = new Map<string, { readonly uid: string; ownedAt: number }>();
  /** Pods that no Job of this cluster made. */
  #strays: ObservedPod[] = [];
  #uids = 0;

  constructor(clock: Clock, script: (runId: string, manifest: JobManifest) => Script) {
    this.#clock = clock;
    this.#script = script;
  }

  /** Drivers whose process is alive now, by run id. */
  alive(): string[] {
    return this.#jobs.filter((job) => job.isAlive(this.#clock.now())).map((job) => job.runId);
  }

  /** Every line that the run's driver has printed so far. */
  printed(runId: string): (string | Uint8Array)[] {
    return this.#of(runId).flatMap((job) => job.lines(this.#clock.now()).map((line) => line.text));
  }

  /** Run ids of the task pods that exist. */
  tasks(): string[] {
    return this.#jobs.flatMap((job) => job.tasks.map(() => job.runId));
  }

  /** Names of the ConfigMaps that are there. */
  configs(): string[] {
    this.#settle();
    return [...this.#configs.keys()];
  }

  /** Driver pods of Jobs whose ConfigMap is gone. */
  podsOfFenced(runId?: string): ObservedPod[] {
    const now = this.#settle();
    return (runId === undefined ? this.#jobs : this.#of(runId))
      .filter((job) => !this.#configs.has(job.view.config))
      .flatMap((job) => job.podViews(now));
  }

  /** Deletes Job and pod as a person with kubectl would. */
  deleteByHand(runId: string): void {
    for (const job of this.#of(runId)) if (!job.deleted) this.#remove(job);
  }

  /** Ends the run's driver with a cause, as the condition DisruptionTarget names it. */
  disrupt(runId: string, reason: string, message = ''): void {
    for (const job of this.#of(runId)) job.terminate(this.#clock.now(), { reason, message });
  }

  /** The Job goes, its pod stays and runs on. */
  orphanByHand(runId: string): void {
    for (const job of this.#of(runId)) {
      job.deleted = true;
      job.orphaned = true;
    }
  }

  /** Adds a pod, or replaces the one with its uid, as any user with the right to make pods can. It prints its name. */
  plant(pod: ObservedPod): void {
    this.#strays = [...this.#strays.filter(({ uid }) => uid !== pod.uid), pod];
  }

  /** Kubernetes' own deadline, or a controller's mistake: condition Failed while the process still runs. */
  markFailed(runId: string, reason: string): void {
    for (const job of this.#of(runId))
      job.view = { ...job.view, end: { type: 'Failed', reason, message: '' } };
  }

  list = async (runId?: string, what: readonly Listed[] = ALL_LISTED): Promise<Listing> => {
    const now = this.#settle();
    const chosen = runId === undefined ? this.#jobs : this.#of(runId);
    const jobs = chosen.filter((job) => !job.deleted && what.includes('jobs'));
    return {
      jobs: jobs.map((job) => job.jobView(now)),
      pods: [...chosen.flatMap((job) => job.podViews(now)), ...this.#straysOf(runId)].filter(
        (pod) => what.includes(pod.role === 'driver' ? 'drivers' : 'tasks'),
      ),
    };
  };

  createJob = async (manifest: JobManifest): Promise<ObservedJob> => {
    const { metadata } = manifest;
    const there = this.#existing(metadata.name);
    if (there) return there.jobView(this.#clock.now());
    const view = newJob(manifest, this.#uid(), new Date(this.#clock.now()).toISOString());
    this.#jobs.push(new SimulatedJob(view, this.#script(view.run_id ?? '', manifest)));
    return view;
  };

  /** Also for a Job that is gone: the API server does not look at owners. */
  createConfig = async ({ name }: ConfigFile, { uid }: Ref): Promise<void> => {
    if (this.#configs.has(name)) throw new ClusterError('conflict', 409, `${name} exists`);
    this.#configs.set(name, { uid, ownedAt: this.#clock.now() });
  };

  hasConfig = async ({ uid, config }: { uid: string; config: string }): Promise<boolean> =>
    this.#configs.get(config)?.uid === uid;

  fence = async ({ config }: { config: string }): Promise<void> => {
    this.#removeConfig(config, this.#settle());
  };

  unsuspend = async ({ name, uid }: Ref): Promise<void> => {
    const job = this.#existing(name);
    if (!job) throw notFound(`job ${name}`);
    if (job.view.uid !== uid) throw new ClusterError('conflict', 422, 'the test of the uid failed');
    if (!job.view.suspended) return;
    if (!this.#configs.has(job.view.config)) job.fence(this.#clock.now());
    job.start(this.#clock.now(), () => this.#uid());
  };

  deleteJob = async ({ name, uid, config }: Ref & { config: string }): Promise<void> => {
    await this.fence({ config });
    this.readers.delete(uid);
    const job = this.#existing(name);
    if (job?.view.uid === uid) this.#remove(job);
  };

  deletePod = async ({ uid }: Ref): Promise<void> => {
    this.#strays = this.#strays.filter((stray) => stray.uid !== uid);
    for (const job of this.#jobs) {
      job.tasks = job.tasks.filter((task) => task.uid !== uid);
      if (job.pod?.uid === uid) job.terminate(this.#clock.now());
    }
  };

  readLog = (
    podName: string,
    container: string,
    options: {
      readonly sinceTime?: string;
      readonly follow?: boolean;
      readonly signal?: AbortSignal;
    },
  ): AsyncIterable<Uint8Array> => this.#log(podName, container, options);

  /** Reports at the next check after a change: as late as a real watch may be. */
  watchPods = (runId: string, signal: AbortSignal): AsyncIterable<readonly ObservedPod[]> =>
    this.#watch(runId, signal);

  events = async (_kind: string, name: string): Promise<ObjectEvent[]> =>
    this.readers.eventsOf(name) ??
    this.#jobs.find(({ pod }) => pod?.name === name)?.events(this.#clock.now()) ??
    [];

  async *#watch(runId: string, signal: AbortSignal): AsyncGenerator<readonly ObservedPod[]> {
    for (let told = ''; !signal.aborted; ) {
      const now = this.#settle();
      const pods = [
        ...this.#of(runId).flatMap((job) => job.podViews(now)),
        ...this.#straysOf(runId),
      ].filter((pod) => pod.role === 'driver');
      const text = JSON.stringify(pods);
      if (text !== told) yield pods;
      told = text;
      await this.#clock.sleep(LOOK_MS, signal);
    }
  }

  async *#log(
    podName: string,
    container: string,
    {
      sinceTime = '',
      tailLines,
      follow,
      signal,
    }: {
      readonly sinceTime?: string;
      readonly tailLines?: number;
      readonly follow?: boolean;
      readonly signal?: AbortSignal;
    },
  ): AsyncGenerator<Uint8Array> {
    const printedAt = new Date(this.#settle()).toISOString();
    const read = this.readers.logOf(podName);
    if (read !== undefined) return yield read;
    if (this.#strays.some(({ name }) => name === podName)) {
      yield new TextEncoder().encode(`${printedAt} ${podName}\n`);
      const isOpen = () => follow === true && signal?.aborted !== true;
      while (isOpen()) await this.#clock.sleep(LOOK_MS, signal);
      return;
    }
    const job = this.#jobs.find(({ pod }) => pod?.name === podName && !pod.gone);
    if (!job?.pod) throw notFound(`pod ${podName}`);
    if (!job.hasStarted(this.#clock.now()))
      throw new ClusterError('not_ready', 400, 'waiting to start: ContainerCreating');
    // An open stream gets everything to the end, also of a pod that is deleted meanwhile.
    const all = job.lines(this.#clock.now(), container).length;
    const endsAt = () => (container === TRACE_CONTAINER ? job.overAt : job.endsAt);
    for (let given = tailLines === undefined ? 0 : Math.max(0, all - tailLines); ; ) {
      const now = this.#settle();
      yield* job.log(now, container, sinceTime.slice(0, 19), given);
      given = job.lines(now, container).length;
      if (!follow || now >= endsAt() || signal?.aborted) return;
      await this.#clock.sleep(LOOK_MS, signal);
    }
  }

  #of(runId: string): SimulatedJob[] {
    return this.#jobs.filter((job) => job.runId === runId);
  }

  #straysOf(runId: string | undefined): ObservedPod[] {
    return this.#strays.filter(({ run_id }) => runId === undefined || run_id === runId);
  }

  #existing(name: string): SimulatedJob | undefined {
    return this.#jobs.find((job) => job.view.name === name && !job.deleted);
  }

  #remove(job: SimulatedJob): void {
    job.deleted = true;
    job.terminate(this.#clock.now());
  }

  #settle(): number {
    const now = this.#clock.now();
    for (const job of this.#jobs) job.settle(now);
    this.#collect(now);
    return now;
  }

  #collect(now: number): void {
    const there = new Set(this.#jobs.filter((job) => !job.deleted).map((job) => job.view.uid));
    for (const [name, config] of this.#configs) {
      if (there.has(config.uid)) config.ownedAt = now;
      else if (now - config.ownedAt >= COLLECTED_MS) this.#removeConfig(name, now);
    }
  }

  #removeConfig(name: string, now: number): void {
    this.#configs.delete(name);
    for (const job of this.#jobs) if (job.view.config === name) job.fence(now);
  }

  #uid(): string {
    this.#uids += 1;
    return `uid-${this.#uids}`;
  }
}

export const singleCluster = (cluster: Cluster): Clusters => ({
  has: (connection) => connection === 'default',
  connect: () => cluster,
});
