/** Reads the tasks of Nextflow runs for the API. */
import { AppError, invalid } from '../../core/errors.ts';
import { lostEnd } from '../../core/events/task-progress.ts';
import { ROWS_PER_LIST_MAX } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import { remainingSeconds } from '../../core/tasks/estimate.ts';
import { knownOf, taskId } from '../../core/tasks/merge.ts';
import type { TaskReport } from '../../core/tasks/report.ts';
import { isTaskOver, NO_TASKS, type TaskStatus } from '../../core/tasks/status.ts';
import type {
  ProcessUse,
  TaskDetail,
  TaskPage,
  TaskView,
  TraceView,
} from '../../core/tasks/task.ts';
import {
  closed,
  countsOf,
  knownFacts,
  type LostEnd,
  NO_TRACE,
  ordered,
  processCounts,
  type TraceState,
} from '../../core/tasks/trace-state.ts';
import { useOf } from '../../core/tasks/use.ts';
import { keyAfter, type Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { missingRun } from '../events/missing.ts';
import { readRun } from '../store/run-store.ts';
import { hasKeptLog } from '../store/tasks/task-logs.ts';
import {
  ALL_TASKS,
  attemptOf,
  DAG_KEY,
  hashKey,
  readTask,
  readText,
  readTrace,
  TRACE_KEY,
  taskKey,
  USE_KEY,
} from '../store/tasks/task-rows.ts';

/** Tasks that one request examines: with a filter that few match its page may be short, and says where it continues. */
export const TASKS_EXAMINED_MAX = 5_000;
/** Tasks of which a request computes what they used. */
const USE_TASKS_MAX = 5_000;
/** Tasks that are searched for one by its hash, where that is not found at once. */
const SEARCHED_MAX = 100_000;

export type TaskFilter = {
  readonly statuses?: readonly TaskStatus[];
  readonly process?: string;
  /** In any case, somewhere in name, tag or hash. */
  readonly search?: string;
  /** 1 to 500. */
  readonly limit: number;
  readonly cursor?: string;
};

async function runOf(world: World, domain: string, runId: string): Promise<Run> {
  const found = await readRun(world, runId);
  if (found?.run.domain !== domain) throw await missingRun(world, domain, runId);
  return found.run;
}

/** A task whose end nobody told is over with its run. */
const shown = (report: TaskReport, end: LostEnd | null): TaskReport =>
  end === null || isTaskOver(report.status) ? report : { ...report, status: end };

function toView(attempt: number, report: TaskReport): TaskView {
  const { id: _id, from: _from, instant: _instant, ...detail } = report;
  const { script: _script, executor: _executor, scratch: _scratch, ...rest } = detail;
  const { modules: _modules, hostname: _hostname, ...view } = rest;
  return { task: taskId(attempt, report), ...view };
}

async function stateOf(world: World, runId: string): Promise<TraceState> {
  const row = await world.store.read('runs', runId, TRACE_KEY);
  return row ? readTrace(row) : NO_TRACE;
}

/** Rows of tasks from this key on, in pages of this size. */
async function* walk(world: World, runId: string, from: string, page: number): AsyncGenerator<Row> {
  for (let next = from; ; ) {
    const range = { from: next, before: ALL_TASKS.before, limit: page };
    const rows = await world.store.list('runs', runId, range);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < page) return;
    next = keyAfter(last.key);
  }
}

/** A page of tasks in the order of their numbers, with the counts of all. Rejects with `not_found`, and with `gone` where the run was deleted. */
export async function listTasks(
  world: World,
  domain: string,
  runId: string,
  filter: TaskFilter,
): Promise<TaskPage> {
  const [run, state] = await Promise.all([runOf(world, domain, runId), stateOf(world, runId)]);
  const end = lostEnd(run);
  const tasks: TaskView[] = [];
  let next_cursor: string | null = null;
  let examined = 0;
  const isSelective = [filter.statuses, filter.process, filter.search].some(
    (each) => each !== undefined,
  );
  const page = isSelective ? ROWS_PER_LIST_MAX : Math.min(ROWS_PER_LIST_MAX, filter.limit + 1);
  let last = '';
  for await (const row of walk(world, runId, fromCursor(filter.cursor), page)) {
    if (tasks.length === filter.limit || examined === TASKS_EXAMINED_MAX) {
      next_cursor = last.slice(ALL_TASKS.from.length);
      break;
    }
    last = row.key;
    examined += 1;
    const found = readTask(row, false);
    if ('id' in found) continue;
    const report = shown(knownOf(found.task), end);
    if (isWanted(report, filter)) tasks.push(toView(attemptOf(row.key), report));
  }
  return {
    tasks,
    processes: ordered(state.processes).map((each) => processCounts(each, end)),
    counts: closed(countsOf(state), end),
    source: state.source ?? run.trace_source ?? null,
    next_cursor,
  };
}

function fromCursor(cursor: string | undefined): string {
  if (cursor === undefined) return ALL_TASKS.from;
  if (!/^\d{2}\.(?:\d{9}|h\.[0-9a-f]{8})$/.test(cursor))
    throw invalid('query.cursor', 'is not a cursor of this list');
  return keyAfter(`${ALL_TASKS.from}${cursor}`);
}

function isWanted(report: TaskReport, { statuses, process, search }: TaskFilter): boolean {
  const { status, name, tag, hash } = report;
  if (statuses !== undefined && !statuses.includes(status)) return false;
  if (process !== undefined && report.process !== process) return false;
  const text = search?.toLowerCase();
  return text === undefined || [name, tag, hash].some((each) => each?.toLowerCase().includes(text));
}

