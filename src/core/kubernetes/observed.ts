/** Jobs, pods and events as the cluster port reports them. Pure. */

export type ObservedJob = {
  readonly name: string;
  readonly uid: string;
  /** Name of the ConfigMap that its pods mount; empty without one. */
  readonly config: string;
  /** Its pods have the container that prints what Nextflow writes of its tasks. */
  readonly traced: boolean;
  /** From the run label; null when the label is missing. */
  readonly run_id: string | null;
  readonly attempt: number;
  /** SHA-256 of the token with which its driver sends the trace; absent where it does not. */
  readonly trace_token?: string;
  readonly suspended: boolean;
  /** A deletion timestamp is set. */
  readonly deleting: boolean;
  /** Condition Complete or Failed with status True, or FailureTarget. */
  readonly end: {
    readonly type: 'Complete' | 'Failed' | 'FailureTarget';
    readonly reason: string;
    readonly message: string;
  } | null;
  /** `status.active`. */
  readonly active: number;
  /** RFC 3339. */
  readonly created_at: string;
};

export type ObservedContainer = {
  readonly name: string;
  /** `main` is the driver's container; `sidecar` any other one of the pod. */
  readonly kind: 'init' | 'main' | 'sidecar';
  readonly state: 'waiting' | 'running' | 'terminated';
  /** Kubernetes' reason: ImagePullBackOff, OOMKilled, Error, …; empty when none. */
  readonly reason: string;
  readonly message: string;
  readonly exit_code: number | null;
  /** RFC 3339, null while unknown. */
  readonly started_at: string | null;
  readonly finished_at: string | null;
};

export type ObservedPod = {
  readonly name: string;
  readonly uid: string;
  readonly run_id: string | null;
  /** uid of the Job that controls it; null for task pods of Nextflow and for pods that a deleted Job left behind. */
  readonly job_uid: string | null;
  readonly role: 'driver' | 'task';
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Pod-level reason and message: Evicted, UnexpectedAdmissionError, …; else empty. */
  readonly reason: string;
  readonly message: string;
  /** Condition PodScheduled=False: Unschedulable, SchedulingGated, …; else null. */
  readonly unscheduled: { readonly reason: string; readonly message: string } | null;
  readonly deleting: boolean;
  /**
   * What ends the pod early, and since when (RFC 3339): the condition DisruptionTarget, or the reason `Deleted` for
   * a deletion without that condition. Null without either.
   */
  readonly disruption: {
    readonly reason: string;
    readonly message: string;
    readonly at: string;
  } | null;
  readonly containers: readonly ObservedContainer[];
};

/** An event that a component of the cluster wrote about a Job or a pod. */
export type ObjectEvent = {
  readonly warning: boolean;
  /** Kubernetes' reason, such as FailedMount. Its times are whole seconds, RFC 3339. */
  readonly reason: string;
  readonly message: string;
  /** Last time that it occurred. */
  readonly at: string;
};
