/** What a text of Nextflow tells, for a person. */
import { type Cause, causeOfRun } from '../../core/nextflow/causes.ts';
import type {
  ErrorReport,
  NextflowReport,
  ProcessReport,
} from '../../core/nextflow/console/report.ts';
import type { Terminal } from '../terminal.ts';
import { type Colours, coloursOf, safe } from './format.ts';

/** Lines shown of a command and of what it printed; `--json` has more. */
const COMMAND_LINES = 15;
const OUTPUT_LINES = 20;
const PROCESSES = 30;

const MEANING = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  running: 'has not ended in this text',
  unknown: 'ended in a way that this text does not tell',
} as const;

function paint(colours: Colours, outcome: NextflowReport['outcome'], text: string): string {
  if (outcome === 'succeeded') return colours.green(text);
  if (outcome === 'failed') return colours.red(text);
  return outcome === 'cancelled' ? colours.yellow(text) : colours.cyan(text);
}

/** A titled part, indented; nothing without text. The last lines of what was printed, the first ones of all else. */
function part(
  colours: Colours,
  title: string,
  text: string | null,
  lines = Infinity,
  keep: 'first' | 'last' = 'first',
): readonly string[] {
  if (text === null || text === '') return [];
  const all = safe(text).split('\n');
  const isLong = all.length > lines;
  const shown = keep === 'last' ? all.slice(-lines) : all.slice(0, lines);
  const rest = isLong ? [colours.dim(`  … ${all.length - lines} more lines`)] : [];
  const body = shown.map((line) => `  ${line}`);
  return ['', colours.bold(title), ...(keep === 'last' ? [...rest, ...body] : [...body, ...rest])];
}

function errorLines(colours: Colours, error: ErrorReport, cause: Cause | null): readonly string[] {
  const place =
    error.script === undefined
      ? null
      : [error.script, error.line, error.column].filter((each) => each !== undefined).join(':');
  const why = [error.cause, error.detail].filter((each) => each !== null).join('\n');
  return [
    ...part(colours, error.fatal ? 'Error' : 'An error that did not end it', error.summary),
    ...part(colours, 'Cause', why === '' ? null : why, OUTPUT_LINES),
    ...part(colours, 'At', place),
    ...part(colours, 'Parameters', error.invalid_params?.join(', ') ?? null),
    ...part(colours, 'Command', error.command, COMMAND_LINES),
    ...part(colours, 'Exit status', error.exit_status === null ? null : String(error.exit_status)),
    ...part(colours, 'What it printed', error.output, OUTPUT_LINES, 'last'),
    ...part(colours, 'Its errors', error.stderr ?? error.log, OUTPUT_LINES, 'last'),
    ...part(colours, 'Work folder', error.work_dir),
    ...part(colours, 'Image', error.container),
    ...part(colours, 'What it means', cause?.sentence ?? null),
    ...part(colours, 'What to do', cause?.advice ?? null),
  ];
}

function countOf(process: ProcessReport): string {
  const { completed, total, submitted, cached, failed, retries, ignored } = process;
  const tasks = total === null ? `${submitted ?? 0} submitted` : `${completed} of ${total}`;
  const more = Object.entries({ cached, failed, retried: retries, ignored })
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `, ${count} ${word}`);
  return `${tasks}${more.join('')}${process.state === null ? '' : `  ${process.state}`}`;
}

function processLines(colours: Colours, report: NextflowReport): readonly string[] {
  const shown = report.processes.slice(0, PROCESSES);
  if (shown.length === 0) return [];
  const width = Math.max(...shown.map(({ name }) => name.length));
  const hidden = report.processes.length - shown.length + report.hidden_waiting_processes;
  return [
    '',
    colours.bold('Processes'),
    ...shown.map((each) => `  ${safe(each.name).padEnd(width)}  ${countOf(each)}`),
    ...(hidden > 0 ? [colours.dim(`  … and ${hidden} more`)] : []),
  ];
}

/** The lines of an explanation. */
export function explanation(terminal: Terminal, report: NextflowReport): readonly string[] {
  const colours = coloursOf(terminal);
  const { outcome, outcome_basis, run_name, pipeline, revision, nextflow_version } = report;
  const what = [pipeline ?? 'The run', run_name === null ? '' : `(${run_name})`]
    .filter((each) => each !== '')
    .join(' ');
  const from = [
    ...(revision === null ? [] : [`revision ${revision}`]),
    ...(nextflow_version === null ? [] : [`Nextflow ${nextflow_version}`]),
    `told by: ${outcome_basis}`,
  ].join(', ');
  return [
    `${safe(what)} ${paint(colours, outcome, MEANING[outcome])}`,
    colours.dim(safe(from)),
    ...(report.error ? errorLines(colours, report.error, causeOfRun(report)) : []),
    ...processLines(colours, report),
    ...part(
      colours,
      `Warnings (${report.warnings_distinct})`,
      report.warnings.join('\n') || null,
      5,
    ),
  ];
}
