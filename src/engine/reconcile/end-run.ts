/** Ends runs, and stops them. */

import { finalProgress } from '../../core/events/driver-lines.ts';
import type { Progress } from '../../core/events/event.ts';
import type { EventDraft } from '../../core/events/event-row.ts';
import type { RunState } from '../../core/events/state.ts';
import { taskProgress } from '../../core/events/task-progress.ts';
import type { Reason } from '../../core/reasons.ts';
import { completeDraft, statusDraft } from '../../core/runs/event-draft.ts';
import { hasTasks, phaseOf, type Run, type Stop } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import type { Recorder } from '../events/recorder.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { readTaskCounts } from '../store/tasks/task-store.ts';
import type { Closed } from './executor.ts';

type Ending = {
  readonly reason: Reason | null;
  readonly exit_code?: number | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
};

/** Commits a terminal state with its two events. `closed`: the gaps of output that was not read to its end. */
export async function endRun(
  recorder: Recorder,
  stored: VersionedRun,
  state: RunState,
  outcome: Ending,
  closed: Closed = { drafts: [], log: stored.run.log },
  also: Partial<Run> = {},
): Promise<VersionedRun> {
  const { clock, log } = recorder.world;
  const now = new Date(clock.now()).toISOString();
  const started_at = stored.run.started_at ?? startTime(stored.run, outcome.started_at);
  const change = {
    state,
    reason: outcome.reason,
    exit_code: outcome.exit_code ?? null,
    started_at,
    finished_at: later(endTime(stored.run, toIso(outcome.finished_at), now), started_at),
    progress: await progressAtEnd(recorder.world, stored.run, state),
    log: closed.log,
    absent_since: null,
    draining_since: null,
    trouble_since: null,
    ...also,
  } satisfies Partial<Run>;
  const run: Run = { ...stored.run, ...change };
  const drafts: EventDraft[] = [...closed.drafts];
  if (JSON.stringify(run.progress) !== JSON.stringify(stored.run.progress) && run.progress)
    drafts.push({ type: 'progress', data: run.progress });
  drafts.push(statusDraft(run, run.reason?.message ?? null), completeDraft(run));
  log.info('run ended', {
    run_id: run.run_id,
    state,
    reason: run.reason?.code,
    exit_code: run.exit_code,
  });
  return recorder.record(stored, change, drafts);
}

/** By the run's tasks where they are known: events about them are best effort, and the last one may be missing. */
async function progressAtEnd(world: World, run: Run, state: RunState): Promise<Progress | null> {
  const counts = hasTasks(run) ? await readTaskCounts(world, run.run_id) : null;
  if (counts) return taskProgress(counts, { ...run, state });
  return state === 'succeeded' ? finalProgress(run.progress) : run.progress;
}

/** Clusters report whole seconds; stored times have milliseconds. */
const toIso = (time: string | null | undefined): string | null =>
  time ? new Date(time).toISOString() : null;

const later = (time: string, other: string | null): string =>
  other !== null && other > time ? other : time;

/**
 * When the driver ended: the whole second that the cluster reports, or the last line's time within that second. The
 * line's time alone is not trusted: the node's clock may have been set.
 */
function endTime(run: Run, finished: string | null, now: string): string {
  // Nor is a clock that is ahead of this one.
  if (finished === null || finished > now) return now;
  const second = finished.slice(0, 19);
  const lines = Object.values(run.log).filter(({ last_time }) => last_time.startsWith(second));
  return lines.reduce((time, { last_time }) => later(time, `${last_time.slice(0, 23)}Z`), finished);
}

/** When the driver started. Clusters truncate to seconds, so it may seem to be before the start of the run. */
export function startTime(run: Run, time: string | null | undefined): string | null {
  const started = toIso(time);
  return started && later(started, run.starting_at);
}

/** Stops a run before its driver ends; a run without anything committed ends at once, whatever the cluster shows. */
export async function stopRun(
  recorder: Recorder,
  stored: VersionedRun,
  cause: Stop['cause'],
  why: Reason,
): Promise<VersionedRun> {
  const phase = phaseOf(stored.run);
  if (phase === 'queued' || phase === 'starting')
    return endRun(recorder, stored, cause === 'cancel' ? 'cancelled' : 'failed', { reason: why });
  const change = {
    state: 'cancelling',
    absent_since: null,
    stop: { cause, reason: why },
    reason: why,
  } as const;
  return recorder.record(stored, change, [statusDraft({ ...stored.run, ...change }, why.message)]);
}

/** Milliseconds since `since`; null without one. */
export function ageMs({ clock }: World, since: string | null): number | null {
  return since === null ? null : clock.now() - Date.parse(since);
}
