/** Makes Jobs' pods and draws their conclusions, as kube-controller-manager does. */
import { isTrue, withJobCondition } from '../objects/condition.ts';
import { deleteObject, removeFinalizer } from '../objects/deletion.ts';
import { quotaMessage, requestedFailure } from '../objects/failure-request.ts';
import {
  controllerOf,
  isTerminal,
  JOB_FINALIZER,
  type Job,
  type JobStatus,
  type Pod,
  seconds,
} from '../objects/object.ts';
import type { EventDraft, Recorder } from '../objects/recorder.ts';
import { JOBS, PODS } from '../objects/resource.ts';
import type { Change, Store } from '../objects/store.ts';
import { jobPod, jobPodName, podEnd } from './job-pod.ts';
import { countPods, type JobEnd, jobEnd } from './job-status.ts';
import { Timers } from './timers.ts';
import { WorkQueue } from './work-queue.ts';

/** First wait before a pod is tried again; doubles with each failure (Kubernetes: 10 s, at most 10 min). */
const BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 600_000;
/** First wait after a pod could not be created. */
const CREATE_RETRY_MS = 1_000;

export class JobController {
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #timers = new Timers();
  readonly queue: WorkQueue<string>;
  /** Tries to create a pod that failed, by Job uid. */
  readonly #tries = new Map<string, number>();
  /** When a pod was first wanted, by Job uid: for Jobs whose pod is to come late. */
  readonly #starts = new Map<string, number>();

  constructor(store: Store, recorder: Recorder, failed: (error: unknown) => void) {
    this.#store = store;
    this.#recorder = recorder;
    this.queue = new WorkQueue((key) => this.#reconcile(key), failed);
    for (const job of store.list(JOBS)) this.#enqueue(job as Job);
  }

  observe({ type, resource, object }: Change): void {
    if (resource === JOBS) {
      if (type !== 'DELETED') this.#enqueue(object as Job);
      else {
        this.#timers.clear(object.metadata.uid);
        this.#tries.delete(object.metadata.uid);
        this.#starts.delete(object.metadata.uid);
      }
    }
    if (resource !== PODS) return;
    const owner = controllerOf(object);
    const job = owner && this.#store.job(object.metadata.namespace ?? '', owner.name);
    if (job !== undefined && job.metadata.uid === owner?.uid) this.#enqueue(job);
  }

  close(): void {
    this.queue.close();
    this.#timers.clearAll();
  }

  #enqueue(job: Job): void {
    this.queue.add(`${job.metadata.namespace}/${job.metadata.name}`);
  }

