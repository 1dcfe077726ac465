/** A run as it is stored. Its row changes with every event; the launch is a row of its own and never changes. */
import { type Progress } from '../events/event.ts';
import { isTerminal, type RunState } from '../events/state.ts';
import { type KindName, kindOf } from '../kinds/all.ts';
import type { LogPosition } from '../log/position.ts';
import type { Reason } from '../reasons.ts';
import type { TraceSource } from '../tasks/task.ts';
import type { OnBusy } from './request.ts';

/** Why Sluice ends a run before its driver ends by itself. */
export type Stop = {
  readonly cause: 'cancel' | 'deadline' | 'trouble';
  /** Shown as the run's reason at the end. */
  readonly reason: Reason;
};

/** An admin's order to keep a run, whatever its age. */
export type Hold = {
  /** RFC 3339. */
  readonly since: string;
  /** Name or id of who ordered it. */
  readonly by: string;
  readonly reason: string | null;
};

/** The run that this one continues (`resume`) or repeats (`rerun`). */
export type Origin = { readonly run_id: string; readonly how: 'resume' | 'rerun' };

export type Run = {
  readonly run_id: string;
  readonly domain: string;
  /** SHA-256 of the `Idempotency-Key` under which it was recorded: tells it apart from another run with the same random id. */
  readonly key: string | null;
  readonly lane: string;
  readonly target: string;
  readonly kind: KindName;
  readonly state: RunState;
  readonly pipeline: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How often the labels were changed; absent before. */
  readonly labels_version?: number;
  readonly triggered_by: string | null;
  readonly priority: number;
  readonly on_busy: OnBusy;
  readonly deadline_seconds: number | null;
  readonly attempt: number;
  readonly job_name: string | null;
  /** uid of the Job that may be unsuspended: committed before it is. */
  readonly job_uid: string | null;
  /** The ConfigMap without which no pod of that Job starts; committed with the uid. */
  readonly job_config: string | null;
  /** SHA-256 of the token with which the driver of that Job sends the trace; committed with the uid. Absent where it does not. */
  readonly trace_token?: string;
  /** uid of a Job that lacks its ConfigMap: it is deleted and made anew, and never committed. */
  readonly discarded_uid: string | null;
  /** Where its tasks are known from, committed with the uid; absent where nothing tells of any, and in runs of older builds. */
  readonly trace_source?: TraceSource;
  /** uids of pods seen under that Job: they stay its drivers when the Job is deleted and leaves them behind. */
  readonly driver_uids: readonly string[];
  /** The run is to end, and its ConfigMap and Job are deleted: no new pod of it can start. */
  readonly fenced: boolean;
  /** No driver had started when the run was fenced: no log line can be missing. */
  readonly unstarted: boolean;
  readonly stop: Stop | null;
  readonly reason: Reason | null;
  readonly exit_code: number | null;
  readonly progress: Progress | null;
  /** Times as RFC 3339, UTC, milliseconds. */
  readonly created_at: string;
  readonly starting_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  /** Since when the Job is missing from the cluster's answers; believed only after `ABSENCE_GRACE_MS`. */
  readonly absent_since: string | null;
  /** Since when the driver is known to have ended while its log cannot be read to the end. */
  readonly draining_since: string | null;
  /** Since when the driver cannot start, for a cause that ends the run unless it heals soon. */
  readonly trouble_since: string | null;
  /** Another process than the first submitter brings the run into its lane. */
  readonly adopted: boolean;
  /** The run is being withdrawn: it enters no lane any more. */
  readonly refused: boolean;
  /** The run's place or ticket in its lane is free again. */
  readonly released: boolean;
  /** Seen after the end: nothing of the run is left on the cluster. */
  readonly swept: boolean;
  /** An admin confirmed that nothing of it is left on a lost target: the cluster is not asked any more. */
  readonly gone: boolean;
  /** It is neither deleted by age nor by request. Absent in runs that were never held. */
  readonly hold?: Hold | null;
  readonly last_seq: number;
  /** Last seq that each subscriber has accepted, by its name; 0 for absent ones. */
  readonly delivered: Readonly<Record<string, number>>;
  /** Events up to this one are in blobs; their rows are deleted, or about to be. */
  readonly archived_seq: number;
  /** Generation of the follower that may follow the run; a message with another one is dropped. */
  readonly generation: number;
  /** Lease of the follower, which it renews; the timer leaves the run to it until then. */
  readonly lease_until: string | null;
  /** When a follower was last requested. */
  readonly asked_at: string | null;
  /** By `pod/container`. */
  readonly log: Readonly<Record<string, LogPosition>>;
  /** Lines and bytes of the driver's own log in the events so far. */
  readonly log_lines: number;
  readonly log_bytes: number;
  /** The day (UTC) on which lines of it were not recorded because of the domain's quota, and a `gap` told so. Absent before. */
  readonly log_quota_day?: string;
  /** W3C trace context of the request that started the run; absent without one, and in runs that were stored before it existed. */
  readonly traceparent?: string;
  /** Absent where a caller started it as something new. */
  readonly origin?: Origin;
  /** The session that it runs in, and the place where that stays; absent for kinds without sessions, and before those were stored. */
  readonly session?: { readonly id: string; readonly place: string | null };
};

