/** How a command ends: exit codes, and what is said of an error. */
import { SluiceError } from '../client/index.ts';
import { writeJson } from '../core/json/write.ts';
import type { Terminal } from './terminal.ts';
import { coloursOf, safe } from './text/format.ts';
import { hintOf } from './text/hints.ts';

export const EXIT = {
  succeeded: 0,
  /** The run failed, or what was asked for was not done. */
  failed: 1,
  /** The command was not written as it takes it, or the server refused a value. */
  usage: 2,
  cancelled: 3,
  /** No answer from a server. */
  unreachable: 4,
  /** Ctrl-C; the run goes on. */
  interrupted: 130,
} as const;

/** The command was not written as it takes it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether a file could not be read because it is not there. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Ends the command with this code; what there is to say has been said. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;
  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/** No answer of a server: none at all, or that of a proxy which does not reach it. */
const isAway = ({ code, status }: SluiceError): boolean =>
  status === 0 || (code === 'unexpected' && status >= 502 && status <= 504);

export function exitCodeOf(error: unknown): number {
  if (error instanceof Exit) return error.code;
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof SluiceError)) return EXIT.failed;
  if (isAway(error)) return EXIT.unreachable;
  return error.code === 'invalid' || error.code === 'bad_request' ? EXIT.usage : EXIT.failed;
}

/** The lines for a person: what went wrong, by field where fields are wrong, and what to do. */
export function explain(error: unknown): readonly string[] {
  if (!(error instanceof SluiceError))
    return [safe(error instanceof Error ? error.message : String(error))];
  const fields = error.fields.map(({ field, message }) => `  ${field}: ${message}`);
  const first = fields.length > 0 ? ['The request is not valid:'] : [error.detail];
  const run =
    error.runId === undefined || error.code === 'session_busy'
      ? []
      : [`Its run is ${error.runId}, which may still begin.`];
  return [...first, ...fields, ...run, hintOf(error)].map(safe);
}

/** The same for a program: one JSON value. */
export function explainJson(error: unknown): unknown {
  const exit_code = exitCodeOf(error);
  if (!(error instanceof SluiceError)) {
    const code = error instanceof UsageError ? 'usage' : 'failed';
    return { error: { code, exit_code, detail: explain(error).join('\n') } };
  }
  const { code, status, detail, fields, runId } = error;
  const run = runId === undefined ? {} : { run_id: runId };
  return { error: { code, exit_code, status, detail, fields, ...run, hint: hintOf(error) } };
}

/** Says on standard error what went wrong. */
export function tellFailure(terminal: Terminal, error: unknown, json: boolean): void {
  if (json) {
    terminal.err(`${writeJson(explainJson(error))}\n`);
    return;
  }
  const [first = '', ...rest] = explain(error);
  terminal.err(`${coloursOf(terminal).red(first)}\n`);
  for (const line of rest) terminal.err(`${line}\n`);
}
