/** Faults of ours while news of tasks are stored: they come again however often it is tried, so no run may wait for their end. */
import type { Run } from '../../../core/runs/run.ts';
import type { TaskChange } from '../../../core/tasks/change.ts';
import type { TraceNews } from '../../../core/tasks/report.ts';
import type { World } from '../../../ports/world.ts';

/** A TypeError with a cause is a call of the network that failed. */
export const isOurs = (error: unknown): boolean =>
  error instanceof RangeError ||
  error instanceof SyntaxError ||
  error instanceof ReferenceError ||
  (error instanceof TypeError && error.cause === undefined);

/**
 * Gives the news to `take`. Where a fault of ours prevents that, the tasks alone; where they do too, nothing, and it is in the log.
 * Rejects when storage does.
 */
export async function takeWhatFits(
  { log }: World,
  { run_id }: Pick<Run, 'run_id'>,
  news: TraceNews,
  take: (news: TraceNews) => Promise<TaskChange | null>,
): Promise<TaskChange | null> {
  const tasksAlone = { ...news, facts: null, processes: [], dag: null, use: null };
  for (const part of [news, tasksAlone])
    try {
      return await take(part);
    } catch (error) {
      if (!isOurs(error)) throw error;
      const told =
        part === news
          ? 'a message of a trace is stored without facts and processes'
          : 'a message of a trace is lost';
      log.error(told, { run_id, error });
    }
  return null;
}
