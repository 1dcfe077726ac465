/** How a run ended, as far as its text tells; exit codes and traces know better. Pure. */
import type { Outcome } from './report.ts';
import type { Row } from './table.ts';

export type Evidence = {
  /** Of the mode for agents: its last line. */
  readonly agent: boolean | null;
  /** Of a `.nextflow.log`: the cause of an abort, and whether the run was over. */
  readonly aborted: string | null;
  readonly over: boolean;
  readonly error: boolean;
  readonly summary: boolean;
  readonly outputs: boolean;
  readonly verdict: 'succeeded' | 'failed' | null;
  readonly verdictLine: string;
  readonly killedTasks: number | null;
  readonly driverKilled: boolean;
  readonly refused: string | null;
  readonly help: boolean;
  readonly rows: readonly Row[];
  /** Whether the table ends with a blank line. */
  readonly closed: boolean;
  readonly submitted: boolean;
  readonly begun: boolean;
};

type Verdict = readonly [outcome: Outcome, basis: string];

const TICK = '✔';
const CROSS = '✘';

/** Whether all tasks of a row are done. A terminal without the signs shows the same other one for both of them. */
export const isDone = ({ mark, completed, total }: Row): boolean =>
  mark !== null && mark !== CROSS && (mark === TICK || completed === total);
const isCrossed = (row: Row): boolean => row.mark !== null && !isDone(row);

function ofTable({ rows, closed }: Evidence): Verdict | null {
  const [crossed] = rows.filter(isCrossed);
  if (crossed) return ['failed', `the process ${crossed.name} is crossed out`];
  const withTasks = rows.filter(({ total }) => total > 0);
  if (withTasks.length > 0)
    return withTasks.every(isDone)
      ? ['succeeded', 'all processes with tasks are ticked']
      : ['running', 'the last table has open processes'];
  if (rows.length === 0) return null;
  return closed
    ? ['unknown', 'the table is closed, and no task ran']
    : ['running', 'the text ends before any task'];
}

const SIGNAL = /^SIG[A-Z]+$/;

/** In the order of how much each sign can be trusted. */
export function outcomeOf(seen: Evidence): Verdict {
  if (seen.agent !== null)
    return seen.agent ? ['succeeded', '[SUCCESS] line'] : ['failed', '[FAILED] line'];
  if (seen.aborted !== null && SIGNAL.test(seen.aborted))
    return ['cancelled', `the session was aborted by ${seen.aborted}`];
  if (seen.error) return ['failed', 'error of Nextflow'];
  if (seen.aborted !== null) return ['failed', 'the session was aborted'];
  if (seen.over) return ['succeeded', 'the execution is complete'];
  if (seen.summary) return ['succeeded', 'summary of Nextflow'];
  if (seen.outputs) return ['succeeded', 'outputs, which are printed only on success'];
  if (seen.killedTasks !== null)
    return ['cancelled', 'running tasks were killed, without an error'];
  if (seen.verdict !== null) return [seen.verdict, `the pipeline says: ${seen.verdictLine}`];
  if (seen.driverKilled) return ['failed', 'Nextflow was killed by the system'];
  if (seen.refused !== null) return ['failed', 'message of a refused start'];
  const table = ofTable(seen);
  if (table) return table;
  if (seen.submitted) return ['running', 'tasks were submitted; the text does not tell an end'];
  if (seen.help) return ['succeeded', 'help text'];
  return seen.begun
    ? ['running', 'the text ends before any task']
    : ['unknown', 'the text tells nothing of an end'];
}
