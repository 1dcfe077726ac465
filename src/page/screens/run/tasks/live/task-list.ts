/** The tasks of one run: read page by page, brought up to date by events, and read again after them. */
import type { Client } from '../../../../../client/client.ts';
import type { TaskView } from '../../../../../core/tasks/task.ts';
import { createStore, type Store } from '../../../../app/store.ts';
import { type TasksData, TaskTable } from '../model/task-table.ts';
import { createPace } from './pace.ts';

export type TaskList = {
  /** What is shown; its tables do not change. */
  readonly table: TaskTable;
  readonly tasks: readonly TaskView[];
  /** All pages were read at least once. */
  readonly complete: boolean;
  /** Why the last read failed; what is shown is older then. */
  readonly error: unknown;
  /** There are more than the page keeps. */
  readonly cut: boolean;
};

/** The most that the server gives at once. */
const LIMIT = 500;
/** Some 25 MB; a table of more is looked at with filters on the command line. */
export const TASKS_MAX = 25_000;

export type Reader = {
  readonly state: Store<TaskList>;
  /** An event told of tasks. */
  fold(data: TasksData): void;
  /** Something may have been missed. */
  stale(): void;
  retry(): void;
  /** Reads while somebody looks; the returned function ends it, and what is shown stays. */
  start(): () => void;
};

/** Adds all pages, up to what is kept; true: there are more. Rejects with SluiceError. */
async function readPages(
  client: Pick<Client, 'tasks'>,
  runId: string,
  into: TaskTable,
  signal: AbortSignal,
  onPage: () => void,
): Promise<boolean> {
  let cursor: string | null = null;
  do {
    const page = await client.tasks(runId, {
      limit: LIMIT,
      ...(cursor !== null && { cursor }),
      signal,
    });
    into.addPage(page);
    cursor = page.next_cursor;
    onPage();
  } while (cursor !== null && into.size < TASKS_MAX);
  return cursor !== null;
}

export function createReader(client: Pick<Client, 'tasks'>, runId: string): Reader {
  let stop = new AbortController();
  let table = new TaskTable();
  /** Told while the list is read, which may be older. */
  let told: TasksData[] = [];
  const state = createStore<TaskList>({
    table,
    tasks: [],
    complete: false,
    error: undefined,
    cut: false,
  });
  const show = (more: Partial<TaskList> = {}): void =>
    state.set({ ...state.get(), table, tasks: table.tasks, ...more });

  async function read(): Promise<void> {
    const { signal } = stop;
    told = [];
    const isFirst = !state.get().complete;
    const fresh = new TaskTable();
    // The first time each page is shown as it comes; later ones are shown together, so that no row disappears meanwhile.
    if (isFirst) table = fresh;
    try {
      const cut = await readPages(client, runId, fresh, signal, () => {
        if (isFirst && !signal.aborted) show({ error: undefined });
      });
      if (signal.aborted) return;
      for (const data of told) fresh.fold(data);
      table = fresh;
      show({ complete: true, error: undefined, cut });
    } catch (error) {
      if (!signal.aborted) show({ error });
    }
  }

  const pace = createPace({
    now: () => performance.now(),
    later: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    read,
  });
  return {
    state,
    fold(data) {
      told.push(data);
      table.fold(data);
      show();
      // Events tell neither times nor memory.
      pace.ask();
    },
    stale: () => pace.ask(),
    retry: () => pace.askNow(),
    start() {
      stop = new AbortController();
      pace.askNow();
      return () => {
        stop.abort();
        pace.end();
      };
    },
  };
}
