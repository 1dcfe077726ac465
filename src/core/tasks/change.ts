/** What news have changed of a run's tasks: what its events tell. */
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

/** Tasks and processes that one event tells of: with long names it stays below what Web PubSub takes. */
export const BRIEFS_MAX = 100;

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

const latest = <T>(list: readonly T[]): readonly T[] => list.slice(-BRIEFS_MAX);

const bounded = (
  counts: TaskCounts,
  processes: readonly ProcessCounts[],
  tasks: readonly TaskBrief[],
  more: boolean,
): TaskChange => ({
  counts,
  processes: latest(processes),
  tasks: latest(tasks),
  more: more || processes.length > BRIEFS_MAX || tasks.length > BRIEFS_MAX,
});