  /** One step; what it changes calls for the next. */
  #reconcile(key: string): void {
    const [namespace = '', name = ''] = key.split('/');
    const job = this.#store.job(namespace, name);
    if (job === undefined) return;
    const over =
      isTrue(job.status.conditions, 'Complete') || isTrue(job.status.conditions, 'Failed');
    if (over || job.metadata.deletionTimestamp !== undefined) {
      for (const pod of this.#podsOf(job)) removeFinalizer(this.#store, PODS, pod, JOB_FINALIZER);
      if (over) this.#expire(job);
      return;
    }
    const counted = countPods(job, this.#podsOf(job));
    const end = jobEnd(job, counted, Date.now());
    if (end !== undefined) this.#finish(job, counted.status, end);
    else if (job.spec.suspend) this.#suspend(job, counted.status);
    else this.#run(job, counted.status);
    for (const pod of counted.over) removeFinalizer(this.#store, PODS, pod, JOB_FINALIZER);
  }

  #podsOf(job: Job): Pod[] {
    return this.#store
      .pods(job.metadata.namespace)
      .filter((pod) => controllerOf(pod)?.uid === job.metadata.uid);
  }

  #activePods(job: Job): Pod[] {
    return this.#podsOf(job).filter(
      (pod) => !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined,
    );
  }

  #event(job: Job, type: EventDraft['type'], reason: string, message: string): void {
    this.#recorder.record(job, { component: 'job-controller', type, reason, message });
  }

  #write(job: Job, status: JobStatus): Job {
    const written = this.#store.change(JOBS, job, (draft) => {
      draft.status = status;
    });
    return written ?? job;
  }

  #run(job: Job, counted: JobStatus): void {
    const resumed = isTrue(counted.conditions, 'Suspended');
    const status: JobStatus = { ...counted, startTime: counted.startTime ?? seconds() };
    if (resumed) {
      status.startTime = seconds();
      status.conditions = withJobCondition(counted.conditions, {
        type: 'Suspended',
        status: 'False',
        reason: 'JobResumed',
        message: 'Job resumed',
      });
    }
    const current = this.#write(job, status);
    if (resumed) this.#event(job, 'Normal', 'Resumed', 'Job resumed');
    this.#awaitDeadline(current);
    this.#createPods(current);
  }

  #suspend(job: Job, status: JobStatus): void {
    const already = isTrue(status.conditions, 'Suspended');
    const conditions = withJobCondition(status.conditions, {
      type: 'Suspended',
      status: 'True',
      reason: 'JobSuspended',
      message: 'Job suspended',
    });
    const current = this.#write(job, { ...status, conditions });
    this.#timers.clear(job.metadata.uid);
    if (!already) this.#event(job, 'Normal', 'Suspended', 'Job suspended');
    // Without finalizers they count as neither succeeded nor failed, however they end.
    for (const pod of this.#activePods(current)) {
      removeFinalizer(this.#store, PODS, pod, JOB_FINALIZER);
    }
    this.#deletePods(current);
  }

  /** First the announcement, with the pods' deletion; the end itself when no pod terminates any more. */
  #finish(job: Job, counted: JobStatus, end: JobEnd): void {
    this.#timers.clear(job.metadata.uid);
    const { reason, message } = end;
    const announced = isTrue(counted.conditions, end.target);
    const { succeeded = [], failed = [] } = counted.uncountedTerminatedPods ?? {};
    const waiting = (counted.terminating ?? 0) + succeeded.length + failed.length;
    if (announced && (waiting > 0 || (counted.active ?? 0) > 0)) {
      this.#write(job, counted);
      return;
    }
    const type = announced ? end.type : end.target;
    const status: JobStatus = {
      ...counted,
      conditions: withJobCondition(counted.conditions, { type, status: 'True', reason, message }),
    };
    if (type === 'Complete') status.completionTime = seconds();
    const current = this.#write(job, status);
    if (!announced) this.#deletePods(current);
    else if (type === 'Complete') this.#event(current, 'Normal', 'Completed', 'Job completed');
    else this.#event(current, 'Warning', reason, message);
  }

  #awaitDeadline(job: Job): void {
    const limit = job.spec.activeDeadlineSeconds;
    if (limit === undefined || job.status.startTime === undefined) return;
    const left = Date.parse(job.status.startTime) + limit * 1_000 - Date.now();
    this.#timers.set(job.metadata.uid, 'deadline', left, () => this.#enqueue(job));
  }

  /** When the next pod may be made, in milliseconds from now; 0 for at once. */
  #delay(job: Job): number {
    const pods = this.#podsOf(job);
    const request = requestedFailure(job);
    if (request?.mode === 'no-pod-seconds' && pods.length === 0) {
      const from = this.#starts.get(job.metadata.uid) ?? Date.now();
      this.#starts.set(job.metadata.uid, from);
      return Math.max(0, from + request.seconds * 1_000 - Date.now());
    }
    const { failed = 0 } = job.status;
    const last = Math.max(0, ...pods.filter(isTerminal).map(podEnd));
    if (failed === 0 || last === 0) return 0;
    const backoff = Math.min(BACKOFF_MS * 2 ** (failed - 1), MAX_BACKOFF_MS);
    return Math.max(0, last + backoff - Date.now());
  }

  #createPods(job: Job): void {
    const { parallelism, completions = parallelism, podReplacementPolicy } = job.spec;
    const { active = 0, succeeded = 0, terminating = 0, uncountedTerminatedPods } = job.status;
    const blocked = podReplacementPolicy === 'Failed' ? terminating : 0;
    const done = succeeded + (uncountedTerminatedPods?.succeeded?.length ?? 0);
    const wanted = Math.min(parallelism, completions - done) - active - blocked;
    const { uid } = job.metadata;
    if (wanted <= 0 || this.#timers.has(uid, 'create')) return;
    const delay = this.#delay(job);
    if (delay > 0) {
      this.#timers.set(uid, 'create', delay, () => this.#enqueue(job));
      return;
    }
    if (requestedFailure(job)?.mode === 'quota') this.#refusePod(job);
    else for (let made = 0; made < wanted; made += 1) this.#createPod(job);
  }

  #refusePod(job: Job): void {
    const { uid } = job.metadata;
    const tries = (this.#tries.get(uid) ?? 0) + 1;
    this.#tries.set(uid, tries);
    this.#event(job, 'Warning', 'FailedCreate', quotaMessage(jobPodName(job)));
    const wait = Math.min(CREATE_RETRY_MS * 2 ** (tries - 1), MAX_BACKOFF_MS);
    this.#timers.set(uid, 'create', wait, () => this.#enqueue(job));
  }

  #createPod(job: Job): void {
    const pod = this.#store.create(PODS, jobPod(job));
    this.#event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }

  #deletePods(job: Job): void {
    for (const pod of this.#activePods(job)) {
      this.#event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
      deleteObject(this.#store, PODS, pod, {});
    }
  }

  #expire(job: Job): void {
    const ttl = job.spec.ttlSecondsAfterFinished;
    if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return;
    const end = job.status.conditions?.find(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    );
    // Times are whole seconds, cut: a time to live may be up to one second shorter, as in Kubernetes.
    const left = Date.parse(end?.lastTransitionTime ?? '') + ttl * 1_000 - Date.now();
    if (left > 0) this.#timers.set(job.metadata.uid, 'ttl', left, () => this.#enqueue(job));
    else deleteObject(this.#store, JOBS, job, { propagationPolicy: 'Foreground' });
  }
}
