/**
 * A Kubernetes namespace that runs can go to, reduced to what runs need. Implementations hold no
 * decisions about runs. Every method has a deadline of its own; a rejection that is no
 * `ClusterError` with a code means "unknown": the call may have taken effect.
 */
import type { ConfigFile, JobManifest } from '../core/kubernetes/manifest.ts';
import type { ObjectEvent, ObservedJob, ObservedPod } from '../core/kubernetes/observed.ts';
import type { Target } from '../core/kubernetes/target.ts';

export type ClusterErrorCode =
  /** The object does not exist (404). */
  | 'not_found'
  /** A precondition failed: other uid, failed JSON Patch test (409, 422 on a test). */
  | 'conflict'
  /** The cluster understood and said no to this object, and will say no again (400, 403, 422). */
  | 'refused'
  /**
   * The target is in trouble, whatever is asked of it: it does not know us (401), we may not do this there
   * (403 of its authorizer), its namespace is being deleted, or who refused was no API server. Nothing was
   * done, and once the trouble is over the same call succeeds.
   */
  | 'denied'
  /** Only a log read: the container has not started, or its log is gone (400). */
  | 'not_ready'
  /** Everything else: network, timeout, 429, 5xx. Try again later. */
  | 'unavailable';

/** `message` is the cluster's own sentence, fit to show to a user (no credentials). */
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

/** What a list can be asked for: Jobs and pods with Sluice's run label, task pods with Nextflow's run name label. */
export type Listed = 'jobs' | 'drivers' | 'tasks';
export const ALL_LISTED: readonly Listed[] = ['jobs', 'drivers', 'tasks'];

export interface Cluster {
  /**
   * What is asked for, a request to the cluster each (all of it, if not said); of one run when `runId` is given, else of all
   * runs. A consistent read (no resourceVersion). Tasks are read after drivers: one that a driver makes just before its end
   * is not missed.
   */
  list(runId?: string, what?: readonly Listed[]): Promise<Listing>;
  /**
   * Creates the Job suspended. When a Job of that name exists already, returns that one (the caller
   * compares uid, run id and attempt). `refused` when the cluster answers without `suspend: true`
   * (older than Kubernetes 1.24); the Job has then been deleted again.
   */
  createJob(manifest: JobManifest): Promise<ObservedJob>;
  /**
   * Creates the ConfigMap owned by the Job. To be called once for a name, ever: after a failure it may
   * still arrive, and who sent a second one would not know which of them `fence` has removed.
   */
  createConfig(
    config: ConfigFile,
    job: { readonly name: string; readonly uid: string },
  ): Promise<void>;
  /** Whether the ConfigMap that the Job's pods mount is there, and is the Job's. */
  hasConfig(job: { readonly uid: string; readonly config: string }): Promise<boolean>;
  /** JSON Patch: test `/metadata/uid`, then `suspend: false`. Idempotent. `conflict` on another uid, `not_found` without the Job. */
  unsuspend(job: { readonly name: string; readonly uid: string }): Promise<void>;
  /**
   * Deletes the ConfigMap that the Job's pods mount, by its name, which no other Job has: none of them that
   * has not started yet ever will. Absent: a success.
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
   * The container's log with timestamps, as the bytes come. `sinceTime` is RFC 3339 and is cut to
   * whole seconds by Kubernetes, inclusive; each line is held against it by its own time, also in an open follow.
   * `tailLines` is so many lines at the end of the log. Without `follow` it ends at what is there now, with it when
   * the cluster has no more. The stream rejects with ClusterError, also after a long silence; abort the
   * signal to stop it (it then ends or rejects; either is fine).
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
   * The run's driver pods: those that are there at once (that there are none may go untold), then
   * all of them again whenever one changes. A hint for speed: it may be late, and may end or reject at
   * any time (the caller opens it again, after a pause). Abort the signal to stop it.
   */
  watchPods(runId: string, signal: AbortSignal): AsyncIterable<readonly ObservedPod[]>;
  /** The newest events about a Job or a pod, newest first, at most 50. The cluster forgets them after an hour. */
  events(kind: 'Job' | 'Pod', name: string): Promise<readonly ObjectEvent[]>;
}

/** Cluster connections by target; they are cached by the target's content. */
export interface Clusters {
  /** Whether the settings have a connection of that name. */
  has(connection: string): boolean;
  connect(target: Target): Cluster;
}
