/** How long the tasks that are known now may still take. */
import type { ProcessState } from './trace-state.ts';

/**
 * Seconds, from the mean time of each process's tasks and how many run at once; a process without an ended task is taken to be
 * as quick as the mean of all, and running tasks to be half-way. `tellsRunning`: whether the source tells of all that run; else
 * what was submitted is taken to run. Null while no task has ended, and where nothing is left.
 */
export function remainingSeconds(
  processes: readonly ProcessState[],
  tellsRunning: boolean,
): number | null {
  const sum = (of: (each: ProcessState) => number): number =>
    processes.reduce((total, each) => total + of(each), 0);
  const timed = sum((each) => each.timed);
  if (timed === 0) return null;
  const mean = sum((each) => each.ran_ms) / timed;
  const left = sum(({ counts, ...each }) => {
    const own = each.timed > 0 ? each.ran_ms / each.timed : mean;
    return own * (counts.pending + counts.submitted + counts.running / 2);
  });
  const running = sum(({ counts }) => counts.running + (tellsRunning ? 0 : counts.submitted));
  return left === 0 ? null : Math.max(1, Math.round(left / Math.max(1, running) / 1_000));
}
