/** What tasks of a process used of what they asked for. */
import type { ProcessUse, TaskView } from '../../../../../core/tasks/task.ts';

export type Box = NonNullable<ProcessUse['memory']>;

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
