/** Progress of a run whose tasks are known. */

import { doneTasks, knownTasks, type TaskCounts } from '../tasks/status.ts';
import { closed, type LostEnd } from '../tasks/trace-state.ts';
import { PERCENT_MAX, type Progress } from './event.ts';
import { isTerminal, type RunState } from './state.ts';

type Ended = { readonly state: RunState; readonly attempt: number };

/**
 * Null while the run goes on. Nextflow ends with success only when its tasks have ended, so then they did well; those of a
 * driver before that one were stopped with it, and nothing tells them apart in the counts.
 */
export function lostEnd({ state, attempt }: Ended): LostEnd | null {
  if (!isTerminal(state)) return null;
  return state === 'succeeded' && attempt === 1 ? 'succeeded' : 'aborted';
}

/** Nextflow makes tasks as long as it runs, so there is a percentage only where all went well. */
export function taskProgress(counts: TaskCounts, run: Ended): Progress {
  const tasks = closed(counts, lostEnd(run));
  const total = knownTasks(tasks);
  return run.state === 'succeeded'
    ? { completed: total, total, percent: PERCENT_MAX, tasks }
    : { completed: doneTasks(tasks), total, percent: null, tasks };
}
