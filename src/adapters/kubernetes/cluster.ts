/** The Cluster port on the Kubernetes API. */
import type { V1Job } from '@kubernetes/client-node';
import {
  type ConfigFile,
  type JobManifest,
  RUN_LABEL,
  TASK_RUN_LABEL,
} from '../../core/kubernetes/manifest.ts';
import type { ObjectEvent, ObservedJob, ObservedPod } from '../../core/kubernetes/observed.ts';
import {
  ALL_LISTED,
  type Cluster,
  ClusterError,
  type Listed,
  type Listing,
} from '../../ports/cluster.ts';
import { type Api, createApi } from './api.ts';
import { deleteByUid, type Ref } from './calls/delete.ts';
import { type Position, readAll } from './calls/listing.ts';
import { KubernetesProbe } from './calls/probe.ts';
import { KubernetesReaders } from './calls/readers.ts';
import { fromException, has, refusedWithoutNamespace } from './failure.ts';
import { streamLog } from './logs.ts';
import { isDriverJob, toObjectEvent, toObservedJob, toObservedPod } from './observed.ts';
import { lacksSidecars, withoutSidecars } from './sidecars.ts';
import { deadlineIn, type Transport } from './transport.ts';
import { watchPods } from './watch.ts';

export type ClusterOptions = {
  /** Milliseconds after which every call ends; a list of many pages gets three times as long. */
  readonly deadlineMs: number;
  /** Milliseconds without data after which a followed log or a watch is given up. */
  readonly followIdleMs: number;
};

const EVENTS_MAX = 50;
/** Rounds of "exists" and "does not exist", for an object that another client deletes and creates. */
const RACE_ROUNDS = 3;

export class KubernetesCluster implements Cluster {
  readonly probe: KubernetesProbe;
  readonly readers: KubernetesReaders;
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #options: ClusterOptions;

  constructor(transport: Transport, namespace: string, options: ClusterOptions) {
    this.#transport = transport;
    this.#namespace = namespace;
    this.#options = options;
    this.probe = new KubernetesProbe(transport, namespace, options.deadlineMs);
    this.readers = new KubernetesReaders(transport, namespace, options.deadlineMs);
  }

  /** Runs the work with one deadline for all of its requests, and turns all errors into ClusterErrors. */
  async #call<T>(work: (api: Api) => Promise<T>, deadlines = 1): Promise<T> {
    try {
      const deadline = deadlineIn(this.#options.deadlineMs * deadlines);
      return await work(await createApi(this.#transport, deadline));
    } catch (error) {
      throw fromException(error, "The cluster's answer cannot be read");
    }
  }

  list(runId?: string, what = ALL_LISTED): Promise<Listing> {
    const query = (label: string, { limit = 0, ...position }: Position) => ({
      namespace: this.#namespace,
      labelSelector: runId === undefined ? label : `${label}=${runId}`,
      ...position,
      // One run has few objects. A limit would make the API server read etcd instead of its cache.
      ...(runId === undefined && { limit }),
    });
    return this.#call(async ({ batch, core }) => {
      const listJobs = () => readAll((page) => batch.listNamespacedJob(query(RUN_LABEL, page)));
      const listPods = (label: string) =>
        readAll((page) => core.listNamespacedPod(query(label, page)));
      const ask = <T>(each: Listed, list: () => Promise<readonly T[]>) =>
        what.includes(each) ? list() : [];
      const [jobs, own] = await Promise.all([
        ask('jobs', listJobs),
        ask('drivers', () => listPods(RUN_LABEL)),
      ]);
      // After the drivers: a task that a driver makes just before its end is not missed.
      const others = await ask('tasks', () => listPods(TASK_RUN_LABEL));
      const views = new Map<string, ObservedPod>();
      for (const pod of [...own, ...others]) {
        const view = toObservedPod(pod);
        if (view !== null) {
          views.set(view.uid, view);
        }
      }
      return { jobs: jobs.filter(isDriverJob).map(toObservedJob), pods: [...views.values()] };
    }, 3);
  }

