/** Finds what news change: reads the tasks that they are about, merges, and counts. */

import { ROWS_PER_LIST_MAX } from '../../../core/limits.ts';
import { changeOf, type TaskChange } from '../../../core/tasks/change.ts';
import { mergeReport, mergeTasks, shareOf, type Task } from '../../../core/tasks/merge.ts';
import { knowsHashes, type TaskReport, type TraceNews } from '../../../core/tasks/report.ts';
import {
  countsOf,
  NO_TRACE,
  Processes,
  processCounts,
  TASKS_KEPT_MAX,
  type TraceState,
  tasksKept,
  withNews,
} from '../../../core/tasks/trace-state.ts';
import type { Row, Write } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import {
  DAG_KEY,
  type HashRow,
  hashKey,
  pointerValues,
  readTask,
  readText,
  readTrace,
  TRACE_KEY,
  taskKey,
  taskValues,
  textValues,
  traceValues,
  USE_KEY,
} from './task-rows.ts';

/** News that tell nothing new are noted this often, so that it is known when Nextflow last told anything. */
const HEARD_MS = 30_000;
/** Rows nearer together than this are read by one list, those further apart one by one. */
const SPAN_MAX = ROWS_PER_LIST_MAX;
/** Bytes of the metrics of all processes; those of the last ones are left out. */
const USE_BYTES_MAX = 600 * 1024;

export type TaskPlan = {
  /** Writes of one transaction, demanding the state that was read; none where nothing changes. */
  readonly writes: readonly Write[];
  readonly change: TaskChange | null;
  /** Nothing is stored of the run's tasks yet: the writes belong in a transaction that demands the run's own row. */
  readonly isFirst: boolean;
};

/** Task rows as they were read, and as they are to be. */
class Rows {
  readonly #before = new Map<string, HashRow>();
  readonly #after = new Map<string, HashRow>();

  load(row: Row | undefined): void {
    if (row) this.#before.set(row.key, readTask(row));
  }

  get(key: string): HashRow | undefined {
    return this.#after.get(key) ?? this.#before.get(key);
  }

  task(key: string): Task {
    const row = this.get(key);
    return row && 'task' in row ? row.task : {};
  }

  set(key: string, row: HashRow): void {
    this.#after.set(key, row);
  }

  /** Keys with what they held and hold now, where that differs. */
  *changed(): Generator<readonly [string, HashRow | undefined, HashRow]> {
    for (const [key, after] of this.#after) {
      const before = this.#before.get(key);
      const isSame =
        before &&
        ('task' in after && 'task' in before
          ? after.task === before.task
          : 'id' in after && 'id' in before && after.id === before.id);
      if (!isSame) yield [key, before, after];
    }
  }
}

export async function planNews(
  world: World,
  runId: string,
  attempt: number,
  news: TraceNews,
): Promise<TaskPlan> {
  const [stored, extra] = await Promise.all([
    world.store.read('runs', runId, TRACE_KEY),
    extraWrites(world, runId, news),
  ]);
  const before = stored ? readTrace(stored) : NO_TRACE;
  const { reports, byHash, onlyKnown } = reading(before, news);
  const rows = await readRows(world, runId, attempt, reports, byHash);
  const room = { left: TASKS_KEPT_MAX - tasksKept(before), isExceeded: false };
  for (const report of reports)
    if (!onlyKnown || isKnown(rows, attempt, report)) merge(rows, attempt, report, byHash, room);
  const processes = new Processes(before.processes);
  for (const each of news.processes) processes.listed(each);
  const writes: Write[] = [...extra];
  const tasks: Task[] = [];
  for (const [key, old, now] of rows.changed()) {
    if (old && 'task' in old) processes.count(shareOf(old.task), -1);
    if ('task' in now) {
      processes.count(shareOf(now.task), 1);
      tasks.push(now.task);
    }
    writes.push({
      op: 'put',
      key,
      values: 'task' in now ? taskValues(now.task) : pointerValues(now.id),
    });
  }
  const counted = {
    ...before,
    processes: processes.list(),
    ...(room.isExceeded && FULL),
    ...(isConsole(news) && tasks.length > 0 && BY_HASH),
  };
  const after = withNews(counted, news, world.clock.now());
  if (after.full && !before.full)
    world.log.warn('a run has more tasks than are kept', { run_id: runId });
  if (writes.length === 0 && !isNews(before, after, processes))
    return { writes: [], change: null, isFirst: !stored };
  const values = traceValues(after);
  writes.push(
    stored
      ? { op: 'replace', key: TRACE_KEY, values, etag: stored.etag }
      : { op: 'insert', key: TRACE_KEY, values },
  );
  return { writes, change: told(attempt, after, processes, tasks), isFirst: !stored };
}

const isNews = (before: TraceState, after: TraceState, processes: Processes): boolean =>
  processes.changed.size > 0 ||
  after.facts !== before.facts ||
  after.source !== before.source ||
  after.full !== before.full ||
  after.heard_at - before.heard_at >= HEARD_MS;

