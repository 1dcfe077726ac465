/** What the tasks of each process used, computed of the tasks themselves: live, and where Nextflow sends no metrics. */
import type { TaskReport } from './report.ts';
import type { ProcessUse } from './task.ts';

const PERCENT = 100;

type Quartiles = ProcessUse['memory'];

/** Part of the way between the two values nearest to it. */
function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const [low = 0, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** To hundredths. */
const rounded = (value: number): number => Math.round(value * PERCENT) / PERCENT;

function quartilesOf(values: readonly (number | null)[]): Quartiles {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const [min, q1, q2, q3, max] = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    rounded(quantile(sorted, part)),
  ) as [number, number, number, number, number];
  return { mean: rounded(mean), min, q1, q2, q3, max };
}

const share = (used: number | null, asked: number | null): number | null =>
  used === null || asked === null || asked === 0 ? null : (used / asked) * PERCENT;

/** What of a task is needed for it. */
type Used = Pick<
  TaskReport,
  | 'process'
  | 'status'
  | 'cpus'
  | 'cpu_percent'
  | 'memory'
  | 'peak_rss'
  | 'realtime_ms'
  | 'time_limit_ms'
  | 'read_chars'
  | 'written_chars'
>;

/** By process, in the order of their first tasks. Tasks that did not end with success, or were cached, do not count. */
export function useOf(tasks: readonly Used[]): ProcessUse[] {
  const byProcess = new Map<string, Used[]>();
  for (const task of tasks) {
    if (task.status !== 'succeeded') continue;
    const known = byProcess.get(task.process);
    if (known) known.push(task);
    else byProcess.set(task.process, [task]);
  }
  return [...byProcess].map(([process, all]) => {
    const of = (value: (task: Used) => number | null) => quartilesOf(all.map(value));
    return {
      process,
      tasks: all.length,
      cpu_percent: of(({ cpu_percent }) => cpu_percent),
      cpu_share: of(({ cpu_percent, cpus }) => (cpus ? share(cpu_percent, cpus * PERCENT) : null)),
      memory: of(({ peak_rss }) => peak_rss),
      memory_share: of(({ peak_rss, memory }) => share(peak_rss, memory)),
      time_ms: of(({ realtime_ms }) => realtime_ms),
      time_share: of(({ realtime_ms, time_limit_ms }) => share(realtime_ms, time_limit_ms)),
      read_bytes: of(({ read_chars }) => read_chars),
      written_bytes: of(({ written_chars }) => written_chars),
    };
  });
}
