/** When tasks waited and ran, by process, on one axis of time. */
import { isTaskOver } from '../../../../../core/tasks/status.ts';
import type { TaskView } from '../../../../../core/tasks/task.ts';
import { lookOf } from './parts.ts';

/** Times in milliseconds since 1970. */
export type Bar = {
  readonly task: string;
  readonly tag: string | null;
  readonly attempt: number;
  readonly look: ReturnType<typeof lookOf>;
  readonly from: number;
  /** When its script began; null while it waits, and where the source does not tell. */
  readonly began: number | null;
  /** It has run or runs, and the source does not tell since when. */
  readonly blind: boolean;
  readonly to: number;
};

export type Lane = {
  readonly process: string;
  /** By their begin. */
  readonly bars: readonly Bar[];
  /** How many ran at once (from their submission on where their begin is not known), in each of `SLOTS` equal parts of the whole time. */
  readonly running: readonly number[];
};

export type Timeline = {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
  /** Tasks that were not run, so that they have no time here. */
  readonly cached: number;
};

export const SLOTS = 160;

const parsed = (time: string | null): number | null => (time === null ? null : Date.parse(time));

function barOf(task: TaskView, now: number): Bar | undefined {
  const submitted = parsed(task.submitted_at);
  const began = parsed(task.started_at);
  const from = submitted ?? began;
  if (from === null) return undefined;
  const end = parsed(task.finished_at) ?? (isTaskOver(task.status) ? (began ?? from) : now);
  const to = Math.max(from, end);
  return {
    task: task.task,
    tag: task.tag,
    attempt: task.attempt,
    look: lookOf(task),
    from,
    began: began === null ? null : Math.min(Math.max(began, from), to),
    blind: began === null && (isTaskOver(task.status) || task.status === 'running'),
    to,
  };
}

function runningOf(bars: readonly Bar[], from: number, to: number): readonly number[] {
  const changes = Array.from({ length: SLOTS }, () => 0);
  const slot = (at: number): number =>
    Math.min(SLOTS - 1, Math.floor(((at - from) / Math.max(1, to - from)) * SLOTS));
  for (const bar of bars) {
    const began = bar.began ?? (bar.blind ? bar.from : null);
    if (began === null) continue;
    const [first, last] = [slot(began), slot(bar.to) + 1];
    changes[first] = (changes[first] ?? 0) + 1;
    if (last < SLOTS) changes[last] = (changes[last] ?? 0) - 1;
  }
  let count = 0;
  return changes.map((change) => (count += change));
}

/** `processes`: their names in the order of the pipeline. `now`: where bars of tasks that are not over end. */
export function timelineOf(
  tasks: readonly TaskView[],
  processes: readonly string[],
  now: number,
): Timeline {
  const found = new Map<string, Bar[]>(processes.map((name) => [name, []]));
  let [from, to, cached] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const task of tasks) {
    // Its times are those of the run that made its outputs.
    if (task.status === 'cached') cached += 1;
    const bar = task.status === 'cached' ? undefined : barOf(task, now);
    if (bar === undefined) continue;
    from = Math.min(from, bar.from);
    to = Math.max(to, bar.to);
    const bars = found.get(task.process);
    if (bars) bars.push(bar);
    else found.set(task.process, [bar]);
  }
  if (from > to) return { from: now, to: now, lanes: [], cached };
  const lanes = [...found]
    .filter(([, bars]) => bars.length > 0)
    .map(([process, bars]) => ({
      process,
      bars: bars.sort((a, b) => a.from - b.from),
      running: runningOf(bars, from, to),
    }));
  return { from, to, lanes, cached };
}

/** Where a moment is, in percent of the axis. */
export const placeOf = ({ from, to }: Pick<Timeline, 'from' | 'to'>, at: number): number =>
  ((at - from) / Math.max(1, to - from)) * 100;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 3, 6, 12].map((step) => step * HOUR),
  ...[1, 2, 5, 10, 30, 100].map((step) => step * DAY),
];

/** Round times since the begin, in milliseconds, `most` of them at most. */
export function ticksOf(length: number, most: number): readonly number[] {
  const step = STEPS.find((each) => length / each <= most) ?? length;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, tick) => tick * step);
}

/** An area of how many ran at once, in a box of `SLOTS` by 1; as a path of SVG. */
export function areaOf(running: readonly number[]): string {
  const most = Math.max(1, ...running);
  const tops = running.map((count, at) => {
    const y = (1 - count / most).toFixed(3);
    return `L${at} ${y}H${at + 1}`;
  });
  return `M0 1${tops.join('')}L${SLOTS} 1Z`;
}
