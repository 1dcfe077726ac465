/** Reads runs for the API. */
import { invalid } from '../../core/errors.ts';
import { isTerminal, type RunState } from '../../core/events/state.ts';
import type { KindName } from '../../core/kinds/all.ts';
import { LISTED_MAX } from '../../core/limits.ts';
import { RunId } from '../../core/names.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import type { RunView } from '../../core/runs/view.ts';
import type { World } from '../../ports/world.ts';
import { type Reachability, readReachability } from '../catalogue/reachability.ts';
import { missingRun } from '../events/missing.ts';
import { NO_WAIT, Queues } from '../lanes/waiting.ts';
import {
  type Cursor,
  cursorAt,
  type IndexEntry,
  shelfOf,
  walkViews,
} from '../store/index-store.ts';
import { readRunAndLaunch } from '../store/run-store.ts';
import { inLists, toView } from './view.ts';

/** Known facts about a run in its lane, which need not be read. */
type Standing = 'placed' | 'ticketed' | 'unknown';

/** Makes the views of one answer: a target or lane that several runs share is read once. */
class Views {
  readonly #world: World;
  readonly #domain: string;
  readonly #queues: Queues;
  readonly #targets = new Map<string, Promise<Reachability>>();

  constructor(world: World, domain: string) {
    this.#world = world;
    this.#domain = domain;
    this.#queues = new Queues(world);
  }

