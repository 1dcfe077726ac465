/** How long a run may still take: only where something speaks for it, and always as a span. */
import type { RunView } from '../../../../core/runs/view.ts';

/** What a run had done at a time. */
export type Sample = { readonly atMs: number; readonly percent: number };

/** Seconds that are left, by its own progress or by how long others took. */
export type Estimate = {
  readonly by: 'progress' | 'history';
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Runs that it is taken from. */
  readonly runs?: number;
};

/** Less says nothing about a rate. */
const ELAPSED_MIN_S = 10;
const PERCENT_MIN = 5;
const PERCENT_DONE = 100;
/** The rate of the last part counts when that part took so long. */
const RECENT_MIN_S = 5;
/** Where the ends of the span are further apart than this, it would be a guess. */
const SPREAD_MAX = 4;
/** A run whose rate changed by more than this has none. */
const STEADY_MAX = 10;
/** Earlier runs that are needed. */
const RUNS_MIN = 3;

const honest = (from: number, to: number): boolean => to <= Math.max(from, 1) * SPREAD_MAX;

const span = (by: Estimate['by'], from: number, to: number): Estimate | undefined =>
  honest(from, to) ? { by, fromSeconds: from, toSeconds: to } : undefined;

function byProgress(
  elapsed: number,
  nowMs: number,
  samples: readonly Sample[],
): Estimate | undefined {
  const last = samples.at(-1);
  if (last === undefined || elapsed < ELAPSED_MIN_S) return undefined;
  if (last.percent < PERCENT_MIN || last.percent >= PERCENT_DONE) return undefined;
  const left = PERCENT_DONE - last.percent;
  const overall = (left * elapsed) / last.percent;
  // The later half tells whether it became slower or faster, also by a pause that lasts.
  const half = samples.find(({ percent }) => percent >= last.percent / 2) ?? last;
  const seconds = (nowMs - half.atMs) / 1_000;
  const gained = last.percent - half.percent;
  if (gained <= 0 || seconds < RECENT_MIN_S) return span('progress', overall, overall);
  const recent = (left * seconds) / gained;
  const early = (left * Math.max(elapsed - seconds, 1)) / half.percent;
  if (Math.max(early, recent) > Math.min(early, recent) * STEADY_MAX) return undefined;
  return span('progress', Math.min(overall, recent), Math.max(overall, recent));
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.round((sorted.length - 1) * share)] ?? 0;

function byHistory(elapsed: number, durations: readonly number[]): Estimate | undefined {
  const longer = durations.toSorted((a, b) => a - b);
  if (longer.length < RUNS_MIN) return undefined;
  const [low, high] = [quantile(longer, 0.25), quantile(longer, 0.75)];
  // It took longer than most already: how much longer, nobody knows.
  if (!honest(low, high) || elapsed >= high) return undefined;
  const [from, to] = [Math.max(0, low - elapsed), high - elapsed];
  return { by: 'history', fromSeconds: from, toSeconds: to, runs: longer.length };
}

/**
 * Seconds that a running run may still take; undefined where it would be a guess. `durations`: seconds of earlier runs of the pipeline that
 * succeeded, newest first. `samples` in the order of time.
 */
export function estimateOf(
  run: Pick<RunView, 'state' | 'started_at'>,
  nowMs: number,
  samples: readonly Sample[],
  durations: readonly number[],
): Estimate | undefined {
  if (run.state !== 'running' || run.started_at === null) return undefined;
  const elapsed = (nowMs - Date.parse(run.started_at)) / 1_000;
  if (samples.length > 0) return byProgress(elapsed, nowMs, samples);
  return byHistory(elapsed, durations);
}
