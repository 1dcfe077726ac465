/** What tasks of a process used of what they asked for. */
import type { ProcessUse, TaskView } from '../../../../../core/tasks/task.ts';

export type Box = NonNullable<ProcessUse['memory']>;

/** Between the values beside it, in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

export function boxOf(values: readonly (number | null)[]): Box | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const [min, q1, q2, q3, max] = [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(sorted, share));
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { mean, min: min ?? 0, q1: q1 ?? 0, q2: q2 ?? 0, q3: q3 ?? 0, max: max ?? 0 };
}

const share = (used: number | null, asked: number | null, whole = 1): number | null =>
  used === null || asked === null || asked === 0 ? null : (used / (asked * whole)) * 100;

/** Of tasks that ended with success, in this run or in the one that cached them. */
export function usesOf(tasks: readonly TaskView[]): readonly ProcessUse[] {
  const found = new Map<string, TaskView[]>();
  for (const task of tasks) {
    if (task.status !== 'succeeded' && task.status !== 'cached') continue;
    const known = found.get(task.process);
    if (known) known.push(task);
    else found.set(task.process, [task]);
  }
  return Array.from(found, ([process, all]) => {
    const of = (value: (task: TaskView) => number | null): Box | null => boxOf(all.map(value));
    return {
      process,
      tasks: all.length,
      cpu_percent: of((task) => task.cpu_percent),
      cpu_share: of(({ cpu_percent, cpus }) => share(cpu_percent, cpus, 100)),
      memory: of((task) => task.peak_rss),
      memory_share: of(({ peak_rss, memory }) => share(peak_rss, memory)),
      time_ms: of((task) => task.realtime_ms),
      time_share: of(({ realtime_ms, time_limit_ms }) => share(realtime_ms, time_limit_ms)),
      read_bytes: of((task) => task.read_bytes),
      written_bytes: of((task) => task.written_bytes),
    };
  });
}

export const MEASURES = ['cpu', 'memory', 'time'] as const;
export type Measure = (typeof MEASURES)[number];

/** The most that any task of a process asked for; null where none did. */
export function askedOf(tasks: readonly TaskView[], measure: Measure): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { process, cpus, memory, time_limit_ms } of tasks) {
    const asked = { cpu: cpus, memory, time: time_limit_ms }[measure];
    if (asked !== null) found.set(process, Math.max(asked, found.get(process) ?? 0));
  }
  return found;
}

/** Used, and its share of what was asked for in percent. */
export const boxesOf = (use: ProcessUse, measure: Measure) =>
  ({
    cpu: { used: use.cpu_percent, share: use.cpu_share },
    memory: { used: use.memory, share: use.memory_share },
    time: { used: use.time_ms, share: use.time_share },
  })[measure];
