/** What a task may be, and counts of tasks. Without the schema library: the page has no room for it. */

/**
 * In the order in which a task passes through them: Nextflow's NEW, SUBMITTED, RUNNING, then one of COMPLETED, CACHED, FAILED,
 * ABORTED.
 */
export const TASK_STATUSES = [
  'pending',
  'submitted',
  'running',
  'succeeded',
  'cached',
  'failed',
  'aborted',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

const LIVE: readonly TaskStatus[] = ['pending', 'submitted', 'running'];
/** Whether nothing of the task is to come any more. */
export const isTaskOver = (status: TaskStatus): boolean => !LIVE.includes(status);

/** `stored`: outputs that a process found in its `storeDir`; Nextflow tells their number alone. `retried` and `ignored` are failed ones, and counted there too. */
export const COUNTED = [...TASK_STATUSES, 'stored', 'retried', 'ignored'] as const;
export type TaskCounts = { readonly [K in (typeof COUNTED)[number]]: number };

export const NO_TASKS: TaskCounts = {
  pending: 0,
  submitted: 0,
  running: 0,
  succeeded: 0,
  cached: 0,
  failed: 0,
  aborted: 0,
  stored: 0,
  retried: 0,
  ignored: 0,
};

export const sumCounts = (all: readonly TaskCounts[]): TaskCounts =>
  all.reduce(
    (sum, counts) =>
      Object.fromEntries(COUNTED.map((name) => [name, sum[name] + counts[name]])) as TaskCounts,
    NO_TASKS,
  );

/** Each task once, as `12 succeeded, 1 failed, 2 tried again`, without what is zero; empty without tasks. */
export function countsText(counts: TaskCounts): string {
  const { retried, ignored, failed } = counts;
  const once = { ...counts, failed: Math.max(0, failed - retried - ignored) };
  return COUNTED.filter((name) => once[name] > 0)
    .map((name) => `${once[name]} ${name === 'retried' ? 'tried again' : name}`)
    .join(', ');
}

/** Tasks that need nothing more: what failed and was run again does not count, since its successor does; nor what was stopped. */
export const doneTasks = (counts: TaskCounts): number =>
  counts.succeeded + counts.cached + counts.stored + Math.max(0, counts.failed - counts.retried);

/** Tasks that are known, each counted once however often it was tried. Nextflow makes more while a pipeline runs. */
export const knownTasks = (counts: TaskCounts): number =>
  doneTasks(counts) + counts.aborted + counts.pending + counts.submitted + counts.running;
