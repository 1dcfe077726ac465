/**
 * The index for lists of runs, newest first, by domain and month. A month is one partition with each run under several
 * views (all, its lane, its shelf, both, its target while it is not over), written in one transaction, so that each list
 * reads about as many rows as it shows. The runs themselves are the truth: lists read them too.
 */
import { isTerminal, type RunState } from '../../core/events/state.ts';
import type { KindName } from '../../core/kinds/all.ts';
import { ROWS_PER_LIST_MAX } from '../../core/limits.ts';
import { BASE32, newRunId } from '../../core/names.ts';
import type { Run } from '../../core/runs/run.ts';
import { Conflict, keyAfter, type Row, type Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from './per-instance.ts';
import { allRows } from './rows.ts';

/** The part of the index with a run: it waits, holds a place, or is over in one of three ways. It only moves forward. */
export type Shelf = 'queued' | 'live' | 'succeeded' | 'failed' | 'cancelled';

export type IndexEntry = Pick<Run, 'run_id' | 'lane' | 'pipeline' | 'labels' | 'created_at'> & {
  readonly target: string;
  readonly shelf: Shelf;
  /** As in the run. */
  readonly labels_version?: number;
  /** As in the run; absent in entries that earlier builds wrote. */
  readonly kind?: KindName;
  readonly triggered_by?: string | null;
};

export function shelfOf(state: RunState): Shelf {
  if (state === 'starting' || state === 'running' || state === 'cancelling') return 'live';
  return state;
}

const isOver = (shelf: Shelf): boolean => shelf !== 'live' && isTerminal(shelf);
/** The order of shelves: a run never goes back to an earlier one. */
const rankOf = (shelf: Shelf): number => (isOver(shelf) ? 2 : Number(shelf === 'live'));

/** Attempts against concurrent moves of the run: each conflict means that it has moved forward. */
const TRIES = 5;

/** Turns ascending ids into descending keys, character by character. */
const invert = (id: string): string =>
  Array.from(id, (char) => BASE32.charAt(31 - BASE32.indexOf(char))).join('');

const monthOf = (createdAt: string): string => createdAt.slice(0, 7);
/** Months descend too: 999999 minus the month's number. */
const LAST_MONTH = 999_999;
const monthKey = (month: string): string => String(LAST_MONTH - Number(month.replace('-', '')));
const keyOf = (runId: string): string => `r${invert(runId.slice(1))}`;
const partitionOf = (domain: string, month: string): string => `${domain}.${month}`;

/** Which rows a list walks; with `target`: runs on it that are not over. */
export type View =
  | { readonly lane?: string | undefined; readonly shelf?: Shelf | undefined }
  | { readonly target: string };

function viewKey(view: View): string {
  if ('target' in view) return `open.${view.target}`;
  const { lane, shelf } = view;
  if (lane !== undefined && shelf !== undefined) return `both.${lane}.${shelf}`;
  if (lane !== undefined) return `lane.${lane}`;
  return shelf === undefined ? 'all' : `shelf.${shelf}`;
}

const rowKey = (view: View, run: string): string => `${viewKey(view)}!${run}`;

const toEntry = (row: Row): IndexEntry => JSON.parse(String(row.values['body'])) as IndexEntry;

/** Months that this instance has recorded, so that it writes each only once. */
const recorded = perInstance(() => new Set<string>());

/** Partition of the table `meta`: the domains that have an index. */
const DOMAINS = 'domains';

/** Domains with runs, by name; without those that had none since this list began. */
export const indexedDomains = async (world: World): Promise<readonly string[]> =>
  (await allRows(world, 'meta', DOMAINS, { from: '' })).map(({ key }) => key);

async function recordMonth(world: World, domain: string, month: string): Promise<void> {
  const known = recorded(world);
  if (known.has(`${domain}.${month}`)) return;
  await world.store.commit('meta', DOMAINS, [{ op: 'put', key: domain, values: {} }]);
  await world.store.commit('index', domain, [
    { op: 'put', key: monthKey(month), values: { month } },
  ]);
  known.add(`${domain}.${month}`);
}

/** The views besides the one of all runs. */
const viewsOf = ({ lane, shelf, target }: IndexEntry): readonly View[] => [
  { lane },
  { shelf },
  { lane, shelf },
  ...(isOver(shelf) ? [] : [{ target }]),
];

function writesOf(entry: IndexEntry, before: Row | undefined): Write[] {
  const key = keyOf(entry.run_id);
  const values = { body: JSON.stringify(entry) };
  const all = rowKey({}, key);
  const views = viewsOf(entry).map((view) => rowKey(view, key));
  // These rows exist: they were written with the row whose ETag is checked.
  const old = before ? viewsOf(toEntry(before)).map((view) => rowKey(view, key)) : [];
  return [
    before
      ? { op: 'replace', key: all, values, etag: before.etag }
      : { op: 'insert', key: all, values },
    ...views.map((view): Write => ({ op: 'put', key: view, values })),
    ...old
      .filter((view) => !views.includes(view))
      .map((view): Write => ({ op: 'delete', key: view })),
  ];
}

function entryOf(run: Run): IndexEntry {
  const { run_id, lane, pipeline, labels, labels_version, created_at, target } = run;
  const { kind, triggered_by } = run;
  const version = labels_version === undefined ? {} : { labels_version };
  const shelf = shelfOf(run.state);
  return {
    run_id,
    lane,
    pipeline,
    labels,
    ...version,
    created_at,
    target,
    shelf,
    kind,
    triggered_by,
  };
}

const versionOf = ({ labels_version = 0 }: Pick<IndexEntry, 'labels_version'>): number =>
  labels_version;

/** The entry with the labels of the other one, where these are newer. */
function withNewerLabels(entry: IndexEntry, other: IndexEntry | undefined): IndexEntry {
  if (!other || versionOf(other) <= versionOf(entry)) return entry;
  return { ...entry, labels: other.labels, labels_version: versionOf(other) };
}

/** Brings the labels of the run's index entry up to date. The run is the truth: a move of the entry does the same. */
export async function relabelIndex(world: World, run: Run): Promise<void> {
  const partition = partitionOf(run.domain, monthOf(run.created_at));
  for (let attempt = 1; ; attempt += 1) {
    const before = await world.store.read('index', partition, rowKey({}, keyOf(run.run_id)));
    // Who records the run writes the entry, with its labels of that time, soon; a repetition finds it.
    if (!before) return putIndex(world, run);
    const entry = withNewerLabels(toEntry(before), entryOf(run));
    if (versionOf(entry) === versionOf(toEntry(before))) return;
    try {
      await world.store.commit('index', partition, writesOf(entry, before));
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === TRIES) throw error;
    }
  }
}

