/** The Kubernetes objects of an attempt, as plain JSON. Pure. */

/** A batch/v1 Job, always with `spec.suspend: true`. */
export type JobManifest = {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>> & { readonly suspend: true };
};

/**
 * The ConfigMap that every pod of the Job mounts and cannot start without: deleting it fences the Job.
 * Its random name is used for one Job and created once, so that a late request cannot create it again. The Job
 * becomes its owner. `files`: text by name.
 */
export type ConfigFile = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
};

/** A Job that reads files of a run. It runs at once, and the cluster deletes it, with or without us. */
export type ReaderManifest = {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly activeDeadlineSeconds: number;
    readonly ttlSecondsAfterFinished: number;
  };
};

/** Labels that tie objects to runs. Nextflow's own task pods carry `nextflow.io/runName`. */
export const RUN_LABEL = 'sluice.dev/run-id';
export const ATTEMPT_LABEL = 'sluice.dev/attempt';
export const DOMAIN_LABEL = 'sluice.dev/domain';
export const TASK_RUN_LABEL = 'nextflow.io/runName';
/** A reader's own label, with the name of its Job, and for people the run whose files it reads. */
export const READER_LABEL = 'sluice.dev/reader';
export const READS_LABEL = 'sluice.dev/reads';
/** Annotation of a Job: SHA-256 of the token with which its driver sends the trace. */
export const TRACE_TOKEN_ANNOTATION = 'sluice.dev/trace-token-sha256';
/** Name of the volume that is the Job's ConfigMap. */
export const CONFIG_VOLUME = 'config';