/** Null where only facts of the run changed, which no event tells. */
function told(
  attempt: number,
  after: TraceState,
  { changed }: Processes,
  tasks: readonly Task[],
): TaskChange | null {
  if (tasks.length === 0 && changed.size === 0) return null;
  const processes = after.processes.filter(({ name }) => changed.has(name));
  return changeOf(
    attempt,
    countsOf(after),
    processes.map((each) => processCounts(each)),
    tasks,
  );
}

const FULL = { full: true } as const;
const BY_HASH = { by_hash: true } as const;

const isConsole = ({ source }: TraceNews): boolean => source === 'console';

/**
 * What is taken of the news. The console counts until a driver has sent anything, which has the same tasks by number; after that
 * only of tasks that the console alone has told of.
 */
function reading({ source, by_hash }: TraceState, news: TraceNews) {
  const isSent = source !== null && !knowsHashes(source);
  const onlyKnown = isSent && isConsole(news);
  const reports = onlyKnown && by_hash !== true ? [] : news.tasks;
  return { reports, byHash: by_hash === true || knowsHashes(news.source), onlyKnown };
}

const isKnown = (rows: Rows, attempt: number, { hash }: TaskReport): boolean =>
  hash !== null && rows.get(hashKey(attempt, hash)) !== undefined;

type Room = { left: number; isExceeded: boolean };

/** Whether the task has a row, or gets one now. */
function takesRoom(rows: Rows, key: string, room: Room): boolean {
  if (rows.get(key)) return true;
  room.left -= 1;
  if (room.left >= 0) return true;
  room.isExceeded = true;
  return false;
}

function merge(rows: Rows, attempt: number, report: TaskReport, byHash: boolean, room: Room): void {
  const { id, hash } = report;
  const pointer = hash === null || (id !== null && !byHash) ? null : hashKey(attempt, hash);
  const known = pointer === null ? undefined : rows.get(pointer);
  const own = id ?? (known && 'id' in known ? known.id : null);
  if (own === null) {
    if (pointer !== null && takesRoom(rows, pointer, room))
      rows.set(pointer, { task: mergeReport(rows.task(pointer), report) });
    return;
  }
  const key = taskKey(attempt, own);
  const isMoved = known !== undefined && 'task' in known;
  if (!isMoved && !takesRoom(rows, key, room)) return;
  const merged = mergeReport(rows.task(key), report);
  // What was known by the hash alone belongs to the task with the number.
  rows.set(key, { task: known && 'task' in known ? mergeTasks(merged, known.task) : merged });
  if (pointer !== null && id !== null) {
    const first = known && 'id' in known ? Math.min(known.id, id) : id;
    rows.set(pointer, { id: first });
  }
}

async function readRows(
  world: World,
  runId: string,
  attempt: number,
  reports: readonly TaskReport[],
  byHash: boolean,
): Promise<Rows> {
  const rows = new Rows();
  const hashes = new Set<string>();
  const ids = new Set<number>();
  for (const { id, hash } of reports) {
    if (id !== null) ids.add(id);
    if (hash !== null && (byHash || id === null)) hashes.add(hashKey(attempt, hash));
  }
  const [pointers] = await Promise.all([
    Promise.all([...hashes].map((key) => world.store.read('runs', runId, key))),
    loadIds(world, runId, attempt, ids, rows),
  ]);
  const more = new Set<number>();
  for (const row of pointers) {
    rows.load(row);
    const found = row && readTask(row);
    if (found && 'id' in found && !ids.has(found.id)) more.add(found.id);
  }
  await loadIds(world, runId, attempt, more, rows);
  return rows;
}

async function loadIds(
  world: World,
  runId: string,
  attempt: number,
  ids: ReadonlySet<number>,
  rows: Rows,
): Promise<void> {
  const keys = [...ids].sort((a, b) => a - b);
  const [first, last] = [keys[0], keys.at(-1)];
  if (first === undefined || last === undefined) return;
  if (keys.length > 1 && last - first < SPAN_MAX) {
    const range = { from: taskKey(attempt, first), before: taskKey(attempt, last + 1) };
    const found = await world.store.list('runs', runId, { ...range, limit: ROWS_PER_LIST_MAX });
    const wanted = new Set(keys.map((id) => taskKey(attempt, id)));
    for (const row of found) if (wanted.has(row.key)) rows.load(row);
    return;
  }
  const found = await Promise.all(
    keys.map((id) => world.store.read('runs', runId, taskKey(attempt, id))),
  );
  for (const row of found) rows.load(row);
}

/** The graph and the metrics, in rows of their own. Of several the greatest text stays, whatever the order. */
async function extraWrites(world: World, runId: string, news: TraceNews): Promise<Write[]> {
  const texts = [
    [DAG_KEY, news.dag],
    [USE_KEY, news.use && useText(news.use)],
  ] as const;
  const writes = await Promise.all(
    texts.map(async ([key, text]): Promise<Write[]> => {
      if (text === null) return [];
      const row = await world.store.read('runs', runId, key);
      if (row && readText(row) >= text) return [];
      return [{ op: 'put', key, values: textValues(text) }];
    }),
  );
  return writes.flat();
}

function useText(use: NonNullable<TraceNews['use']>): string {
  let bytes = 0;
  return JSON.stringify(
    use.filter((each) => {
      bytes += JSON.stringify(each).length * 3;
      return bytes < USE_BYTES_MAX;
    }),
  );
}
