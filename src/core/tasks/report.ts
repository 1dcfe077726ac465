/** What one report of Nextflow tells of a task, and what one message of its trace tells in all. Without the schema library. */
import type { TaskStatus } from './status.ts';
import type { ProcessUse, TaskDetail, TraceSource } from './task.ts';

/**
 * Who tells of a task: its trace, which knows everything; the log file, which says how it ended; either of log file and
 * console that it failed, and what was made of that; the console, which says what was submitted; its pod, which says since when it runs. Where the trace
 * tells of a task, nobody else is believed.
 */
export const REPORTERS = ['trace', 'log', 'fault', 'console', 'pod'] as const;
export type Reporter = (typeof REPORTERS)[number];

export type TaskReport = Readonly<Omit<TaskDetail, 'task' | 'log'>> & {
  /** Nextflow's number of the task; null while only its hash is known. */
  readonly id: number | null;
  readonly from: Reporter;
  /** When it was told, milliseconds since 1970; 0 where that is not known. */
  readonly instant: number;
};

/** Facts of a run that a message tells. A later stage of the run knows better. */
export type RunFacts = {
  /** 0: before anything is known of the pipeline, 1: it begins, 2: it is over. */
  readonly stage: 0 | 1 | 2;
  readonly instant: number;
  readonly session_id: string | null;
  readonly run_name: string | null;
  readonly nextflow_version: string | null;
  readonly repository: string | null;
  readonly revision: string | null;
  readonly commit_id: string | null;
  readonly project_dir: string | null;
  readonly launch_dir: string | null;
  readonly work_dir: string | null;
  readonly command_line: string | null;
  readonly container_engine: string | null;
};

/** A process as Nextflow lists it. */
export type ProcessNews = {
  readonly name: string;
  /** Its place in the pipeline, from 1; null where that is not told. */
  readonly index: number | null;
  /** Outputs that it found in its `storeDir` so far. */
  readonly stored: number;
};

export type TraceNews = {
  readonly source: TraceSource;
  readonly tasks: readonly TaskReport[];
  readonly facts: RunFacts | null;
  readonly processes: readonly ProcessNews[];
  /** The graph of processes as Mermaid text. */
  readonly dag: string | null;
  readonly use: readonly ProcessUse[] | null;
};

/** News of tasks alone, or none. */
export const newsOf = (source: TraceSource, tasks: readonly TaskReport[] = []): TraceNews => ({
  source,
  tasks,
  facts: null,
  processes: [],
  dag: null,
  use: null,
});

/**
 * Whether the source tells of some tasks by their hashes alone, without their numbers. The others are sent by the driver, which may
 * not reach us.
 */
export const knowsHashes = (source: TraceSource): boolean =>
  source !== 'tower' && source !== 'weblog';

/** Whether it tells nothing but that Nextflow is alive. */
export const isSilent = ({ tasks, facts, processes, dag, use }: TraceNews): boolean =>
  tasks.length === 0 && processes.length === 0 && facts === null && dag === null && use === null;

/** A greater rank replaces a lesser one: a task that failed is never seen running again, whatever comes late. */
const RANKS: readonly TaskStatus[] = [
  'pending',
  'submitted',
  'running',
  'aborted',
  'cached',
  'succeeded',
  'failed',
];
/** The place of a status in the order of reports. */
export const rankOf = (status: TaskStatus): number => RANKS.indexOf(status);
