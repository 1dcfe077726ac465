/** The error that the client throws. */
import type { ErrorCode, FieldError } from '../core/errors.ts';

/**
 * The server refused, or could not be understood or reached.
 *
 * `code` is the API's stable code; `unreachable` when no answer came, `unexpected` when the answer
 * was none of this API (a proxy's page, for one).
 *
 * @example
 * await client.startRun({ pipeline: 'rnaseq' }).catch((error: unknown) => {
 *   if (!(error instanceof SluiceError)) throw error;
 *   console.log(error.code, error.detail);
 *   for (const { field, message } of error.fields) console.log(`${field}: ${message}`);
 * });
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: ErrorCode | 'unreachable' | 'unexpected';
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  /** The server's sentence for a person. */
  readonly detail: string;
  /** What is wrong with the request, by field. */
  readonly fields: readonly FieldError[];
  /** Seconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  /** For a failed start: its run, which may still begin. With `session_busy`: the run that has the session. */
  readonly runId: string | undefined;

  constructor(
    code: SluiceError['code'],
    status: number,
    detail: string,
    more: {
      readonly fields?: readonly FieldError[];
      readonly retryAfter?: number | undefined;
      readonly runId?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter;
    this.runId = more.runId;
  }
}

/** Why no answer came, in a few words: Node and browsers hide it behind `fetch failed`. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where a name has several addresses, each of them has failed.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : undefined;
  const inner = error.cause ?? first;
  return inner instanceof Error ? whyOf(inner) : error.message.trim() || error.name;
}

/** Whether the same request may succeed later: no answer, overload, a fault of the server. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SluiceError)) return false;
  return error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500;
}

type Problem = {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly title?: unknown;
  readonly errors?: unknown;
  readonly run_id?: unknown;
};

/** Reads problem+json (RFC 9457); any other body still gives an error with the status. */
export async function errorOf(response: Response): Promise<SluiceError> {
  const text = await response.text().catch(() => '');
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  let problem: Problem | undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) problem = parsed;
  } catch {
    // No JSON: a proxy answered.
  }
  if (typeof problem?.code !== 'string') {
    const detail = `The server answered ${response.status} ${response.statusText}`.trim();
    return new SluiceError('unexpected', response.status, detail, { retryAfter });
  }
  const detail = [problem.detail, problem.title, problem.code].find((t) => typeof t === 'string');
  return new SluiceError(problem.code as ErrorCode, response.status, detail as string, {
    fields: (Array.isArray(problem.errors) ? problem.errors : []) as FieldError[],
    retryAfter,
    runId: typeof problem.run_id === 'string' ? problem.run_id : undefined,
  });
}