  /** Undefined when there is no such run in the domain. */
  async of(runId: string): Promise<RunView | undefined> {
    const found = await readRunAndLaunch(this.#world, runId);
    if (!found || found.run.domain !== this.#domain) return undefined;
    return this.show(found.run, found.launch);
  }

  async show(run: Run, launch: Launch, standing: Standing = 'unknown'): Promise<RunView> {
    const [reach, wait] = await Promise.all([
      this.#reach(run),
      standing === 'placed' ? NO_WAIT : this.#queues.waitOf(run, standing === 'ticketed'),
    ]);
    return toView(run, launch, reach, wait);
  }

  #reach({ target }: Run): Promise<Reachability> {
    const known = this.#targets.get(target) ?? readReachability(this.#world, this.#domain, target);
    this.#targets.set(target, known);
    return known;
  }
}

/** A run with the version of its row. That of a live run does not cover all that its view shows, such as its position. */
export type VersionedView = { readonly run: RunView; readonly etag: string };

/** A view of one run. Rejects with `not_found` when there is none in the domain, and with `gone` when it was deleted. */
export async function getVersion(
  world: World,
  domain: string,
  runId: string,
): Promise<VersionedView> {
  const found = await readRunAndLaunch(world, runId);
  if (found?.run.domain !== domain) throw await missingRun(world, domain, runId);
  const { run, launch, etag } = found;
  return { run: await new Views(world, domain).show(run, launch), etag };
}

/** The same without the version. */
export const getRun = async (world: World, domain: string, runId: string): Promise<RunView> =>
  (await getVersion(world, domain, runId)).run;

/** A view of a run that was recorded just now. */
export const showRun = (
  world: World,
  run: Run,
  launch: Launch,
  standing: Standing,
): Promise<RunView> => new Views(world, run.domain).show(run, launch, standing);

export type RunFilter = {
  /** Only runs in one of these. */
  readonly states?: readonly RunState[];
  /** Only runs that are over. */
  readonly over?: boolean;
  /** Only runs of one of these. */
  readonly lanes?: readonly string[];
  readonly pipelines?: readonly string[];
  readonly kinds?: readonly KindName[];
  readonly triggeredBy?: string;
  /** Only runs whose id begins with it, or whose pipeline has it somewhere, in any case. */
  readonly search?: string;
  /** Names and values: only runs with all of them. */
  readonly labels?: readonly (readonly [string, string])[];
  /** UTC with milliseconds: runs created at or after it. */
  readonly since?: string;
  /** The same: runs created before it. */
  readonly until?: string;
  readonly limit: number;
  /** The filter as text: a cursor is valid only with the same one. */
  readonly scope?: string;
  readonly cursor?: string;
};

export type RunPage = {
  readonly runs: RunView[];
  /** Where the list continues; null at its end. */
  readonly next_cursor: string | null;
  /** When the last examined run was created; null at the end of the list. */
  readonly scanned_until: string | null;
};

/** Runs of a page that are read concurrently. */
const PARALLEL = 16;
/** Runs of a page that are read because their entries, of earlier builds, do not tell what is asked. */
const UNTOLD_MAX = 200;
/** Rows of the index per read when few of them match. */
const SCAN_PAGE = 1_000;

/**
 * Newest first. A list by states, lane and time costs about as many reads as it shows runs. Other filters examine at most
 * 2,000 runs: then the page is short, or empty, and `next_cursor` continues after `scanned_until`.
 */
export async function listRuns(world: World, domain: string, filter: RunFilter): Promise<RunPage> {
  const { lanes = [undefined], states, since, until, limit } = filter;
  const mark = await markOf(world, filter);
  const shelves = states === undefined ? [undefined] : [...new Set(states.map(shelfOf))];
  const views = new Views(world, domain);
  if (RunId.safeParse(filter.search).success) return exactly(views, filter);
  const walk = walkViews(
    world,
    domain,
    lanes.flatMap((lane) => shelves.map((shelf) => ({ lane, shelf }))),
    {
      cursor: parseCursor(filter.cursor, mark) ?? (until === undefined ? null : cursorAt(until)),
      since,
      page: isSelective(filter) ? SCAN_PAGE : Math.min(SCAN_PAGE, limit + 1),
    },
  );
  const runs: RunView[] = [];
  let waiting: IndexEntry[] = [];
  const flush = async (): Promise<void> => {
    const read = await Promise.all(waiting.map((entry) => views.of(entry.run_id)));
    waiting = [];
    const wanted = read.filter((view) => view !== undefined).filter((view) => fits(view, filter));
    runs.push(...wanted.map(inLists));
  };
  let looked = 0;
  let untold = 0;
  for await (const { entry, cursor } of walk) {
    looked += 1;
    if (matches(entry, filter)) {
      waiting.push(entry);
      if (entry.kind === undefined && asksRun(filter)) untold += 1;
    }
    const most = Math.min(PARALLEL, limit - runs.length);
    const isEnough = looked >= LISTED_MAX || untold >= UNTOLD_MAX;
    if (waiting.length >= most || isEnough) await flush();
    if (runs.length >= limit || isEnough)
      return {
        runs,
        next_cursor: `${cursor.month}.${cursor.key}.${mark}`,
        scanned_until: entry.created_at,
      };
  }
  await flush();
  return { runs, next_cursor: null, scanned_until: null };
}

/** Eight hexadecimal digits that identify the filter. */
const markOf = async (world: World, { scope = '' }: RunFilter): Promise<string> =>
  (await world.sha256(scope)).slice(0, 8);

function parseCursor(text: string | undefined, mark: string): Cursor | null {
  if (text === undefined) return null;
  const [, month = '', key = '', of] =
    /^(\d{4}-\d{2})\.(r[0-9a-z]{15})\.([\da-f]{8})$/.exec(text) ?? [];
  if (of !== mark)
    throw invalid(
      'query.cursor',
      'is not a cursor of this list: filters have to stay as they were',
    );
  return { month, key };
}

/** Whether the index alone does not tell which runs are wanted. */
const isSelective = (filter: RunFilter): boolean =>
  filter.over === true ||
  [filter.pipelines, filter.labels, filter.search].some((each) => each !== undefined) ||
  asksRun(filter);

/** Whether the filter is about what earlier builds did not write into the index. */
const asksRun = ({ kinds, triggeredBy }: RunFilter): boolean =>
  kinds !== undefined || triggeredBy !== undefined;

/** By the index entry; one that does not tell may match. */
function matches(entry: IndexEntry, filter: RunFilter): boolean {
  const { over, pipelines, until, search } = filter;
  if (until !== undefined && entry.created_at >= until) return false;
  if (over && (entry.shelf === 'live' || !isTerminal(entry.shelf))) return false;
  if (pipelines !== undefined && !pipelines.includes(entry.pipeline)) return false;
  if (search !== undefined && !isFound(entry, search)) return false;
  if (
    entry.kind !== undefined &&
    !isAskedFor({ triggered_by: null, ...entry, kind: entry.kind }, filter)
  )
    return false;
  return hasLabels(entry, filter);
}

/** The same by the run, which is the truth: its entry may be behind. */
const fits = (view: RunView, filter: RunFilter): boolean =>
  (filter.states === undefined || filter.states.includes(view.state)) &&
  isAskedFor(view, filter) &&
  hasLabels(view, filter);

const isAskedFor = (
  { kind, triggered_by }: Pick<RunView, 'kind' | 'triggered_by'>,
  { kinds, triggeredBy }: RunFilter,
): boolean =>
  (kinds === undefined || kinds.includes(kind)) &&
  (triggeredBy === undefined || triggeredBy === triggered_by);

const isFound = (
  { run_id, pipeline }: Pick<IndexEntry, 'run_id' | 'pipeline'>,
  search: string,
): boolean => {
  const text = search.toLowerCase();
  return run_id.startsWith(text) || pipeline.toLowerCase().includes(text);
};

/** The page for a whole id: that run, however old it is, if the other filters let it pass. */
async function exactly(views: Views, filter: RunFilter): Promise<RunPage> {
  const { search = '', lanes, pipelines, since, until } = filter;
  const view = await views.of(search);
  const isWanted =
    view !== undefined &&
    fits(view, filter) &&
    (lanes === undefined || lanes.includes(view.lane)) &&
    (pipelines === undefined || pipelines.includes(view.pipeline)) &&
    (since === undefined || view.created_at >= since) &&
    (until === undefined || view.created_at < until) &&
    (!filter.over || isTerminal(view.state));
  return { runs: isWanted ? [inLists(view)] : [], next_cursor: null, scanned_until: null };
}

const hasLabels = (
  { labels }: Pick<IndexEntry, 'labels'>,
  { labels: wanted = [] }: Pick<RunFilter, 'labels'>,
): boolean =>
  wanted.every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value);
