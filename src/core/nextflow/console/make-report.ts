/** Puts together what was found in a text. Pure. */
import type { Agent } from './agent.ts';
import type { Closing } from './closing.ts';
import type { ErrorBlocks } from './error-block.ts';
import { nameAndTag } from './lines.ts';
import type { Loose } from './loose.ts';
import { isDone, outcomeOf } from './outcome.ts';
import type { Completion, ErrorReport, NextflowReport, Outcome, ProcessReport } from './report.ts';
import type { Row, Table } from './table.ts';
import type { Tally } from './tally.ts';

/** Warnings that are shown. */
const WARNINGS_SHOWN = 20;

export type Seen = {
  readonly head: {
    nextflow_version?: string | undefined;
    launch?: {
      readonly pipeline: string;
      readonly run_name: string;
      readonly dsl: number | null;
      readonly revision: string;
      readonly branch: string | null;
    };
    pulling?: string | undefined;
    launcher_update_notice?: string | undefined;
    sticky_url?: string | undefined;
    driver_pod?: string | undefined;
  };
  readonly tally: Tally;
  readonly table: Table;
  readonly errors: ErrorBlocks;
  readonly agent: Agent;
  readonly closing: Closing;
  readonly loose: Loose;
  readonly isFile: boolean;
  readonly warmUp: string | null;
  readonly aborted: string | null;
  readonly over: boolean;
  readonly stats: Readonly<Record<string, number>> | null;
};

const bare = (summary: string): ErrorReport => ({
  summary,
  fatal: true,
  process: null,
  exit_status: null,
  cause: null,
  detail: null,
  command: null,
  output: null,
  stderr: null,
  log: null,
  work_dir: null,
  container: null,
  tip: null,
});

/** The error: a block, else what stands in the place of one for this outcome. */
function errorOf(seen: Seen, found: ErrorReport | null, outcome: Outcome): ErrorReport | null {
  if (found?.fatal || outcome !== 'failed') return found;
  const { loose, aborted } = seen;
  const said = loose.fatal ?? loose.refused;
  if (said !== null) return bare(said);
  if (aborted !== null) return bare(aborted);
  if (!loose.killed) return found;
  const when =
    seen.tally.seen || seen.table.rows.some(({ total }) => total > 0) ? '' : ' before any task';
  return { ...bare(`driver killed (SIGKILL/OOM)${when}`), driver_level: true };
}

const isCut = (name: string): boolean => name.includes('…') || name.endsWith('...');

function stateOf(row: Row, seen: Seen, error: ErrorReport | null, outcome: Outcome) {
  const failing = error?.fatal ? nameAndTag(error.process ?? '').name : '';
  if (row.mark !== null) return isDone(row) ? 'done' : 'failed';
  if (row.total === 0) return 'waiting';
  if (failing === row.name || (outcome === 'failed' && (row.counts.failed ?? 0) > 0))
    return 'failed';
  if (seen.tally.killed !== null && row.completed < row.total) return 'killed';
  return 'running';
}

const truncated = (name: string) => (isCut(name) ? ({ name_truncated: true } as const) : {});

function rowReport(
  row: Row,
  seen: Seen,
  error: ErrorReport | null,
  outcome: Outcome,
): ProcessReport {
  const { name, tag, hash, completed, total, counts } = row;
  const notes = isCut(name) ? undefined : seen.tally.notes.get(name);
  return {
    name,
    tag,
    hash,
    completed,
    total,
    cached: counts.cached ?? 0,
    stored: counts.stored ?? 0,
    failed: counts.failed ?? 0,
    retries: counts.retries ?? 0,
    // Up to 24.10 the table counts ignored failures as failed; the notes tell.
    ignored: counts.ignored ?? notes?.ignored ?? 0,
    state: stateOf(row, seen, error, outcome),
    ...truncated(name),
  };
}

