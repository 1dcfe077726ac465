/**
 * The tasks of Nextflow runs. News are stored in transactions of bounded size, each with the counts after it, and each may be
 * repeated: what is stored does not depend on the order of news, nor on how often they come. One order matters: once a driver has
 * sent anything, the console is believed only about tasks that it alone has told of.
 */
import { joinChanges, type TaskChange } from '../../../core/tasks/change.ts';
import { knownOf } from '../../../core/tasks/merge.ts';
import {
  isSilent,
  knowsHashes,
  newsOf,
  type TaskReport,
  type TraceNews,
} from '../../../core/tasks/report.ts';
import type { TaskCounts } from '../../../core/tasks/status.ts';
import { countsOf, type TraceState } from '../../../core/tasks/trace-state.ts';
import { Conflict } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { changeRun, readRun } from '../run-store.ts';
import { planNews } from './task-plan.ts';
import { hashKey, readTask, readTrace, TRACE_KEY, taskKey } from './task-rows.ts';

/** Task rows of one transaction, of the hundred that it takes: the rest is for the run's counts, and for events. */
const TASK_ROWS_MAX = 90;
/** Bytes of tasks in one transaction of 4 MiB: the counts take 1 MiB at most. */
const TASK_BYTES_MAX = 2.5 * 1024 * 1024;
/** UTF-16 units become at most three bytes, and these a third more on their way. */
const BYTES_PER_UNIT = 4;
/** Attempts against other writers of the same run, of which one always succeeds. */
const TRIES = 20;

/** Most reports that take this many rows: of a source that knows tasks by their hashes, each may take two. */
const reportsIn = (rows: number, { source }: TraceNews): number =>
  knowsHashes(source) ? Math.floor(rows / 2) : rows;

/** News in parts, each for one transaction. Graph and metrics, which may be large, are a part without tasks. */
function partsOf(news: TraceNews): readonly TraceNews[] {
  const most = reportsIn(TASK_ROWS_MAX, news);
  const parts: TraceNews[] = [];
  const { dag, use, tasks, ...rest } = news;
  const none = { ...news, tasks: [], facts: null, processes: [], dag: null, use: null };
  if (dag !== null) parts.push({ ...none, dag });
  if (use !== null) parts.push({ ...none, use });
  let part: TaskReport[] = [];
  let bytes = 0;
  const chunks: TaskReport[][] = [];
  for (const task of tasks) {
    const size = JSON.stringify(task).length * BYTES_PER_UNIT;
    if (part.length === most || (part.length > 0 && bytes + size > TASK_BYTES_MAX)) {
      chunks.push(part);
      part = [];
      bytes = 0;
    }
    part.push(task);
    bytes += size;
  }
  chunks.push(part);
  parts.push(...chunks.map((each) => ({ ...rest, tasks: each, dag: null, use: null })));
  // The last part has facts and processes even where it has no task; silent news still tell that Nextflow lives.
  return parts.length > 1 ? parts.filter((each) => !isSilent(each)) : parts;
}

/**
 * Stores what Nextflow tells of a run's tasks; `attempt` is the run's. Returns what changed, or null where that is nothing; also
 * where the run was deleted meanwhile. Rejects when storage does: some parts may then be stored, and the same news can be
 * given again.
 */
export async function takeNews(
  world: World,
  runId: string,
  attempt: number,
  news: TraceNews,
): Promise<TaskChange | null> {
  let change: TaskChange | null = null;
  for (const part of partsOf(news))
    change = joinChanges(change, await takePart(world, runId, attempt, part));
  return change;
}

async function takeHalves(
  world: World,
  runId: string,
  attempt: number,
  part: TraceNews,
): Promise<TaskChange | null> {
  const middle = Math.floor(part.tasks.length / 2);
  const first = newsOf(part.source, part.tasks.slice(0, middle));
  const change = await takePart(world, runId, attempt, first);
  const rest = { ...part, tasks: part.tasks.slice(middle) };
  return joinChanges(change, await takePart(world, runId, attempt, rest));
}

async function takePart(
  world: World,
  runId: string,
  attempt: number,
  part: TraceNews,
): Promise<TaskChange | null> {
  for (let tries = 1; ; tries += 1) {
    const { writes, change, isFirst } = await planNews(world, runId, attempt, part);
    if (writes.length === 0) return null;
    // Of tasks that are looked up by their hashes each takes two rows.
    if (writes.length > TASK_ROWS_MAX + 1 && part.tasks.length > 1)
      return takeHalves(world, runId, attempt, part);
    try {
      if (!isFirst) {
        await world.store.commit('runs', runId, writes);
        return change;
      }
      // A run that is being deleted is a tombstone by now, and gets no row that would outlive it.
      const stored = await readRun(world, runId);
      if (!stored) return null;
      await changeRun(world, stored, {}, [], writes);
      return change;
    } catch (error) {
      if (!(error instanceof Conflict) || tries >= TRIES) throw error;
    }
  }
}

/** What is known of a run's tasks in all; null where nothing is. */
export async function readTraceState(world: World, runId: string): Promise<TraceState | null> {
  const row = await world.store.read('runs', runId, TRACE_KEY);
  return row ? readTrace(row) : null;
}

/** Tasks of the run by their status; null where nothing is known of them. */
export async function readTaskCounts(world: World, runId: string): Promise<TaskCounts | null> {
  const state = await readTraceState(world, runId);
  return state && countsOf(state);
}

/** Whether the task with these digits of its hash failed, by what is stored by hash. */
export async function isTaskFailed(
  world: World,
  runId: string,
  attempt: number,
  digits: string,
): Promise<boolean> {
  const row = await world.store.read('runs', runId, hashKey(attempt, digits));
  const found = row && readTask(row, false);
  if (!found) return false;
  if ('task' in found) return knownOf(found.task).status === 'failed';
  const own = await world.store.read('runs', runId, taskKey(attempt, found.id));
  const task = own && readTask(own, false);
  return task !== undefined && 'task' in task && knownOf(task.task).status === 'failed';
}
