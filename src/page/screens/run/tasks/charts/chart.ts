import type { TraceView } from '../../../../../core/tasks/task.ts';
import type { Tasks } from '../live/use-tasks.ts';
import type { TaskSearch } from '../model/search.ts';

/** What each way to look at the tasks is given. */
export type ChartProps = {
  readonly tasks: Tasks;
  readonly trace: TraceView | undefined;
  readonly search: TaskSearch;
  readonly live: boolean;
};
