/** The tasks of a run as the page keeps them: pages that were read, with what events tell since then. */
import type { RunEvent } from '../../../../../core/events/event.ts';
import { NO_TASKS, sumCounts, type TaskCounts } from '../../../../../core/tasks/status.ts';
import type {
  ProcessCounts,
  TaskBrief,
  TaskPage,
  TaskView,
  TraceSource,
} from '../../../../../core/tasks/task.ts';

export type TasksData = Extract<RunEvent, { type: 'tasks' }>['data'];

/** What is known of a task that only an event told of. */
const UNTOLD = {
  duration_ms: null,
  realtime_ms: null,
  cpus: null,
  cpu_percent: null,
  memory: null,
  memory_percent: null,
  rss: null,
  peak_rss: null,
  peak_vmem: null,
  disk: null,
  time_limit_ms: null,
  read_chars: null,
  written_chars: null,
  read_bytes: null,
  written_bytes: null,
  container: null,
  queue: null,
  native_id: null,
  work_dir: null,
} as const;

const withBrief = (known: TaskView | undefined, brief: TaskBrief): TaskView => ({
  ...UNTOLD,
  ...known,
  ...brief,
});

/** In the order in which the server gives them. Not React's: it changes in place, and its owner tells. */
export class TaskTable {
  readonly #tasks = new Map<string, TaskView>();
  readonly #processes = new Map<string, TaskCounts>();
  source: TraceSource | null = null;

  get tasks(): readonly TaskView[] {
    return [...this.#tasks.values()];
  }

  get size(): number {
    return this.#tasks.size;
  }

  get processes(): readonly ProcessCounts[] {
    return Array.from(this.#processes, ([name, counts]) => ({ name, counts }));
  }

  get counts(): TaskCounts {
    return this.#processes.size === 0 ? NO_TASKS : sumCounts([...this.#processes.values()]);
  }

  get(task: string): TaskView | undefined {
    return this.#tasks.get(task);
  }

  /** A page of the list; its processes are all that there are. */
  addPage({ tasks, processes, source }: TaskPage): void {
    for (const task of tasks) this.#tasks.set(task.task, task);
    this.#processes.clear();
    for (const { name, counts } of processes) this.#processes.set(name, counts);
    this.source = source;
  }

  /** What an event tells; a task that is new to the table stands at its end until the list is read again. */
  fold({ tasks, processes }: TasksData): void {
    for (const brief of tasks)
      this.#tasks.set(brief.task, withBrief(this.#tasks.get(brief.task), brief));
    for (const { name, counts } of processes) this.#processes.set(name, counts);
  }
}
