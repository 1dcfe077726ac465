/** What of the runs is shown: the search parameters of the screen's address, so that a link is a saved view. */
import type { RunsQuery } from '../../../../client/runs.ts';
import { RUN_STATES, type RunState } from '../../../../core/events/state.ts';

export type Filters = {
  /** States, with commas between them. */
  readonly state?: string;
  /** Names, with commas between them. */
  readonly pipeline?: string;
  readonly lane?: string;
  /** `name=value`; runs with all of them. */
  readonly label?: string | readonly string[];
  /** `1h`, `7d`, `today` where the reader is, a day, or RFC 3339. */
  readonly since?: string;
  readonly until?: string;
  /** `triggered_by`, as it was given. */
  readonly who?: string;
  /** What a run id begins with, or a part of a pipeline's name; words with `=` are labels. */
  readonly q?: string;
};

const TEXTS = ['pipeline', 'lane', 'since', 'until', 'who', 'q'] as const;

/** Of these the server takes several. */
const LISTS: ReadonlySet<string> = new Set(['pipeline', 'lane']);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim() || undefined
    : undefined;

const joined = (value: unknown): string =>
  [value]
    .flat()
    .flatMap((each) => textOf(each) ?? [])
    .join(',');

export const statesOf = ({ state = '' }: Filters): readonly RunState[] =>
  RUN_STATES.filter((each) => state.split(',').includes(each));

export const labelsOf = ({ label }: Filters): readonly string[] =>
  label === undefined ? [] : typeof label === 'string' ? [label] : label;

/** Filters without what they do not need, so that equal ones have equal addresses. */
export function tidy(filters: Filters): Filters {
  const states = statesOf(filters);
  const labels = [...new Set(labelsOf(filters))];
  const texts = TEXTS.flatMap((name) => {
    const value = textOf(filters[name]);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...(states.length > 0 && { state: states.join(',') }),
    ...(Object.fromEntries(texts) as Filters),
    ...(labels.length > 0 && { label: labels.length === 1 ? (labels[0] ?? '') : labels }),
  };
}

/** From an address, which people write and shorten by hand: what means nothing is left out. */
export function parseFilters(search: Readonly<Record<string, unknown>>): Filters {
  const labels = [search['label']].flat().flatMap((each) => textOf(each) ?? []);
  const named = TEXTS.flatMap((name) => {
    const value = textOf(LISTS.has(name) ? joined(search[name]) : search[name]);
    return value === undefined ? [] : [[name, value]];
  });
  const state = textOf(joined(search['state']));
  return tidy({
    ...(Object.fromEntries(named) as Filters),
    ...(state !== undefined && { state }),
    label: labels.filter(isLabel),
  });
}

const isLabel = (text: string): boolean => text.indexOf('=') > 0;

const namesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** What the server is asked. `now` in milliseconds since 1970. */
export function queryOf(filters: Filters, now: number): RunsQuery {
  const { pipeline, lane, since, until, who, q = '' } = filters;
  const words = q.split(/\s+/).filter((word) => word !== '');
  const search = words.filter((word) => !isLabel(word)).join(' ');
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const moment = (text: string): string =>
    text === 'today' ? new Date(midnight).toISOString() : text;
  const states = statesOf(filters);
  const labels = [...labelsOf(filters), ...words.filter(isLabel)];
  return {
    ...(states.length > 0 && { state: states }),
    ...(search !== '' && { search }),
    ...(who !== undefined && { triggered_by: who }),
    ...(pipeline !== undefined && { pipeline: namesIn(pipeline) }),
    ...(lane !== undefined && { lane: namesIn(lane) }),
    ...(labels.length > 0 && { label: labels }),
    ...(since !== undefined && { since: moment(since) }),
    ...(until !== undefined && { until: moment(until) }),
  };
}

export const isEmpty = (filters: Filters): boolean => Object.keys(tidy(filters)).length === 0;

export type SavedView = { readonly name: string; readonly filters: Filters };

export const LIVE = 'queued,starting,running,cancelling';

/** Links that everybody has. `me`: what the caller's own runs are marked with; in open mode nobody has a name. */
export const savedViews = (me: string | null): readonly SavedView[] => [
  { name: 'All', filters: {} },
  { name: 'Live', filters: { state: LIVE } },
  { name: 'Failed today', filters: { state: 'failed', since: 'today' } },
  ...(me === null ? [] : [{ name: 'Mine', filters: { who: me } }]),
];
