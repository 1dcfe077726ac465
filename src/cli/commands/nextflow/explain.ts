/** `explain`: what a saved output of Nextflow, its log file, or a run's log tells. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { RunState } from '../../../client/index.ts';
import { causeOfRun } from '../../../core/nextflow/causes.ts';
import { Console } from '../../../core/nextflow/console/console.ts';
import { LINE_CHARS_MAX } from '../../../core/nextflow/console/lines.ts';
import type { NextflowReport } from '../../../core/nextflow/console/report.ts';
import { shorten } from '../../../core/shorten.ts';
import type { Register } from '../../command.ts';
import type { Context } from '../../context.ts';
import { isAbsent, UsageError } from '../../failure.ts';
import { explanation } from '../../text/explanation.ts';
import { safe } from '../../text/format.ts';

const RUN = /^r[0-9a-z]{15}$/;
/** Longest part of a line without an end that is held: what the parser reads, and as much again at the end for what was written over. */
const HELD_CHARS_MAX = 2 * LINE_CHARS_MAX;

/** Lines of a stream of bytes. One that never ends is cut, so that memory stays bounded. */
async function read(body: ReadableStream<Uint8Array>): Promise<NextflowReport> {
  const parser = new Console();
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): void => {
    const lines = text.split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = lines.pop() ?? '';
    if (rest.length > HELD_CHARS_MAX) rest = shorten(rest, HELD_CHARS_MAX, 'ends');
    for (const line of lines) parser.line(line);
  };
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
    take(decoder.decode(chunk, { stream: true }));
  take(decoder.decode());
  if (rest !== '') parser.line(rest);
  return parser.report();
}

async function fileOf(name: string): Promise<ReadableStream<Uint8Array> | null> {
  try {
    if ((await stat(name)).isDirectory()) throw new UsageError(`${name} is a folder.`);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
  return Readable.toWeb(createReadStream(name)) as ReadableStream<Uint8Array>;
}

/** A file, or the id of a run where there is no such file. */
async function find(context: Context, what: string): Promise<NextflowReport> {
  if (what === '-') return read(new Blob([await context.terminal.readAll()]).stream());
  const file = await fileOf(what);
  if (file) return read(file);
  if (!RUN.test(what)) throw new UsageError(`There is no file ${what}, and no run has such an id.`);
  const client = await context.client();
  const { state, exit_code, reason } = await client.getRun(what);
  const log = await client.logStream(what, {});
  const report = decided(await read(log ?? new Blob([]).stream()), state, exit_code);
  // What Nextflow never printed, such as that it is not there, the run itself knows.
  if (report.error === null && reason !== null) context.terminal.err(`${safe(reason.message)}\n`);
  return report;
}

/** The end of a run is known better than from its text: a task can print anything. */
function decided(report: NextflowReport, state: RunState, code: number | null): NextflowReport {
  if (state !== 'succeeded' && state !== 'failed' && state !== 'cancelled') return report;
  const { error } = report;
  return {
    ...report,
    outcome: state,
    outcome_basis: code === null ? 'state of the run' : `exit code ${code} of the run`,
    error: error && state !== 'failed' ? { ...error, fatal: false } : error,
  };
}

async function explain(context: Context, what: string): Promise<void> {
  const report = await find(context, what);
  if (context.json) {
    const cause = causeOfRun(report);
    context.printJson({
      ...report,
      well_known_cause: cause?.code ?? null,
      advice: cause?.advice ?? null,
    });
    return;
  }
  for (const line of explanation(context.terminal, report)) context.terminal.out(`${line}\n`);
}

export const registerExplain: Register = (program, act) => {
  program
    .command('explain')
    .summary('what an output of Nextflow tells')
    .description(
      'Reads what Nextflow printed, or its .nextflow.log, and says how the run ended, why, and what to do. Files need no server.',
    )
    .argument('<file>', 'a file, - for standard input, or the id of a run')
    .action(act((context, what: string) => explain(context, what)));
};
