/** Tasks of a run that never was: of several processes, with retries, failures, and what is still to come. */
import { NO_TASKS, type TaskCounts, type TaskStatus } from '../../../src/core/tasks/status.ts';
import type { ProcessCounts, TaskView } from '../../../src/core/tasks/task.ts';

export const PROCESSES = [
  'RNASEQ:PREPARE_GENOME:GUNZIP_FASTA',
  'RNASEQ:QC:FASTQC',
  'RNASEQ:QC:TRIM_GALORE',
  'RNASEQ:ALIGN_STAR:STAR_ALIGN',
  'RNASEQ:ALIGN_STAR:SAMTOOLS_SORT',
  'RNASEQ:QUANTIFY:SALMON_QUANT',
  'MULTIQC',
] as const;

const GIB = 1_024 ** 3;
const MINUTE_MS = 60_000;

const at = (ms: number): string => new Date(ms).toISOString();

/** A share that looks like chance and is the same each time. */
const chance = (index: number): number => ((index * 7_919) % 1_000) / 1_000;

export function madeTask(
  index: number,
  count: number,
  begin: number,
  more: Partial<TaskView> = {},
): TaskView {
  const per = Math.ceil(count / (PROCESSES.length - 2));
  const step = index === 0 ? 0 : Math.min(PROCESSES.length - 1, 1 + Math.floor((index - 1) / per));
  const process = PROCESSES[step] ?? 'MULTIQC';
  const tag = step === 0 ? null : `sample_${index % per}`;
  const submitted = begin + step * 4 * MINUTE_MS + (index % per) * ((12 * MINUTE_MS) / per);
  const realtime = Math.round((0.4 + chance(index)) * (2 + step) * MINUTE_MS);
  const waited = Math.round(chance(index + 3) * MINUTE_MS);
  const hash = (0x2b_00_00_00 + index * 65_537).toString(16).padStart(8, '0').slice(0, 8);
  const memory = (2 + step * 2) * GIB;
  return {
    task: String(index + 1),
    hash: `${hash.slice(0, 2)}/${hash.slice(2)}`,
    process,
    tag,
    name: tag === null ? process : `${process} (${tag})`,
    status: 'succeeded',
    attempt: 1,
    exit: 0,
    error_action: null,
    submitted_at: at(submitted),
    started_at: at(submitted + waited),
    finished_at: at(submitted + waited + realtime),
    duration_ms: waited + realtime,
    realtime_ms: realtime,
    cpus: 1 + step,
    cpu_percent: (1 + step) * 100 * (0.3 + chance(index + 1) * 0.65),
    memory,
    memory_percent: 3,
    rss: memory * 0.2,
    peak_rss: Math.round(memory * (0.15 + chance(index + 2) * 0.7)),
    peak_vmem: memory,
    disk: null,
    time_limit_ms: (4 + step) * 5 * MINUTE_MS,
    read_chars: 40_000_000,
    written_chars: 9_000_000,
    read_bytes: 38_000_000 + index,
    written_bytes: 8_000_000,
    container: 'quay.io/biocontainers/tool:1.0',
    queue: null,
    native_id: `nf-${hash}`,
    work_dir: `/workspace/work/${hash.slice(0, 2)}/${hash.slice(2)}0d1e2f3a4b5c6d7e8f90`,
    ...more,
  };
}

const OPEN = {
  exit: null,
  finished_at: null,
  duration_ms: null,
  realtime_ms: null,
  cpu_percent: null,
  memory_percent: null,
  rss: null,
  peak_rss: null,
  peak_vmem: null,
  read_chars: null,
  written_chars: null,
  read_bytes: null,
  written_bytes: null,
} as const;

/** What differs of a task with this status. */
export function inStatus(status: TaskStatus): Partial<TaskView> {
  if (status === 'failed') return { status, exit: 1, error_action: 'terminate' };
  if (status === 'running') return { ...OPEN, status };
  if (status === 'submitted') return { ...OPEN, status, started_at: null };
  if (status === 'pending')
    return { ...OPEN, status, started_at: null, submitted_at: null, hash: null, work_dir: null };
  return { status };
}

/** As the server counts them. */
export function countsOf(tasks: readonly TaskView[]): readonly ProcessCounts[] {
  const found = new Map<string, Record<keyof TaskCounts, number>>();
  for (const { process, status, error_action } of tasks) {
    const counts = found.get(process) ?? { ...NO_TASKS };
    counts[status] += 1;
    if (error_action === 'retry') counts.retried += 1;
    if (error_action === 'ignore') counts.ignored += 1;
    found.set(process, counts);
  }
  return Array.from(found, ([name, counts]) => ({ name, counts }));
}
