/** What makes runs of a kind run: the one place that knows whether that is a Job, and what it prints to. */

import type { EventDraft } from '../../core/events/event-row.ts';
import type { Target } from '../../core/kinds/target.ts';
import type { Reason } from '../../core/reasons.ts';
import type { Outcome } from '../../core/runs/failure-reason.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import type { Observation } from '../../core/runs/state-table.ts';
import type { VersionedRun } from '../store/run-store.ts';

/** Result of a step: the run (null when this pass has nothing more to do for it), and whether to decide again at once. */
export type Stepped = { readonly stored: VersionedRun | null; readonly again: boolean };

/** `complete`: everything that has ended was read to its end. */
export type Collected = { readonly stored: VersionedRun; readonly complete: boolean };

/** How a run's output ends: gaps where lines may be missing, and its log positions without open ends. */
export type Closed = { readonly drafts: readonly EventDraft[]; readonly log: Run['log'] };

/**
 * One for each pass, and each sort of runs in it. What it observes is given back to it with what to do about it. All of it
 * may reject with `ClusterError`, after which the run is left to the next pass.
 */
export interface Executor<Seen extends Observation = Observation> {
  /** Where a run is not to be looked at. */
  readonly nothingKnown: Seen;
  /** The run was read just now: what was observed before may not show what it knows of. */
  noteRead(run: Run): void;
  /** More runs than were read so far belong to the pass. */
  expectMore(): void;
  /** What a run that is about to start is to run, and where: neither need be read. */
  assume(run: Run, launch: Launch, target: Target): void;
  /** Name of what an attempt of the run starts, which its events tell. */
  nameOf(run: Run, attempt: number): string;
  /** What is there of the run now. Never rejects. */
  observe(run: Run): Promise<Seen>;
  /** The run, with what was observed and has to be kept in mind. */
  remember(run: Run, seen: Seen): Run;
  /** A run with a place: makes what is to run, or finds it, commits it, and lets it run. */
  start(stored: VersionedRun): Promise<Stepped>;
  /** Lets run what is committed. */
  unsuspend(stored: VersionedRun, seen: Seen): Promise<Stepped>;
  /** When it began to run, by its own clock, RFC 3339. */
  startedAt(seen: Seen): string | null;
  /** Why a run that may run does not; null when nothing keeps it, `unknown` when that cannot be told. */
  waitsFor(run: Run, seen: Seen): Promise<Reason | null | 'unknown'>;
  /** Brings what it has printed into the event log. */
  collect(stored: VersionedRun, seen: Seen): Promise<Collected>;
  /** `seen`: what was there when all output had been read as far as it goes; null when some could not be. */
  close(run: Run, seen: Seen | null): Closed;
  /** How it ended by itself. `printed`: the end of its log, if at hand. */
  outcomeOf(run: Run, seen: Seen, printed?: string): Outcome;
  /** How it ended, where nobody saw it. */
  lossOf(run: Run, seen: Seen): Outcome;
  /** Whether nothing of the run is there, and nothing of it can begin later. */
  staysAbsent(run: Run): Promise<boolean>;
  /** Sees to it that nothing of the run begins any more, and commits that. */
  fence(stored: VersionedRun): Promise<Stepped>;
  /** Ends what still runs of a fenced run. null when nothing does. */
  stop(stored: VersionedRun, seen: Seen): Promise<Stepped | null>;
  /** Deletes what the run has started beside itself; true when nothing of that is left. */
  clear(run: Run): Promise<boolean>;
  /** Deletes what is left of a run that has ended; true when nothing is. */
  cleanUp(run: Run, seen: Seen): Promise<boolean>;
  /** Deletes what came to be where this pass has looked, for runs that were over by then, until that time. Never rejects. */
  sweepLate(until: number): Promise<void>;
  /** Keeps in mind, and tells, that the run's target is in trouble, if that is what the error says. Never rejects. */
  noteTrouble(run: Run, error: unknown): Promise<void>;
}
