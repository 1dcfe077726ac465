/** Counts a Job's pods, and says whether the Job is over. Pure. */
import { isTrue } from '../objects/condition.ts';
import {
  isTerminal,
  JOB_FINALIZER,
  type Job,
  type JobStatus,
  type Pod,
} from '../objects/object.ts';

export type Counted = {
  readonly status: JobStatus;
  /** Pods that are over: once `status` is stored, their finalizer can go. */
  readonly over: readonly Pod[];
  /** All failures, also those of pods that still terminate. */
  readonly failures: number;
};

export type JobEnd = {
  /** The condition that announces the end while pods still terminate. */
  readonly target: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
};

const isDeleting = (pod: Pod) => pod.metadata.deletionTimestamp !== undefined;
const hasFinalizer = (pod: Pod) => pod.metadata.finalizers?.includes(JOB_FINALIZER) ?? false;
/** Ended, or deleted by force: then only the finalizer still holds the object. */
const isOver = (pod: Pod) =>
  isTerminal(pod) || (isDeleting(pod) && pod.metadata.deletionGracePeriodSeconds === 0);

type Tally = { succeeded: string[]; failed: string[] };

/** Sorts pods that are over and not counted yet. */
function classify(pods: readonly Pod[], known: ReadonlySet<string>): Tally {
  const tally: Tally = { succeeded: [], failed: [] };
  for (const pod of pods) {
    if (!hasFinalizer(pod) || !isOver(pod) || known.has(pod.metadata.uid)) continue;
    const outcome = pod.status.phase === 'Succeeded' ? tally.succeeded : tally.failed;
    outcome.push(pod.metadata.uid);
  }
  return tally;
}

/**
 * A pod is counted in two steps, so that a crash counts it once: first its uid is noted in
 * `uncountedTerminatedPods`, then its finalizer goes, then the note becomes a number.
 */
export function countPods(job: Job, pods: readonly Pod[]): Counted {
  const { succeeded: oldSucceeded = [], failed: oldFailed = [] } =
    job.status.uncountedTerminatedPods ?? {};
  const held = new Set(pods.filter(hasFinalizer).map((pod) => pod.metadata.uid));
  const isHeld = (uid: string) => held.has(uid);
  const tally = classify(pods, new Set([...oldSucceeded, ...oldFailed]));
  const succeeded = [...oldSucceeded.filter(isHeld), ...tally.succeeded];
  const failed = [...oldFailed.filter(isHeld), ...tally.failed];
  const countedSucceeded =
    (job.status.succeeded ?? 0) + oldSucceeded.filter((uid) => !isHeld(uid)).length;
  const countedFailed = (job.status.failed ?? 0) + oldFailed.filter((uid) => !isHeld(uid)).length;
  const deleting = pods.filter((pod) => !isOver(pod) && isDeleting(pod));
  const alive = pods.filter((pod) => !isOver(pod) && !isDeleting(pod));
  const { active: _a, failed: _f, succeeded: _s, ...rest } = job.status;
  const status: JobStatus = {
    ...rest,
    ...(alive.length > 0 ? { active: alive.length } : {}),
    ...(countedSucceeded > 0 ? { succeeded: countedSucceeded } : {}),
    ...(countedFailed > 0 ? { failed: countedFailed } : {}),
    terminating: deleting.length,
    uncountedTerminatedPods: {
      ...(succeeded.length > 0 ? { succeeded } : {}),
      ...(failed.length > 0 ? { failed } : {}),
    },
    ready: alive.filter((pod) => isTrue(pod.status.conditions, 'Ready')).length,
  };
  // A pod that is being deleted has failed at once, unless the Job waits for its real end.
  const early = job.spec.podReplacementPolicy !== 'Failed';
  return {
    status,
    over: pods.filter((pod) => hasFinalizer(pod) && isOver(pod)),
    failures: countedFailed + failed.length + (early ? deleting.filter(hasFinalizer).length : 0),
  };
}

const failed = (reason: string, message: string): JobEnd => ({
  target: 'FailureTarget',
  type: 'Failed',
  reason,
  message,
});

/** The Job's end, if it has come. An announced one stays. */
export function jobEnd(job: Job, counted: Counted, nowMs: number): JobEnd | undefined {
  const { status } = counted;
  const announced = status.conditions?.find(
    ({ type, status }) =>
      (type === 'FailureTarget' || type === 'SuccessCriteriaMet') && status === 'True',
  );
  if (announced !== undefined) {
    const { type, reason = '', message = '' } = announced;
    if (type === 'FailureTarget') return failed(reason, message);
    return { target: 'SuccessCriteriaMet', type: 'Complete', reason, message };
  }
  const { activeDeadlineSeconds: limit, backoffLimit, completions = 1, suspend } = job.spec;
  if (counted.failures > backoffLimit) {
    return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if (limit !== undefined && status.startTime !== undefined && !suspend) {
    if (nowMs >= Date.parse(status.startTime) + limit * 1_000) {
      return failed('DeadlineExceeded', 'Job was active longer than specified deadline');
    }
  }
  const succeeded =
    (status.succeeded ?? 0) + (status.uncountedTerminatedPods?.succeeded?.length ?? 0);
  if (succeeded < completions) return undefined;
  return {
    target: 'SuccessCriteriaMet',
    type: 'Complete',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
}