/**
 * The session of a run, in every attempt of it; undefined for kinds without sessions. Runs that were stored without it have begun
 * their own.
 */
export const sessionOf = (run: Run): string | undefined =>
  run.session?.id ?? kindOf(run.kind).session?.of(run.run_id, {}).id;

/** Whether the driver may make pods of its own. */
export const hasTasks = (run: Run): boolean => kindOf(run.kind).hasTasks;

/** Whether what the run starts was committed: only then may it run. */
export const isCommitted = ({ job_uid }: Run): boolean => job_uid !== null;

/**
 * Phase of a run: its state, with `starting` split when the Job is committed and may run, and `cancelling`
 * split when the run is fenced and nothing of it can start any more.
 */
export type Phase =
  | 'queued'
  | 'starting'
  | 'committed'
  | 'running'
  | 'cancelling'
  | 'fenced'
  | 'ended';

export function phaseOf(run: Run): Phase {
  if (isTerminal(run.state)) return 'ended';
  if (run.state === 'starting') return isCommitted(run) ? 'committed' : 'starting';
  if (run.state === 'queued' || run.state === 'running') return run.state;
  return run.fenced ? 'fenced' : 'cancelling';
}

/** Seconds that the driver ran; null before its end, or if it never began. */
export function durationSeconds({ started_at, finished_at }: Run): number | null {
  if (started_at === null || finished_at === null) return null;
  return Math.max(0, (Date.parse(finished_at) - Date.parse(started_at)) / 1_000);
}

/** When the run is to be over, in milliseconds since 1970; null while it has not started, or has no deadline. */
const deadlineOf = ({ starting_at, deadline_seconds }: Run): number | null =>
  starting_at === null || deadline_seconds === null
    ? null
    : Date.parse(starting_at) + deadline_seconds * 1_000;

/** Whether the run has to be ended now because of its deadline. */
export function isOverdue(run: Run, now: number): boolean {
  const deadline = deadlineOf(run);
  return run.stop === null && deadline !== null && now >= deadline;
}

/** The Job that may run: what is needed to end it. */
export type CommittedJob = { readonly name: string; readonly uid: string; readonly config: string };

export const committedJob = ({ job_name, job_uid, job_config }: Run): CommittedJob | null =>
  job_name !== null && job_uid !== null && job_config !== null
    ? { name: job_name, uid: job_uid, config: job_config }
    : null;

/** Allowed changes of state; any other is a programming error. */
const NEXT: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['starting', 'cancelled', 'failed'],
  starting: ['running', 'cancelling', 'succeeded', 'failed', 'cancelled'],
  running: ['cancelling', 'succeeded', 'failed'],
  cancelling: ['cancelled', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** Throws on a change of state that is not allowed, and on an inconsistent run. */
export function assertChange(before: Run, after: Run): void {
  if (before.state !== after.state && !NEXT[before.state].includes(after.state)) {
    throw new Error(`run ${before.run_id}: no way from ${before.state} to ${after.state}`);
  }
  if (isTerminal(after.state) && after.finished_at === null) {
    throw new Error(`run ${before.run_id}: ${after.state} without finished_at`);
  }
  if (Object.values(after.delivered).some((seq) => seq > after.last_seq)) {
    throw new Error(`run ${before.run_id}: delivered ahead of its events`);
  }
}
