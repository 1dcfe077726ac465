/** What a line of the console tells of a task: that it was submitted, was cached, or failed and Nextflow went on. */
import { newsOf, type TaskReport, type TraceNews } from '../../tasks/report.ts';
import { plain } from '../console/lines.ts';
import { factsOf } from './facts.ts';
import { taskReport } from './task-report.ts';
import { type Fields, textOf } from './values.ts';

const TASK = /^\[([0-9a-f]{2}\/[0-9a-f]{6})\] (Submitted|Re-submitted|Cached) process > (\S.*)$/;
const NOTE = /^\[([0-9a-f]{2}\/[0-9a-f]{6})\] NOTE: (.*)$/;
/** Also within `Missing output file(s) … expected by process …`. */
const OF_PROCESS = /\bprocess `([^`]+)`/i;
const EXIT = /error exit status \((\d{1,10})\)/;

/**
 * Null where it tells of none. `instant`: when the line was printed, milliseconds since 1970. Of a task that is submitted
 * again only that is known: not which try it is.
 */
export function consoleReport(text: string, instant: number): TaskReport | null {
  const line = plain(text);
  const [, hash, word, name] = TASK.exec(line) ?? [];
  if (hash !== undefined) {
    const isCached = word === 'Cached';
    const fields = isCached ? { status: 'CACHED' } : { status: 'SUBMITTED', submit: instant };
    return report({ hash, name, ...fields }, instant);
  }
  const [, of, what = ''] = NOTE.exec(line) ?? [];
  const process = OF_PROCESS.exec(what)?.[1];
  if (of === undefined || process === undefined) return null;
  const action = what.includes('Execution is retried')
    ? 'RETRY'
    : what.includes('Error is ignored')
      ? 'IGNORE'
      : null;
  if (action === null) return null;
  const known = { status: 'FAILED', error_action: action, exit: EXIT.exec(what)?.[1] };
  return taskReport({ hash: of, name: process, complete: instant, ...known }, 'fault', instant);
}

const report = (fields: Fields, instant: number): TaskReport | null =>
  taskReport(fields, 'console', instant);

const BANNER = /^N E X T F L O W\s+~\s+version (\S{1,50})$/;
const LAUNCHING =
  /^Launching `([^`]{1,1000})` \[([\w-]{1,80})\] (?:DSL[12] )?-? ?revision: (\w{1,64})(?: \[([^\]]{1,200})\])?/;

/** The same with the facts of the run that the console tells; null where it tells nothing. */
export function consoleNews(text: string, instant: number): TraceNews | null {
  const task = consoleReport(text, instant);
  if (task) return newsOf('file', [task]);
  const line = plain(text);
  const version = BANNER.exec(line)?.[1];
  if (version !== undefined)
    return { ...newsOf('file'), facts: factsOf(0, instant, { nextflow_version: textOf(version) }) };
  const [, source, run_name, commit_id, revision] = LAUNCHING.exec(line) ?? [];
  if (source === undefined) return null;
  // Of a script without a repository it is a checksum, and its path says where it is.
  const remote = /^(?:https?:|[\w.-]+\/[\w.-]+$)/.test(source)
    ? { repository: textOf(source), commit_id: textOf(commit_id), revision: textOf(revision) }
    : {};
  const facts = factsOf(1, instant, { run_name: textOf(run_name), ...remote });
  return { ...newsOf('file'), facts };
}