/** Processes by name, where no table tells of them. */
function named(seen: Seen, error: ErrorReport | null): readonly ProcessReport[] {
  const failing = error?.fatal ? nameAndTag(error.process ?? '').name : null;
  // Without the begin of the text there may have been more tasks.
  const isWhole = seen.head.nextflow_version !== undefined || seen.isFile;
  return [...seen.tally.processes].map(([name, task]) => ({
    name,
    tag: isWhole && task.submitted + task.cached + task.stored === 1 ? task.tag : null,
    hash: null,
    completed: null,
    total: null,
    cached: task.cached,
    stored: task.stored,
    failed: name === failing ? 1 : 0,
    retries: seen.tally.notes.get(name)?.retries ?? 0,
    ignored: seen.tally.notes.get(name)?.ignored ?? 0,
    state: null,
    submitted: task.submitted,
  }));
}

function completionOf({ agent, closing, stats, over }: Seen): Completion | null {
  if (stats === null || !over) return agent.completion ?? closing.completion;
  return {
    completed_at: null,
    duration: null,
    cpu_hours: null,
    cached_pct: null,
    succeeded: stats.succeededCount ?? 0,
    cached: stats.cachedCount ?? 0,
    ignored: stats.ignoredCount ?? 0,
    failed: stats.failedCount ?? 0,
  };
}

const exitCode = (outcome: Outcome, error: ErrorReport | null): number | null => {
  if (outcome === 'succeeded') return 0;
  if (error?.driver_level) return null;
  return outcome === 'failed' || outcome === 'cancelled' ? 1 : null;
};

const modeOf = ({ table, tally, isFile }: Seen): boolean | null =>
  table.seen ? true : tally.seen || isFile ? false : null;

const executorsOf = ({ table, warmUp }: Seen) =>
  table.executors ?? (warmUp === null ? null : { [warmUp]: null });

/** The error of the text, and how the run ended by it. */
function judged(seen: Seen) {
  const { table, tally, closing, loose, agent } = seen;
  const block = seen.errors.report;
  const found = block?.fatal ? block : (agent.error ?? block);
  const isRunning = tally.seen || table.seen;
  const [outcome, basis] = outcomeOf({
    agent: agent.succeeded,
    aborted: seen.aborted,
    over: seen.over,
    error: block?.fatal === true,
    summary: closing.completion !== null,
    outputs: closing.hasOutputs,
    verdict: loose.verdict,
    verdictLine: loose.verdictLine,
    killedTasks: tally.killed,
    driverKilled: loose.killed,
    refused: loose.fatal ?? (isRunning || loose.help ? null : loose.refused),
    help: loose.help,
    rows: table.rows,
    closed: table.closed,
    submitted: tally.seen,
    begun: seen.head.nextflow_version !== undefined,
  });
  return { outcome, basis, error: errorOf(seen, found, outcome) };
}

export function makeReport(seen: Seen): NextflowReport {
  const { head, table, tally, closing, loose, agent } = seen;
  const { outcome, basis, error } = judged(seen);
  const { launch } = head;
  return {
    outcome,
    outcome_basis: basis,
    expected_exit_code: exitCode(outcome, error),
    nextflow_version: head.nextflow_version ?? null,
    ansi: modeOf(seen),
    run_name: launch?.run_name ?? null,
    pipeline: launch?.pipeline ?? agent.pipeline ?? head.pulling ?? null,
    revision: launch?.revision ?? null,
    branch: launch?.branch ?? null,
    dsl: launch?.dsl ?? null,
    executors: executorsOf(seen),
    processes: table.seen
      ? table.rows.map((row) => rowReport(row, seen, error, outcome))
      : named(seen, error),
    hidden_waiting_processes: table.hidden,
    warnings_distinct: tally.warnings.size,
    warnings: [...tally.warnings].slice(0, WARNINGS_SHOWN),
    error,
    events: tally.events,
    completion: completionOf(seen),
    user_stdout: (tally.seen || table.seen) && !seen.isFile ? loose.count : null,
    killed_tasks: tally.killed,
    sticky_url: head.sticky_url ?? null,
    launcher_update_notice: head.launcher_update_notice ?? null,
    driver_pod: head.driver_pod ?? null,
    outputs: closing.outputs,
    limited: tally.limited || table.limited,
  };
}
