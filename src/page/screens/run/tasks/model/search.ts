/** What of the tasks is shown: a part of the screen's address, so that a link is a saved view. */
import { TASK_STATUSES, type TaskStatus } from '../../../../../core/tasks/status.ts';

/** Ways to look at them. The first needs no word in the address. */
export const TASK_VIEWS = ['table', 'timeline', 'resources', 'graph'] as const;
export type TaskView = (typeof TASK_VIEWS)[number];

export const SORTS = [
  'status',
  'process',
  'tag',
  'attempt',
  'exit',
  'submitted',
  'duration',
  'cpu',
  'memory',
] as const;
export type Sort = (typeof SORTS)[number];

export type TaskSearch = {
  readonly view?: Exclude<TaskView, 'table'>;
  /** With commas between them. */
  readonly status?: string;
  /** The whole name of one. */
  readonly process?: string;
  /** A part of a name, a tag, a hash or an id. */
  readonly q?: string;
  /** A column; with `-` before it from the greatest to the least. Without it the order in which Nextflow made the tasks. */
  readonly sort?: string;
  /** The id of the task that is open. */
  readonly task?: string;
};

export type Order = { readonly by: Sort; readonly down: boolean };

export const statusesOf = ({ status = '' }: TaskSearch): readonly TaskStatus[] =>
  TASK_STATUSES.filter((each) => status.split(',').includes(each));

export function orderOf({ sort = '' }: TaskSearch): Order | undefined {
  const down = sort.startsWith('-');
  const by = SORTS.find((each) => each === (down ? sort.slice(1) : sort));
  return by && { by, down };
}

/** The first press sorts up, the second down, the third not at all. */
export function nextSort(by: Sort, order: Order | undefined): string | undefined {
  if (order?.by !== by) return by;
  return order.down ? undefined : `-${by}`;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined;

/** From an address, which people write by hand: what means nothing is left out. */
export function readTaskSearch(search: Readonly<Record<string, unknown>>): TaskSearch {
  const [status, process, q, sort, task] = ['status', 'process', 'q', 'sort', 'task'].map((name) =>
    textOf(search[name]),
  );
  const view = TASK_VIEWS.find((each) => each === search['view']);
  const statuses = statusesOf({ ...(status && { status }) }).join(',');
  return {
    ...(view !== undefined && view !== 'table' && { view }),
    ...(statuses && { status: statuses }),
    ...(process && { process }),
    ...(q && { q }),
    ...(sort && orderOf({ sort }) && { sort }),
    ...(task && { task }),
  };
}
