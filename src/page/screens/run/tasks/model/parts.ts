/** Counts of tasks as parts of a whole, and what is said of them. */
import {
  doneTasks,
  knownTasks,
  type TaskCounts,
  type TaskStatus,
} from '../../../../../core/tasks/status.ts';
import type { TaskBrief } from '../../../../../core/tasks/task.ts';

export const PARTS = [
  'succeeded',
  'cached',
  'stored',
  'ignored',
  'failed',
  'aborted',
  'running',
  'submitted',
  'pending',
] as const;
export type Part = (typeof PARTS)[number];

/** Of the tasks that are known, each in one part; those that were tried again are in the part of their last attempt. */
export function partsOf(counts: TaskCounts): readonly { part: Part; count: number }[] {
  const failed = Math.max(0, counts.failed - counts.retried - counts.ignored);
  return PARTS.map((part) => ({ part, count: part === 'failed' ? failed : counts[part] })).filter(
    ({ count }) => count > 0,
  );
}

export type LookOf = Pick<TaskBrief, 'status' | 'error_action'>;

/** Its status; of a failure that did not end the run, what Nextflow made of it. */
export function lookOf({ status, error_action }: LookOf): TaskStatus | 'retried' | 'ignored' {
  if (status !== 'failed') return status;
  if (error_action === 'retry') return 'retried';
  return error_action === 'ignore' ? 'ignored' : status;
}

/** As `sluice tasks` says it. */
export function statusText(of: LookOf): string {
  const look = lookOf(of);
  if (look === 'retried') return 'failed, tried again';
  return look === 'ignored' ? 'failed, ignored' : look;
}

/** Nothing is to come, and not all went well: `4 of 4` beside it would read as a success. */
export const endedBadly = (counts: TaskCounts): boolean =>
  counts.pending + counts.submitted + counts.running === 0 &&
  partsOf(counts).some(({ part }) => part === 'failed' || part === 'aborted');

const number = (value: number): string => value.toLocaleString('en-US');

/** `12 of 40`: Nextflow may make more. */
export const doneText = (counts: TaskCounts): string =>
  `${number(doneTasks(counts))} of ${number(knownTasks(counts))}`;

/** `12 succeeded, 3 running, 1 failed, 2 tried again`. */
export function partsText(counts: TaskCounts): string {
  const words = partsOf(counts).map(({ part, count }) => `${number(count)} ${part}`);
  if (counts.retried > 0) words.push(`${number(counts.retried)} tried again`);
  return words.join(', ');
}

/** `RNASEQ:ALIGN:STAR`: the workflows that it is in, and its own name. */
export function splitName(process: string): readonly [within: string, own: string] {
  const at = process.lastIndexOf(':') + 1;
  return [process.slice(0, at), process.slice(at)];
}
