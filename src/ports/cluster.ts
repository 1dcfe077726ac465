/**
 * A Kubernetes namespace, reduced to what runs need. Implementations decide nothing about runs. Every method has
 * its own deadline; a rejection other than a `ClusterError` with a code means "unknown": the call may have taken
 * effect.
 */

import type { Target } from '../core/kinds/target.ts';
import type { ConfigFile, JobManifest, ReaderManifest } from '../core/kubernetes/manifest.ts';
import type { ObjectEvent, ObservedJob, ObservedPod } from '../core/kubernetes/observed.ts';

export type ClusterErrorCode =
  /** The object does not exist (404). */
  | 'not_found'
  /** A precondition failed: other uid, failed JSON Patch test (409, 422 on a test). */
  | 'conflict'
  /** The cluster refuses this object, and would refuse it again (400, 403, 422). */
  | 'refused'
  /**
   * The target is in trouble, whatever the request: invalid credentials (401), a missing right (403 of its authorizer),
   * a namespace that is being deleted, or a refusal that no API server wrote. Nothing was done, and once the trouble
   * is over the same call succeeds.
   */
  | 'denied'
  /** Only a log read: the container has not started, or its log is gone (400). */
  | 'not_ready'
  /** Everything else: network, timeout, 429, 5xx. Try again later. */
  | 'unavailable';

/** `message` is the cluster's own text; it may be shown to users (no credentials). */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code: ClusterErrorCode;
  /** HTTP status of the answer, 0 without one. */
  readonly status: number;
  constructor(code: ClusterErrorCode, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

export type Listing = {
  readonly jobs: readonly ObservedJob[];
  readonly pods: readonly ObservedPod[];
};

/** What can be listed: Jobs and pods with Sluice's run label, task pods with Nextflow's run name label. */
export type Listed = 'jobs' | 'drivers' | 'tasks';
export const ALL_LISTED: readonly Listed[] = ['jobs', 'drivers', 'tasks'];

/** A right in the namespace: a verb on a resource, such as `pods/log`. */
export type Right = { readonly group: string; readonly resource: string; readonly verb: string };

/** Things of the namespace that a target names. */
export type NamedObject = {
  readonly kind: 'ServiceAccount' | 'PersistentVolumeClaim' | 'Secret';
  readonly name: string;
};

/** Questions about the cluster and the namespace that change nothing. Each has a deadline, and rejects with a ClusterError. */
export interface ClusterProbe {
  /** Version of the server, such as `v1.34.4`. Needs no rights. */
  version(): Promise<string>;
  /** Whether the credentials have the right in the namespace, as the cluster's authorizer says. */
  allows(right: Right): Promise<boolean>;
  /** Whether it exists; its content is not asked for. `denied` where the credentials may not read it. */
  has(object: NamedObject): Promise<boolean>;
  /** Has the cluster check a Job, without making it. `not_found` without the namespace, `refused` with its sentence. */
  tryJob(): Promise<void>;
}

/** Jobs that read files. They are no runs', so no list shows them; logs, events and deletion are as of other Jobs. */
export interface ClusterReaders {
  /** Creates it; it runs at once. A late one does no harm, because the cluster ends and deletes it. Errors as of `createJob`. */
  create(manifest: ReaderManifest): Promise<{ readonly name: string; readonly uid: string }>;
  /** Its pods. Their `run_id` is null. */
  podsOf(name: string): Promise<readonly ObservedPod[]>;
}

export interface Cluster {
  readonly probe: ClusterProbe;
  readonly readers: ClusterReaders;
  /**
   * Lists the objects in `what` (default: all), one request to the cluster for each, of one run or of all runs. A consistent
   * read (no resourceVersion). Tasks are read after drivers, so that a task that a driver makes just before its end is
   * not missed.
   */
  list(runId?: string, what?: readonly Listed[]): Promise<Listing>;
  /**
   * Creates the Job suspended. When a Job of that name exists already, returns that one (the caller
   * compares uid, run id and attempt). `refused` when the cluster answers without `suspend: true`
   * (older than Kubernetes 1.24); the Job has then been deleted again.
   */
  createJob(manifest: JobManifest): Promise<ObservedJob>;
  /**
   * Creates the ConfigMap owned by the Job, with which the cluster deletes it, also if the Job is gone already. Call it once per
   * name, ever: a failed call may still arrive later, and after a second one it would be unknown which of them `fence`
   * has removed.
   */
  createConfig(
    config: ConfigFile,
    job: { readonly name: string; readonly uid: string },
  ): Promise<void>;
  /** Whether the ConfigMap that the Job's pods mount exists and is owned by the Job. */
  hasConfig(job: { readonly uid: string; readonly config: string }): Promise<boolean>;
  /** JSON Patch: test `/metadata/uid`, then `suspend: false`. Idempotent. `conflict` on another uid, `not_found` without the Job. */
  unsuspend(job: { readonly name: string; readonly uid: string }): Promise<void>;
  /**
   * Deletes the ConfigMap that the Job's pods mount, by its name, which no other Job has: pods that have not started
   * yet never will. Absent: a success.
   */
  fence(job: { readonly config: string }): Promise<void>;
  /**
   * `fence`, unless `config` is empty, then deletes the Job with propagationPolicy Background and uid precondition. Absent, or another
   * uid: a success.
   */
  deleteJob(job: {
    readonly name: string;
    readonly uid: string;
    readonly config: string;
  }): Promise<void>;
  /** Deletes a pod with uid precondition and its own grace period (never forced). Absent: a success. */
  deletePod(pod: { readonly name: string; readonly uid: string }): Promise<void>;
  /**
   * The container's log with timestamps, as raw bytes. Kubernetes cuts `sinceTime` (RFC 3339, inclusive) to whole
   * seconds and compares each line's own time with it, also in an open follow. `tailLines` asks for that many lines at
   * the end of the log. Without `follow` the stream ends at the current end of the log, with it when the cluster has no
   * more. It rejects with ClusterError, also after a long silence. Abort the signal to stop it; it then ends or rejects.
   */
  readLog(
    pod: string,
    container: string,
    options: {
      readonly sinceTime?: string;
      readonly tailLines?: number;
      readonly follow?: boolean;
      readonly signal?: AbortSignal;
    },
  ): AsyncIterable<Uint8Array>;
  /**
   * The run's driver pods: the current ones first (an empty set may be omitted), then all of them again after each
   * change. A hint for speed: it may be late, and may end or reject at any time; the caller opens it again after a
   * pause. Abort the signal to stop it.
   */
  watchPods(runId: string, signal: AbortSignal): AsyncIterable<readonly ObservedPod[]>;
  /** The newest events about a Job or a pod, newest first, at most 50. The cluster forgets them after an hour. */
  events(kind: 'Job' | 'Pod', name: string): Promise<readonly ObjectEvent[]>;
}

/** Cluster connections by target, cached by the target's content. */
export interface Clusters {
  /** Whether the settings have a connection of that name. */
  has(connection: string): boolean;
  connect(target: Target): Cluster;
}
