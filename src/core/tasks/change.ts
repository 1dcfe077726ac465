/** What news have changed of a run's tasks: what its events tell. */
import { KIB } from '../limits.ts';
import { briefOf, knownOf, type Task } from './merge.ts';
import type { TaskCounts } from './status.ts';
import type { ProcessCounts, TaskBrief } from './task.ts';

export type TaskChange = {
  /** Of the whole run, afterwards. */
  readonly counts: TaskCounts;
  /** Those that changed, afterwards. */
  readonly processes: readonly ProcessCounts[];
  /** Those that changed, {@link BRIEFS_MAX} at most. */
  readonly tasks: readonly TaskBrief[];
  /** Others changed too. */
  readonly more: boolean;
};

/** Tasks and processes that one event tells of. */
export const BRIEFS_MAX = 100;
/** Bytes of either, as JSON: an event of tasks is no larger than one of log lines. */
export const BRIEF_BYTES_MAX = 64 * KIB;

const encoder = new TextEncoder();

/** Both in one, `next` the later one. */
export function joinChanges(before: TaskChange | null, next: TaskChange | null): TaskChange | null {
  if (before === null || next === null) return next ?? before;
  const tasks = new Map([...before.tasks, ...next.tasks].map((each) => [each.task, each]));
  const processes = new Map(
    [...before.processes, ...next.processes].map((each) => [each.name, each]),
  );
  return bounded(
    next.counts,
    [...processes.values()],
    [...tasks.values()],
    before.more || next.more,
  );
}

export function changeOf(
  attempt: number,
  counts: TaskCounts,
  processes: readonly ProcessCounts[],
  tasks: readonly Task[],
): TaskChange {
  return bounded(
    counts,
    processes,
    tasks.map((task) => briefOf(attempt, knownOf(task))),
    false,
  );
}

/** The last ones, as many as one event takes. */
function latest<T>(list: readonly T[]): readonly T[] {
  const last = list.slice(-BRIEFS_MAX);
  let bytes = 0;
  const tooLarge = last.findLastIndex((each) => {
    bytes += encoder.encode(JSON.stringify(each)).byteLength;
    return bytes > BRIEF_BYTES_MAX;
  });
  return last.slice(tooLarge + 1);
}

const bounded = (
  counts: TaskCounts,
  processes: readonly ProcessCounts[],
  tasks: readonly TaskBrief[],
  more: boolean,
): TaskChange => {
  const [last, told] = [latest(processes), latest(tasks)];
  return {
    counts,
    processes: last,
    tasks: told,
    more: more || last.length < processes.length || told.length < tasks.length,
  };
};