const TASK_ID = /^(?:(\d{1,2})\.)?(?:(\d{1,9})|(?:h-)?([0-9a-f]{2})[-/]([0-9a-f]{6}))$/;

/** One task by its id or its hash (`ab-cdef12`). Rejects with `not_found`, and with `gone` where the run was deleted. */
export async function getTask(
  world: World,
  domain: string,
  runId: string,
  task: string,
): Promise<TaskDetail> {
  const { run, attempt, report } = await findTask(world, domain, runId, task);
  const { script, executor, scratch, modules, hostname } = report;
  const kept = report.hash !== null && (await hasKeptLog(world, runId, report.hash));
  return {
    ...toView(attempt, shown(report, lostEnd(run))),
    script,
    executor,
    scratch,
    modules: [...modules],
    hostname,
    log: kept ? 'kept' : placeOf(run, report),
  };
}

/**
 * Where its log may be. The pod of one whose script failed stays until its run is swept; that of one whose script ended well goes
 * at once, also where the task failed since an output is missing. Then Nextflow's own file is left.
 */
function placeOf({ swept, gone }: Run, { status, exit, work_dir }: TaskReport): TaskDetail['log'] {
  const hasPod = status === 'submitted' || status === 'running';
  if (!swept && !gone && (hasPod || (status === 'failed' && exit !== 0))) return 'live';
  return work_dir === null || !isTaskOver(status) ? 'none' : 'volume';
}

/** The same as it is stored, with its run. */
export async function findTask(
  world: World,
  domain: string,
  runId: string,
  task: string,
): Promise<{ readonly run: Run; readonly attempt: number; readonly report: TaskReport }> {
  const run = await runOf(world, domain, runId);
  const [, of = '1', id, folder, rest] = TASK_ID.exec(task) ?? [];
  const attempt = Number(of);
  const row =
    id === undefined
      ? await byHash(world, runId, attempt, folder === undefined ? null : `${folder}/${rest}`)
      : await world.store.read('runs', runId, taskKey(attempt, Number(id)));
  const found = row && readTask(row);
  if (!found || 'id' in found)
    throw new AppError('not_found', `Run ${runId} has no such task that is known.`);
  return { run, attempt, report: knownOf(found.task) };
}

async function byHash(
  world: World,
  runId: string,
  attempt: number,
  hash: string | null,
): Promise<Row | undefined> {
  if (hash === null) return undefined;
  const row = await world.store.read('runs', runId, hashKey(attempt, hash));
  const found = row && readTask(row, false);
  if (found)
    return 'task' in found ? row : world.store.read('runs', runId, taskKey(attempt, found.id));
  // Where Nextflow tells the number of each task, there are no rows by hash.
  let searched = 0;
  for await (const each of walk(world, runId, taskKey(attempt, 0), ROWS_PER_LIST_MAX)) {
    const known = readTask(each, false);
    if (attemptOf(each.key) !== attempt || (searched += 1) > SEARCHED_MAX) return undefined;
    if ('task' in known && knownOf(known.task).hash === hash) return each;
  }
  return undefined;
}

/** What Nextflow tells of a run as a whole. Rejects as the others do. */
export async function traceOf(world: World, domain: string, runId: string): Promise<TraceView> {
  const run = await runOf(world, domain, runId);
  const [state, dag, use] = await Promise.all([
    stateOf(world, runId),
    world.store.read('runs', runId, DAG_KEY),
    world.store.read('runs', runId, USE_KEY),
  ]);
  const end = lostEnd(run);
  const facts = knownFacts(state.facts);
  const processes = ordered(state.processes);
  const source = state.source ?? run.trace_source ?? null;
  const left = remainingSeconds(state.processes, source === 'tower' || source === 'weblog');
  return {
    source,
    session_id: facts.session_id ?? null,
    nextflow_version: facts.nextflow_version ?? null,
    repository: facts.repository ?? null,
    revision: facts.revision ?? null,
    commit_id: facts.commit_id ?? null,
    project_dir: facts.project_dir ?? null,
    launch_dir: facts.launch_dir ?? null,
    work_dir: facts.work_dir ?? null,
    command_line: facts.command_line ?? null,
    container_engine: facts.container_engine ?? null,
    processes: processes.map((each) => processCounts(each, end)),
    counts: closed(processes.length === 0 ? NO_TASKS : countsOf(state), end),
    use: use ? named(readText(use), state) : await computedUse(world, runId),
    dag: dag ? readText(dag) : null,
    remaining_seconds: end !== null ? null : left,
    heard_at: state.heard_at === 0 ? null : new Date(state.heard_at).toISOString(),
    ...(state.full && { tasks_left_out: true }),
  };
}

/** Nextflow's metrics do not say of how many tasks they are. */
const named = (text: string, { processes }: TraceState): ProcessUse[] =>
  (JSON.parse(text) as ProcessUse[]).map((each) => ({
    ...each,
    tasks: processes.find(({ name }) => name === each.process)?.counts.succeeded ?? 0,
  }));

/** Of the first tasks of the run where it has more. */
async function computedUse(world: World, runId: string): Promise<ProcessUse[]> {
  const reports: TaskReport[] = [];
  for await (const row of walk(world, runId, ALL_TASKS.from, ROWS_PER_LIST_MAX)) {
    if (reports.length === USE_TASKS_MAX) break;
    const found = readTask(row, false);
    if ('task' in found) reports.push(knownOf(found.task));
  }
  return useOf(reports);
}
