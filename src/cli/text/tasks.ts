/** How tasks and processes of a Nextflow run look. */
import type { ProcessCounts, TaskPage, TaskView } from '../../client/index.ts';
import { countsText, doneTasks, isTaskOver, knownTasks } from '../../core/tasks/status.ts';
import { type Colours, oneLine } from './format.ts';

/** The status, and what Nextflow made of a failure. */
export function taskStatus(
  colours: Colours,
  { status, error_action }: Pick<TaskView, 'status' | 'error_action'>,
): string {
  if (status === 'succeeded' || status === 'cached') return colours.green(status);
  if (!isTaskOver(status)) return colours.cyan(status);
  if (status === 'aborted') return colours.yellow(status);
  if (error_action === 'retry') return colours.yellow('failed, tried again');
  return error_action === 'ignore' ? colours.yellow('failed, ignored') : colours.red(status);
}

export const processRows = (processes: readonly ProcessCounts[]): string[][] =>
  processes.map(({ name, counts }) => [
    oneLine(name),
    `${doneTasks(counts)} of ${knownTasks(counts)}`,
    countsText(counts),
  ]);

/** What a source cannot tell. */
export function unknownOf(source: TaskPage['source']): string | undefined {
  if (source === 'weblog') return 'nf-weblog tells nothing of cached and stored tasks.';
  if (source !== 'file') return undefined;
  return 'From the trace file and the console: what a task used is known at its end.';
}
