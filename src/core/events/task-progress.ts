/** Progress of a run whose tasks are known. */
import { doneTasks, knownTasks, type TaskCounts } from '../tasks/status.ts';
import { closed } from '../tasks/trace-state.ts';
import { PERCENT_MAX, type Progress } from './event.ts';
import { isTerminal, type RunState } from './state.ts';

/** Nextflow makes tasks as long as it runs, so there is a percentage only where all went well. */
export function taskProgress(counts: TaskCounts, state: RunState): Progress {
  const tasks = closed(counts, isTerminal(state));
  return {
    completed: doneTasks(tasks),
    total: knownTasks(tasks),
    percent: state === 'succeeded' ? PERCENT_MAX : null,
    tasks,
  };
}
