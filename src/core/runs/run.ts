/** A run as it is stored. Its row changes with every event; the launch is a row of its own and never changes. */
import { isTerminal, type Progress, type RunState } from '../events/event.ts';
import type { LogPosition } from '../log/position.ts';
import type { Reason } from '../reasons.ts';
import type { OnBusy, RunKind } from './request.ts';

/** Why we end a run before its driver ends by itself. */
export type Stop = {
  readonly cause: 'cancel' | 'deadline' | 'trouble';
  /** Shown as the run's reason at the end. */
  readonly reason: Reason;
};

export type Run = {
  readonly run_id: string;
  readonly domain: string;
  /** SHA-256 of the `Idempotency-Key` under which it was recorded: tells it from another run that has drawn the same id. */
  readonly key: string | null;
  readonly lane: string;
  readonly target: string;
  readonly kind: RunKind;
  readonly state: RunState;
  readonly pipeline: string;
  readonly revision: string | null;
  readonly profile: string | null;
  readonly labels: Readonly<Record<string, string>>;
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
  /** uid of a Job that lacks its ConfigMap: it is deleted and made anew, and never committed. */
  readonly discarded_uid: string | null;
  /** uids of pods seen under that Job: they are its drivers also when it is deleted and leaves them behind. */
  readonly driver_uids: readonly string[];
  /** A run that is to end: its ConfigMap and its Job are deleted, so only pods that are there by now can run. */
  readonly fenced: boolean;
  /** No driver of it had started when it was fenced off: no line of it can be missing. */
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
  /** Since when the Job is missing from an answer of the cluster; not believed at once. */
  readonly absent_since: string | null;
  /** Since when the driver is known to have ended while its log could not be read to the end. */
  readonly draining_since: string | null;
  /** Since when the driver cannot start, for a cause that is final unless it heals soon. */
  readonly trouble_since: string | null;
  /** Somebody else than its first submitter brings the run into its lane. */
  readonly adopted: boolean;
  /** The run is being taken back; nobody brings it into its lane any more. */
  readonly refused: boolean;
  /** The lane has given the place, or the ticket, back. */
  readonly released: boolean;
  /** Nothing of the run was left on the cluster after its end. */
  readonly swept: boolean;
  /** An admin's word that nothing of it is left on a target that is gone: the cluster is not asked any more. */
  readonly gone: boolean;
  readonly last_seq: number;
  readonly published_seq: number;
  /** Events up to this one are in blobs; their rows are gone, or about to go. */
  readonly archived_seq: number;
  /** Number of the follower that may look after the run; a message with another one is dropped. */
  readonly generation: number;
  /** A follower looks after the run until then, unless it goes on; the timer leaves the run to it. */
  readonly lease_until: string | null;
  /** When a follower was last asked for. */
  readonly asked_at: string | null;
  /** By `pod/container`. */
  readonly log: Readonly<Record<string, LogPosition>>;
  /** Lines and bytes of the driver's own log that events hold. */
  readonly log_lines: number;
  readonly log_bytes: number;
};

/** Whether the driver may make pods of its own. */
export const hasTasks = (run: Run): boolean => run.kind === 'nextflow';

/**
 * Where a run is in its life: its state, with `starting` split at the moment the Job may run, and
 * `cancelling` at the moment when nothing of it can start any more.
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
  if (run.state === 'starting') return run.job_uid === null ? 'starting' : 'committed';
  if (run.state === 'queued' || run.state === 'running') return run.state;
  return run.fenced ? 'fenced' : 'cancelling';
}

/** The Job that may run, as far as it has to be known to end it. */
export type CommittedJob = { readonly name: string; readonly uid: string; readonly config: string };

export const committedJob = ({ job_name, job_uid, job_config }: Run): CommittedJob | null =>
  job_name !== null && job_uid !== null && job_config !== null
    ? { name: job_name, uid: job_uid, config: job_config }
    : null;

/** The changes of state that there are; everything else is a programming error. */
const NEXT: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['starting', 'cancelled', 'failed'],
  starting: ['running', 'cancelling', 'succeeded', 'failed', 'cancelled'],
  running: ['cancelling', 'succeeded', 'failed'],
  cancelling: ['cancelled', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** Throws on a change of state that there is not, and on a terminal state without its facts. */
export function assertChange(before: Run, after: Run): void {
  if (before.state !== after.state && !NEXT[before.state].includes(after.state)) {
    throw new Error(`run ${before.run_id}: no way from ${before.state} to ${after.state}`);
  }
  if (isTerminal(after.state) && after.finished_at === null) {
    throw new Error(`run ${before.run_id}: ${after.state} without finished_at`);
  }
  if (after.published_seq > after.last_seq) {
    throw new Error(`run ${before.run_id}: published ahead of its events`);
  }
}
