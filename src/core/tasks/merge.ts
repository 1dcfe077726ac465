/**
 * Merges reports of a task. Of each reporter the greatest report is kept, in a total order; where the trace tells of the task,
 * the others are dropped. So any order, replay or repetition of reports gives the same task.
 */
import { REPORTERS, type Reporter, rankOf, type TaskReport } from './report.ts';
import { NO_TASKS, type TaskCounts } from './status.ts';
import type { TaskBrief } from './task.ts';

/** A task as it is stored: by reporter. */
export type Task = { readonly [reporter in Reporter]?: TaskReport };

/** Negative: `a` is less. Reports that are the same in all they tell are equal. */
export function compareReports(a: TaskReport, b: TaskReport): number {
  const order = rankOf(a.status) - rankOf(b.status) || a.instant - b.instant;
  if (order !== 0) return order;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : Number(left > right);
}

/** The task with what the report tells; the same object where that is nothing new. */
export function mergeReport(task: Task, report: TaskReport): Task {
  if (report.from !== 'trace' && task.trace) return task;
  const before = task[report.from];
  if (before && compareReports(before, report) >= 0) return task;
  return report.from === 'trace' ? { trace: report } : { ...task, [report.from]: report };
}

/** Both together, as if all reports of both had come to one. */
export const mergeTasks = (task: Task, other: Task): Task =>
  reportsOf(other).reduce(mergeReport, task);

const reportsOf = (task: Task): readonly TaskReport[] =>
  REPORTERS.map((name) => task[name]).filter((report) => report !== undefined);

/** All that is known of a task: the furthest status that anybody tells, and each field from who knows it best. */
export function knownOf(task: Task): TaskReport {
  const [first, ...others] = reportsOf(task);
  if (!first) throw new Error('a task without a report');
  return timed(
    others.reduce((known, other): TaskReport => {
      const filled = Object.fromEntries(
        Object.entries(known).map(([name, value]) => [
          name,
          value ?? other[name as keyof TaskReport],
        ]),
      ) as TaskReport;
      return rankOf(other.status) > rankOf(known.status)
        ? { ...filled, status: other.status }
        : filled;
    }, first),
  );
}

/** Its duration where its begin and its end are known from different reporters. */
function timed(known: TaskReport): TaskReport {
  const { submitted_at, finished_at } = known;
  if (known.duration_ms !== null || submitted_at === null || finished_at === null) return known;
  return { ...known, duration_ms: Math.max(0, Date.parse(finished_at) - Date.parse(submitted_at)) };
}

/**
 * Three years. The time of any ninety thousand tasks is exact, so that a sum does not depend on the order; a longer one is a
 * mistake.
 */
const RAN_MS_MAX = 1e11;
const wholeMs = (ms: number | null): number | null =>
  ms === null ? null : Math.min(Math.round(ms), RAN_MS_MAX);

/** What a task adds to the counts of its process. */
export type Share = {
  readonly process: string;
  readonly id: number | null;
  readonly counts: TaskCounts;
  /** Milliseconds from its start to its end, for estimates; null unless it ran to its end with success. */
  readonly ran_ms: number | null;
};

export function shareOf(task: Task): Share {
  const { process, id, status, error_action, realtime_ms, duration_ms } = knownOf(task);
  const isFailed = status === 'failed';
  return {
    process,
    id,
    counts: {
      ...NO_TASKS,
      [status]: 1,
      retried: Number(isFailed && error_action === 'retry'),
      ignored: Number(isFailed && error_action === 'ignore'),
    },
    ran_ms: status === 'succeeded' ? wholeMs(realtime_ms ?? duration_ms) : null,
  };
}

/** The id of a task in the API: its number or hash, after the attempt of the run where that is not the first. */
export function taskId(attempt: number, { id, hash }: Pick<TaskReport, 'id' | 'hash'>): string {
  const own = id === null ? `h-${String(hash).replace('/', '-')}` : String(id);
  return attempt === 1 ? own : `${attempt}.${own}`;
}

/** What an event tells of a task. */
export function briefOf(attempt: number, report: TaskReport): TaskBrief {
  const { hash, process, tag, name, status, exit, error_action } = report;
  const { submitted_at, started_at, finished_at } = report;
  return {
    task: taskId(attempt, report),
    hash,
    process,
    tag,
    name,
    status,
    attempt: report.attempt,
    exit,
    error_action,
    submitted_at,
    started_at,
    finished_at,
  };
}
