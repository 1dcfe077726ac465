/** What Nextflow's text tells of a run. Field names are those of the JSON that `sluice explain --json` prints. */

export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'running' | 'unknown';

/** A process: a row of the progress table, or all tasks of one name where there is no table. */
export type ProcessReport = {
  /** Fully qualified, as printed; Nextflow cuts long names (`name_truncated`), so that several rows may share one. */
  readonly name: string;
  /** Of the last task; null without one, and where the text names several. */
  readonly tag: string | null;
  /** Of the last task: the begin of its folder's name. */
  readonly hash: string | null;
  /** As that version of Nextflow counts; null without a table, since the text never tells that a task has ended. */
  readonly completed: number | null;
  readonly total: number | null;
  readonly cached: number;
  readonly stored: number;
  readonly failed: number;
  readonly retries: number;
  readonly ignored: number;
  /** Null without a table. */
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'killed' | null;
  /** How many tasks were submitted, where there is no table. */
  readonly submitted?: number;
  readonly name_truncated?: true;
};

/** The error that ended the run, or the first one that did not (`fatal`: false). Texts have at most `SECTION_LINES_MAX` lines. */
export type ErrorReport = {
  readonly summary: string;
  readonly fatal: boolean;
  /** The failed task: process and tag. */
  readonly process: string | null;
  /** Of the task; null where it has none. */
  readonly exit_status: number | null;
  /** The first line of the cause; `detail` has the others. */
  readonly cause: string | null;
  readonly detail: string | null;
  readonly command: string | null;
  readonly output: string | null;
  readonly stderr: string | null;
  readonly log: string | null;
  readonly work_dir: string | null;
  readonly container: string | null;
  readonly tip: string | null;
  /** Where in the pipeline, if it is told. */
  readonly script?: string;
  readonly line?: number;
  readonly column?: number;
  /** Params that a schema refuses, or that are missing. */
  readonly invalid_params?: readonly string[];
  /** Nextflow itself was ended; it said nothing. */
  readonly driver_level?: true;
};

export type EventCounts = {
  readonly submitted: number;
  readonly resubmitted: number;
  readonly cached: number;
  readonly stored: number;
  readonly retried: number;
  readonly ignored: number;
  readonly execution_cancelled: number;
};

/** Nextflow's summary at the end of a run that succeeded; fields that it does not print are null. */
export type Completion = {
  readonly completed_at: string | null;
  readonly duration: string | null;
  readonly cpu_hours: string | null;
  readonly cached_pct: string | null;
  readonly succeeded: number;
  readonly cached: number;
  readonly ignored: number;
  readonly failed: number;
};

export type NextflowReport = {
  readonly outcome: Outcome;
  /** What the outcome was taken from. */
  readonly outcome_basis: string;
  /** What Nextflow's process ends with after such a text; null where the text does not decide it. */
  readonly expected_exit_code: number | null;
  readonly nextflow_version: string | null;
  /** Whether the text holds Nextflow's progress table; null where it shows no task. */
  readonly ansi: boolean | null;
  readonly run_name: string | null;
  readonly pipeline: string | null;
  /** The commit; `branch` is what was asked for. */
  readonly revision: string | null;
  readonly branch: string | null;
  readonly dsl: number | null;
  /** Tasks by executor; null where the count is not told. */
  readonly executors: Readonly<Record<string, number | null>> | null;
  readonly processes: readonly ProcessReport[];
  /** Rows that Nextflow left out for want of room. */
  readonly hidden_waiting_processes: number;
  readonly warnings_distinct: number;
  /** The first ones. */
  readonly warnings: readonly string[];
  readonly error: ErrorReport | null;
  readonly events: EventCounts;
  readonly completion: Completion | null;
  /** Lines that are not Nextflow's, from its first task on; null without a task. */
  readonly user_stdout: number | null;
  readonly killed_tasks: number | null;
  readonly sticky_url: string | null;
  readonly launcher_update_notice: string | null;
  readonly driver_pod: string | null;
  readonly outputs: Readonly<Record<string, string | readonly string[]>> | null;
  /** Whether something was left out because a limit of the parser was reached. */
  readonly limited: boolean;
};
