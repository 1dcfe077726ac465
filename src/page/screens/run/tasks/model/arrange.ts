/** Which tasks are shown, and in which order. */
import { TASK_STATUSES } from '../../../../../core/tasks/status.ts';
import type { TaskView } from '../../../../../core/tasks/task.ts';
import { type Order, orderOf, type Sort, statusesOf, type TaskSearch } from './search.ts';

type Value = string | number | null;

const DIGITS = 15;
/** `sample_9` before `sample_10`: as a text that is compared letter by letter, since a collator takes too long for thousands. */
const natural = (text: string | null): string | null =>
  text?.toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(DIGITS, '0')) ?? null;

/** By what a column is sorted; null stands last in either direction. */
const VALUES: Readonly<Record<Sort, (task: TaskView) => Value>> = {
  status: ({ status }) => TASK_STATUSES.indexOf(status),
  process: ({ process }) => natural(process),
  tag: ({ tag }) => natural(tag),
  attempt: ({ attempt }) => attempt,
  exit: ({ exit }) => exit,
  submitted: ({ submitted_at }) => submitted_at,
  duration: ({ duration_ms }) => duration_ms,
  cpu: ({ cpu_percent }) => cpu_percent,
  memory: ({ peak_rss }) => peak_rss,
};

function sorted(tasks: readonly TaskView[], { by, down }: Order): TaskView[] {
  const valueOf = VALUES[by];
  // A value is read once of each task, not at each comparison.
  const rows = tasks.map((task) => ({ task, value: valueOf(task) }));
  const sign = down ? -1 : 1;
  rows.sort(({ value: a }, { value: b }) => {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    return a < b ? -sign : sign;
  });
  return rows.map(({ task }) => task);
}

const has = (text: string | null, part: string): boolean =>
  text?.toLowerCase().includes(part) ?? false;

/** Those that fit what the address says, in its order. */
export function arrange(tasks: readonly TaskView[], search: TaskSearch): readonly TaskView[] {
  const statuses = new Set(statusesOf(search));
  const { process } = search;
  const q = search.q?.toLowerCase() ?? '';
  const fitting =
    statuses.size === 0 && process === undefined && q === ''
      ? tasks
      : tasks.filter(
          (task) =>
            (statuses.size === 0 || statuses.has(task.status)) &&
            (process === undefined || task.process === process) &&
            (q === '' || task.task === q || has(task.name, q) || has(task.hash, q)),
        );
  const order = orderOf(search);
  return order ? sorted(fitting, order) : fitting;
}

/** All attempts of the same task, the first one first. */
export const attemptsOf = (tasks: readonly TaskView[], of: TaskView): readonly TaskView[] =>
  tasks
    .filter(({ name, process }) => name === of.name && process === of.process)
    .sort((a, b) => a.attempt - b.attempt);