/** Moves the run's index entry to its current shelf. Does nothing when it is there already, or further on. */
export async function putIndex(world: World, run: Run): Promise<void> {
  const month = monthOf(run.created_at);
  const partition = partitionOf(run.domain, month);
  const entry = entryOf(run);
  const { run_id } = run;
  await recordMonth(world, run.domain, month);
  for (let attempt = 1; ; attempt += 1) {
    // A queued run is new: an existing row is at least as far.
    const fresh = entry.shelf === 'queued';
    const before = fresh
      ? undefined
      : await world.store.read('index', partition, rowKey({}, keyOf(run_id)));
    if (before && rankOf(toEntry(before).shelf) >= rankOf(entry.shelf)) return;
    try {
      const moved = withNewerLabels(entry, before && toEntry(before));
      await world.store.commit('index', partition, writesOf(moved, before));
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (fresh) return;
      if (attempt === TRIES) throw error;
    }
  }
}

/** Removes the run from all lists. */
export async function removeIndex(
  world: World,
  { run_id, domain, created_at }: Pick<Run, 'run_id' | 'domain' | 'created_at'>,
): Promise<void> {
  const partition = partitionOf(domain, monthOf(created_at));
  const key = keyOf(run_id);
  for (let attempt = 1; ; attempt += 1) {
    const row = await world.store.read('index', partition, rowKey({}, key));
    if (!row) return;
    const views: readonly View[] = [{}, ...viewsOf(toEntry(row))];
    try {
      // A concurrent move removes one of these rows, or finds its row gone: one of both has to look again.
      await world.store.commit(
        'index',
        partition,
        views.map((view) => ({ op: 'delete', key: rowKey(view, key) })),
      );
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === TRIES) throw error;
    }
  }
}

/** A position in the list: month and run of the last entry seen. It is the same in every view. */
export type Cursor = { readonly month: string; readonly key: string };

/** The position after which every run was created before this time (UTC with milliseconds). */
export const cursorAt = (time: string): Cursor => ({
  month: monthOf(time),
  // The last key of that time; an id's time is never later than its run's.
  key: keyOf(newRunId(Math.max(0, Date.parse(time)), new Uint8Array(4))),
});

/**
 * Entries of a view after the cursor, newest first, back to `since` (RFC 3339). `page`: rows per read, at most
 * 1,000.
 */
export async function* walkIndex(
  world: World,
  domain: string,
  view: View,
  options: {
    readonly cursor: Cursor | null;
    readonly since?: string | undefined;
    readonly page: number;
  },
): AsyncGenerator<{ readonly entry: IndexEntry; readonly cursor: Cursor }> {
  const { cursor, since, page } = options;
  const from = cursor ? monthKey(cursor.month) : '';
  const months = await world.store.list('index', domain, { from, limit: ROWS_PER_LIST_MAX });
  for (const { values } of months) {
    const month = String(values['month']);
    if (since !== undefined && month < monthOf(since)) return;
    const start = rowKey(view, '');
    let after = cursor?.month === month ? keyAfter(rowKey(view, cursor.key)) : start;
    for (;;) {
      const rows = await world.store.list('index', partitionOf(domain, month), {
        from: after,
        before: `${start}~`,
        limit: page,
      });
      for (const row of rows) {
        const entry = toEntry(row);
        if (since !== undefined && entry.created_at < since) return;
        yield { entry, cursor: { month, key: row.key.slice(start.length) } };
      }
      const last = rows.at(-1);
      if (!last || rows.length < page) break;
      after = keyAfter(last.key);
    }
  }
}

const isBefore = (a: Cursor, b: Cursor): boolean =>
  a.month === b.month ? a.key < b.key : a.month > b.month;

/** Several views merged into one list; an entry that moves between them meanwhile comes once. */
export async function* walkViews(
  world: World,
  domain: string,
  views: readonly View[],
  options: Parameters<typeof walkIndex>[3],
): ReturnType<typeof walkIndex> {
  const walks = views.map((view) => walkIndex(world, domain, view, options));
  const heads = await Promise.all(
    walks.map(async (walk) => ({ walk, next: (await walk.next()).value })),
  );
  for (let last = ''; ; ) {
    const [head, ...others] = heads.filter(({ next }) => next !== undefined);
    if (!head) return;
    const first = others.reduce(
      (best, each) => (isBefore(each.next.cursor, best.next.cursor) ? each : best),
      head,
    );
    if (first.next.cursor.key !== last) yield first.next;
    last = first.next.cursor.key;
    first.next = (await first.walk.next()).value;
  }
}
