/** The interfaces of what makes runs run: it decides whether that is a Job, and where its output is. */

import type { TargetCheck } from '../../core/catalogue/target-check.ts';
import type { EventDraft } from '../../core/events/event-row.ts';
import type { Target } from '../../core/kinds/target.ts';
import type { Reason } from '../../core/reasons.ts';
import type { DriverView } from '../../core/runs/dry-run.ts';
import type { Outcome } from '../../core/runs/failure-reason.ts';
import type { Refusal } from '../../core/runs/files/reader.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import type { Observation } from '../../core/runs/state-table.ts';
import type { World } from '../../ports/world.ts';
import type { EventSink, Recorder } from '../events/recorder.ts';
import type { VersionedRun } from '../store/run-store.ts';
import type { Setbacks } from './setbacks.ts';

/** Where runs of some kinds run. One value in a room of its own, and one line in `pass.ts`. */
export type Platform = {
  /**
   * Throws `invalid` for a launch that is impossible on its target, naming the field, so that it is refused when it is sent
   * and not when it has a place. Absent where every launch is possible.
   */
  check?(domain: string, launch: Launch, target: Target): void;
  /** What the driver of such a launch would be, once `check` has let it pass; for people. */
  preview?(world: World, domain: string, launch: Launch, target: Target): DriverView;
  /** Whether runs can go to the target now, and what they would lack. Never rejects. */
  checkTarget(world: World, target: Target): Promise<TargetCheck>;
  /**
   * Lists or reads files of a run, of any that has begun. Rejects with `files_unavailable` for everything that may be better later: too
   * many reads at once, a cluster that does not answer, a reader that does not start.
   */
  readFiles(world: World, read: FileRead): Promise<FilesAnswer>;
  /**
   * The end of what a task of the run printed, by the first eight digits of its hash; undefined where that is gone. Absent where
   * runs have no tasks. Rejects with `ClusterError`.
   */
  taskLog?(world: World, run: Run, digits: string): Promise<Uint8Array | undefined>;
  /** The executor of a pass. */
  executor(context: Context): Executor;
  /**
   * Follows a live run until it has ended, another follower has it, or the time slice is over. True: the run needs another
   * follower. Absent where passes alone do everything: runs have no followers then.
   */
  follow?(world: World, following: Following): Promise<boolean>;
};

/** `args`: those of the reader's script (`core/runs/files/script.ts`). */
export type FileRead = {
  readonly run: Run;
  readonly target: Target & { readonly work_claim: string };
  readonly args: readonly string[];
};

/** What the script answered, checked and unpacked. */
export type FilesAnswer =
  | { readonly refused: Refusal }
  | {
      readonly refused: null;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly facts: readonly string[];
    };

/** What a pass gives to its executors. */
export type Context = {
  readonly world: World;
  readonly recorder: Recorder;
  readonly setbacks: Setbacks;
  /** Observe this run only, not all that may be seen together with it. */
  readonly runId?: string | undefined;
};

/** What a platform needs to follow a run. */
export type Following = {
  /** The run with its lease. */
  readonly stored: VersionedRun;
  /** Ends the time slice. */
  readonly signal: AbortSignal | undefined;
  readonly timeSlice: {
    /** When to call `isOver` next at the latest: milliseconds of the world's clock. */
    readonly due: number;
    isOver(): boolean;
  };
  /** The sink for the follower's recorder. */
  readonly sink: EventSink & {
    /** Reminds subscribers of the run's `last_seq`, if that is due. */
    sendHead(run: Run): void;
    /** Call it at the end, with the run as last read: delivers the rest for a short time. */
    close(stored: VersionedRun): Promise<void>;
  };
  /** Takes the run's due steps by that executor, and starts the runs that get its place. */
  reconcile(stored: VersionedRun, executor: Platform['executor']): Promise<void>;
};

/** Result of a step: the run (null when this pass has nothing more to do for it), and whether to decide again at once. */
export type Stepped = {
  readonly stored: VersionedRun | null;
  readonly again: boolean;
  /** Runs that got the place of this one. */
  readonly admitted?: readonly string[];
};

/** `complete`: everything that has ended was read to its end. */
export type Collected = { readonly stored: VersionedRun; readonly complete: boolean };

/** The end of a run's output: gap events where lines may be missing, and the log positions with all logs closed. */
export type Closed = { readonly drafts: readonly EventDraft[]; readonly log: Run['log'] };

/**
 * One for each pass and sort of runs. It gets its own observations back with each step. Every method may reject with
 * `ClusterError` unless it says otherwise; the run is then left to the next pass.
 */
export interface Executor<Seen extends Observation = Observation> {
  /** The observation for a run that need not be observed. */
  readonly nothingKnown: Seen;
  /** Notes that the run was read now: earlier observations may lack what this version of the run knows. */
  noteRead(run: Run): void;
  /** Notes that more runs belong to the pass than were read so far. */
  expectMore(): void;
  /** The launch and target of a run that is about to start, so that they need not be read. */
  assume(run: Run, launch: Launch, target: Target): void;
  /** Name of what an attempt of the run starts (a Job), for its events. */
  nameOf(run: Run, attempt: number): string;
  /** Observes the run. Never rejects. */
  observe(run: Run): Promise<Seen>;
  /** Starts a run that has a place: makes or finds what is to run, commits it, and lets it run. */
  start(stored: VersionedRun): Promise<Stepped>;
  /** Lets a committed run run. */
  unsuspend(stored: VersionedRun, seen: Seen): Promise<Stepped>;
  /** When it began to run, by the cluster's clock, RFC 3339. */
  startedAt(seen: Seen): string | null;
  /** Why a run that may run does not; null without a cause, `unknown` when it cannot be found out. */
  waitsFor(run: Run, seen: Seen): Promise<Reason | null | 'unknown'>;
  /** Reads its new output into the event log. */
  collect(stored: VersionedRun, seen: Seen): Promise<Collected>;
  /** Closes its output. `seen`: the observation after which all output was read; null when some could not be read. */
  close(run: Run, seen: Seen | null): Closed;
  /** The outcome of a run that has ended by itself. `printed`: the end of its log, if known. */
  outcomeOf(run: Run, seen: Seen, printed?: string): Outcome;
  /** The outcome of a run whose end was not observed. */
  lossOf(run: Run, seen: Seen): Outcome;
  /** Whether nothing of the run exists and nothing of it can start later. */
  staysAbsent(run: Run): Promise<boolean>;
  /** Fences the run, so that nothing of it can start any more, and commits that. */
  fence(stored: VersionedRun): Promise<Stepped>;
  /** Stops what still runs of a fenced run; null when nothing does. */
  stop(stored: VersionedRun, seen: Seen): Promise<Stepped | null>;
  /** Deletes what the run itself has started, such as task pods; true when nothing of that is left. */
  clear(run: Run): Promise<boolean>;
  /** Deletes the leftovers of an ended run; true when nothing is left. */
  cleanUp(run: Run, seen: Seen): Promise<boolean>;
  /** Deletes what was created late, for runs that were over, where this pass has looked; stops at `until`. Never rejects. */
  sweepLate(until: number): Promise<void>;
  /** Notes that the run's target is in trouble, if the error means that. Never rejects. */
  noteTrouble(run: Run, error: unknown): Promise<void>;
}