  createJob(manifest: JobManifest): Promise<ObservedJob> {
    return this.#call(async (api) => {
      const { job, created } = await this.#createOrRead(api, manifest);
      // A cluster that supports `suspend` always returns it, at least the default false.
      const suspend = job.spec?.suspend;
      if (created ? suspend !== true : suspend === undefined) {
        await this.#deleteJob(api, toObservedJob(job));
        throw new ClusterError(
          'refused',
          0,
          'The cluster does not create Jobs suspended: Kubernetes 1.24 or newer is needed',
        );
      }
      if (!lacksSidecars(job)) return toObservedJob(job);
      // Its driver would wait for ever for the end of a container that is to run beside it.
      await this.#deleteJob(api, toObservedJob(job));
      const again = await this.#createOrRead(api, withoutSidecars(manifest));
      if (lacksSidecars(again.job)) throw racing('Job', manifest.metadata.name);
      return toObservedJob(again.job);
    });
  }

  async #createOrRead(api: Api, manifest: JobManifest): Promise<{ job: V1Job; created: boolean }> {
    const namespace = this.#namespace;
    const { name } = manifest.metadata;
    for (let round = 1; ; round += 1) {
      try {
        const body = structuredClone(manifest) as unknown as V1Job;
        return { job: await api.batch.createNamespacedJob({ namespace, body }), created: true };
      } catch (error) {
        if (!has(error, 'conflict')) {
          throw refusedWithoutNamespace(error);
        }
      }
      try {
        return { job: await api.batch.readNamespacedJob({ namespace, name }), created: false };
      } catch (error) {
        if (!has(error, 'not_found') || round >= RACE_ROUNDS) {
          throw has(error, 'not_found') ? racing('Job', name) : error;
        }
      }
    }
  }

  createConfig(config: ConfigFile, job: Ref): Promise<void> {
    return this.#call(async ({ core }) => {
      const { name, labels, files } = config;
      const owner = { apiVersion: 'batch/v1', kind: 'Job', name: job.name, uid: job.uid };
      const body = {
        metadata: {
          name,
          labels: { ...labels },
          ownerReferences: [{ ...owner, controller: true }],
        },
        // Not immutable: a kubelet that has an immutable one for an earlier pod would not notice its deletion.
        data: { ...files },
      };
      try {
        await core.createNamespacedConfigMap({ namespace: this.#namespace, body });
      } catch (error) {
        throw refusedWithoutNamespace(error);
      }
    });
  }

  hasConfig({ uid, config }: { uid: string; config: string }): Promise<boolean> {
    return this.#call(async ({ core }) => {
      if (config === '') return false;
      try {
        const named = { namespace: this.#namespace, name: config };
        const { metadata } = await core.readNamespacedConfigMap(named);
        return metadata?.ownerReferences?.some((owner) => owner.uid === uid) === true;
      } catch (error) {
        if (has(error, 'not_found')) return false;
        throw error;
      }
    });
  }

  unsuspend(job: Ref): Promise<void> {
    return this.#call(async ({ batch }) => {
      const { setHeaderOptions, PatchStrategy } = await import('./client-node.ts');
      const named = { namespace: this.#namespace, name: job.name };
      const body = [
        { op: 'test', path: '/metadata/uid', value: job.uid },
        { op: 'replace', path: '/spec/suspend', value: false },
      ];
      try {
        await batch.patchNamespacedJob(
          { ...named, body },
          setHeaderOptions('Content-Type', PatchStrategy.JsonPatch),
        );
      } catch (error) {
        // A failed test is a 422 whose text differs between versions: compare the uid instead.
        if (!has(error, 'refused', 'conflict')) {
          throw error;
        }
        const found = await batch.readNamespacedJob(named);
        throw found.metadata?.uid === job.uid
          ? error
          : new ClusterError('conflict', 409, `Job ${job.name} was replaced by another one`);
      }
    });
  }

  fence(job: { config: string }): Promise<void> {
    return this.#call((api) => this.#fence(api, job.config));
  }

  deleteJob(job: Ref & { config: string }): Promise<void> {
    return this.#call(async (api) => {
      await this.#fence(api, job.config);
      await this.#deleteJob(api, job);
    });
  }

  async #fence({ core }: Api, name: string): Promise<void> {
    if (name === '') return;
    try {
      await core.deleteNamespacedConfigMap({ namespace: this.#namespace, name });
    } catch (error) {
      if (!has(error, 'not_found')) throw error;
    }
  }

  #deleteJob({ batch }: Api, job: Ref): Promise<void> {
    const named = { namespace: this.#namespace, name: job.name };
    // The default policy for Jobs would leave the pods running. Options count only if all of them are in the body.
    const body = { propagationPolicy: 'Background', preconditions: { uid: job.uid } };
    return deleteByUid(
      job,
      body,
      (options) => batch.deleteNamespacedJob({ ...named, body: options }),
      () => batch.readNamespacedJob(named),
    );
  }

  deletePod(pod: Ref): Promise<void> {
    const named = { namespace: this.#namespace, name: pod.name };
    return this.#call(({ core }) =>
      deleteByUid(
        pod,
        { preconditions: { uid: pod.uid } },
        (options) => core.deleteNamespacedPod({ ...named, body: options }),
        () => core.readNamespacedPod(named),
      ),
    );
  }

  readLog(
    pod: string,
    container: string,
    options: {
      readonly sinceTime?: string;
      readonly follow?: boolean;
      readonly signal?: AbortSignal;
    },
  ): AsyncIterable<Uint8Array> {
    return streamLog(
      this.#transport,
      { namespace: this.#namespace, pod, container, ...options },
      { deadlineMs: this.#options.deadlineMs, idleMs: this.#options.followIdleMs },
    );
  }

  watchPods(runId: string, signal: AbortSignal): AsyncIterable<readonly ObservedPod[]> {
    const request = { namespace: this.#namespace, runId, signal };
    return watchPods(this.#transport, request, {
      deadlineMs: this.#options.deadlineMs,
      idleMs: this.#options.followIdleMs,
    });
  }

  events(kind: 'Job' | 'Pod', name: string): Promise<readonly ObjectEvent[]> {
    return this.#call(async ({ core }) => {
      const { items } = await core.listNamespacedEvent({
        namespace: this.#namespace,
        fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}`,
      });
      const events = items
        .map(toObjectEvent)
        .toSorted((one, other) => other.at.localeCompare(one.at));
      return events.slice(0, EVENTS_MAX);
    });
  }
}

const racing = (kind: string, name: string): ClusterError =>
  new ClusterError('unavailable', 409, `${kind} ${name} is being replaced by another client`);
