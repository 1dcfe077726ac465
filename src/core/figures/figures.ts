/**
 * Figures that are counted, and kept: what they are, in which buckets, and how they are added up. A figure of a domain, or of the
 * installation, is a map of numbers by a key: its name, then the value of its label (runs: state and reason), or its bucket.
 */
import { REASON_CODES } from '../reasons.ts';

/** How often an instance adds to the rows of figures what it has counted: two calls each time, and what a killed one loses. */
export const FIGURES_MS = 10_000;
/** Rows of figures of each domain, and how often a write of one is tried: instances write at the same time. */
export const FIGURES_SHARDS = 4;
export const FIGURES_TRIES = 5;

/** Numbers by key; each of them only grows. */
export type Figures = ReadonlyMap<string, number>;

const ENDS = ['succeeded', 'failed', 'cancelled'];
/** HTTP status of refusals and faults. */
const STATUS_MIN = 400;
const STATUS_MAX = 599;
const STATUSES = Array.from({ length: STATUS_MAX - STATUS_MIN + 1 }, (_, index) =>
  String(STATUS_MIN + index),
);

type Counter = {
  readonly help: string;
  /** Labels, each with all values that it can have: no other value is ever counted, so that series stay few. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
};

export const COUNTERS = {
  runs_ended_total: {
    help: 'Runs that ended, by state and reason.',
    labels: { state: ENDS, reason: ['none', ...REASON_CODES] },
  },
  api_errors_total: {
    help: 'Requests that were refused (4xx) or failed (5xx), by status. Those without a valid token are in sluice_api_unknown_callers_total.',
    labels: { status: STATUSES },
  },
  api_unknown_callers_total: {
    help: 'Refused or failed requests of callers that were not recognised, of the whole installation.',
    labels: { status: STATUSES },
  },
  throttled_total: {
    help: 'Calls that a service refused because there were too many, after the retries of its library, of the whole installation.',
    labels: { service: ['store', 'blobs', 'queue', 'push', 'cluster'] },
  },
  retention_deleted_total: {
    help: 'What was deleted by age: runs, blobs of their logs, idempotency keys, entries of the audit log.',
    labels: { what: ['runs', 'blobs', 'keys', 'audit_entries'] },
  },
  tick_runs_total: {
    help: 'Runs that ticks reconciled, could not reconcile, or had no time for, of the whole installation.',
    labels: { result: ['reconciled', 'failed', 'left'] },
  },
} as const satisfies Readonly<Record<string, Counter>>;
export type CounterName = keyof typeof COUNTERS;

/** Seconds: from what a person notices to what a pipeline takes. */
const LONG = [10, 30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200];
const WAIT = [1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];
const SHORT = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export const HISTOGRAMS = {
  run_duration_seconds: {
    help: 'From the start of a driver to the end of its run.',
    buckets: LONG,
  },
  run_wait_seconds: {
    help: 'From the request of a run to the start of its driver.',
    buckets: WAIT,
  },
  log_delay_seconds: {
    help: 'From the time of a log line to its commit; one value for each batch of lines, of its oldest.',
    buckets: SHORT,
  },
  follower_start_seconds: {
    help: 'From the request of the first follower of a run to its lease.',
    buckets: SHORT,
  },
  tick_duration_seconds: {
    help: 'Duration of ticks, of the whole installation.',
    buckets: SHORT,
  },
} as const satisfies Readonly<
  Record<string, { readonly help: string; readonly buckets: readonly number[] }>
>;
export type HistogramName = keyof typeof HISTOGRAMS;

/** Key of a counter's series. */
export const counterKey = (name: CounterName, ...values: readonly string[]): string =>
  [name, ...values].join(' ');

/** Keys that one value adds one to, or itself. */
export function observationKeys(
  name: HistogramName,
  value: number,
): readonly (readonly [key: string, by: number])[] {
  const at = HISTOGRAMS[name].buckets.findIndex((bound) => value <= bound);
  return [
    [`${name} ${at === -1 ? 'inf' : at}`, 1],
    [`${name} sum`, value],
  ];
}

export function addFigures(...all: readonly Figures[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const figures of all)
    for (const [key, value] of figures) sum.set(key, (sum.get(key) ?? 0) + value);
  return sum;
}

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** All combinations of label values that were counted. */
export function counterSamples(name: CounterName, figures: Figures): readonly Sample[] {
  const { labels }: Counter = COUNTERS[name];
  const combinations = Object.entries(labels).reduce<readonly (readonly string[])[]>(
    (before, [, values]) => before.flatMap((each) => values.map((value) => [...each, value])),
    [[]],
  );
  return combinations.flatMap((values) => {
    const value = figures.get(counterKey(name, ...values));
    if (value === undefined) return [];
    const named = Object.keys(labels).map((label, index) => [label, values[index] ?? '']);
    return [{ labels: Object.fromEntries(named) as Record<string, string>, value }];
  });
}

/** Buckets as Prometheus has them, each with all that is below it, and the sum. */
export function histogramSamples(
  name: HistogramName,
  figures: Figures,
): { readonly buckets: readonly (readonly [le: string, count: number])[]; readonly sum: number } {
  const of = (part: number | string): number => figures.get(`${name} ${part}`) ?? 0;
  let below = 0;
  const buckets = HISTOGRAMS[name].buckets.map((bound, index) => {
    below += of(index);
    return [String(bound), below] as const;
  });
  return { buckets: [...buckets, ['+Inf', below + of('inf')]], sum: of('sum') };
}
