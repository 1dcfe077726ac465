/** How a command ends: exit codes, and what is said of an error. */
import { SluiceError } from '../client/index.ts';

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

export function exitCodeOf(error: unknown): number {
  if (error instanceof Exit) return error.code;
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof SluiceError)) return EXIT.failed;
  if (error.status === 0) return EXIT.unreachable;
  return error.code === 'invalid' || error.code === 'bad_request' ? EXIT.usage : EXIT.failed;
}

/** What to do about an error of the server, by its code. */
const HINTS: Readonly<Record<string, string>> = {
  unreachable:
    'Is the server running, and is its address right? `sluice profiles` shows the addresses that are known.',
  unexpected:
    'Is this the address of a Sluice server, without a path? `sluice profiles` shows the addresses that are known.',
  unauthorized: 'Sign in with `sluice login`, or set SLUICE_TOKEN.',
  forbidden: '`sluice whoami` shows what your token may do.',
  not_found: '`sluice list` shows the runs that there are.',
  no_such_pipeline: '`sluice pipelines` shows the names that there are.',
  lane_busy: 'Wait, cancel the run that holds the place, or start without `--on-busy reject`.',
  lane_paused: 'Resume it with `sluice lanes set NAME --resume`.',
  rate_limited: 'Wait a moment, then try again.',
};

/** The lines for a person: what went wrong, by field where fields are wrong, and what to do. */
export function explain(error: unknown): readonly string[] {
  if (!(error instanceof SluiceError))
    return [error instanceof Error ? error.message : String(error)];
  const fields = error.fields.map(({ field, message }) => `  ${field}: ${message}`);
  const hint = HINTS[error.code];
  const first = fields.length > 0 ? ['The request is not valid:'] : [error.detail];
  const run =
    error.runId === undefined ? [] : [`Its run is ${error.runId}, which may still begin.`];
  return [...first, ...fields, ...run, ...(hint === undefined ? [] : [hint])];
}
