import { shorten } from './shorten.ts';

/**
 * Every refusal that a caller can meet: code, HTTP status, whether trying again can help, and a
 * title. `code` is stable; `detail` is a sentence for a person and may change.
 */
export const ERRORS = {
  bad_request: { status: 400, retry: false, title: 'The request is malformed' },
  unauthorized: { status: 401, retry: false, title: 'A valid token is required' },
  forbidden: { status: 403, retry: false, title: 'The token may not do this' },
  not_found: { status: 404, retry: false, title: 'There is no such thing here' },
  log_gone: { status: 404, retry: false, title: 'There is no log of this task any more' },
  no_such_pipeline: { status: 404, retry: false, title: 'The catalogue has no such pipeline' },
  method_not_allowed: { status: 405, retry: false, title: 'The method is not allowed here' },
  not_acceptable: { status: 406, retry: false, title: 'None of the accepted types is available' },
  lane_busy: { status: 409, retry: true, title: 'The lane is busy' },
  lane_paused: { status: 409, retry: true, title: 'The lane is paused' },
  conflict: { status: 409, retry: false, title: 'The thing exists already, or is in use' },
  too_many_lanes: { status: 409, retry: false, title: 'The domain has as many lanes as it may' },
  changed: { status: 409, retry: true, title: 'Someone else changed it at the same moment' },
  precondition_failed: {
    status: 412,
    retry: false,
    title: 'The thing is no longer the one you read',
  },
  not_over: {
    status: 409,
    retry: true,
    title: 'The run is not over, or something of it is still to be cleaned up',
  },
  not_readable: {
    status: 409,
    retry: false,
    title: 'The files are where they cannot be read from here',
  },
  not_queued: { status: 409, retry: false, title: 'The run does not wait in its lane any more' },
  over: { status: 409, retry: false, title: 'The run is over' },
  session_busy: {
    status: 409,
    retry: true,
    title: 'Another run has the session, which only one run may have at a time',
  },
  not_resumable: { status: 409, retry: false, title: 'The run left nothing to continue from' },
  held: { status: 409, retry: false, title: 'The run is held: it may not be deleted' },
  gone: { status: 410, retry: false, title: 'It was deleted, or is past its retention time' },
  too_large: { status: 413, retry: false, title: 'The request is too large' },
  file_too_large: { status: 413, retry: false, title: 'The file is too large for one answer' },
  unsupported_media_type: { status: 415, retry: false, title: 'The body must be application/json' },
  range_not_satisfiable: {
    status: 416,
    retry: false,
    title: 'The range is outside of what there is',
  },
  invalid: { status: 422, retry: false, title: 'A value is not acceptable' },
  idempotency_mismatch: {
    status: 422,
    retry: false,
    title: 'The Idempotency-Key was used for another request',
  },
  upgrade_required: { status: 426, retry: false, title: 'This is a WebSocket' },
  rate_limited: { status: 429, retry: true, title: 'Too many requests' },
  quota_exceeded: { status: 429, retry: true, title: 'The domain has used up a quota' },
  lane_full: { status: 429, retry: true, title: 'The queue of the lane is full' },
  internal: { status: 500, retry: true, title: 'Something went wrong on our side' },
  files_unavailable: { status: 503, retry: true, title: 'The files cannot be read at the moment' },
  schema_mismatch: { status: 503, retry: false, title: 'The stored data is of another version' },
  unavailable: {
    status: 503,
    retry: true,
    title: 'Storage, or the issuer of sign-ins, cannot be reached',
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with a request: where (`params.genome`, `header.range`, `labels."patient id"`) and why. */
export type FieldError = { readonly field: string; readonly message: string };

/** Characters of a caller's name that an error quotes. */
const NAME_SHOWN = 100;
/** A name with dots, blanks or quotes is quoted, or it would be read as several. */
const QUOTED = /[\s".]|^$/;

/** The path of names and indexes in the notation of `FieldError.field`. */
export const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => shorten(String(part), NAME_SHOWN))
    .map((part) => (QUOTED.test(part) ? JSON.stringify(part) : part))
    .join('.');

/** The names and indexes of a field. */
export const fieldPath = (field: string): readonly string[] =>
  (field.match(/"(?:[^"\\]|\\.)*"|[^.]+/g) ?? []).map((part) =>
    part.startsWith('"') ? String(JSON.parse(part)) : part,
  );

/** An expected refusal. Thrown anywhere; `api/http/problem.ts` turns it into problem+json. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  /** Seconds after which trying again makes sense; only for codes with `retry`. */
  readonly retryAfter: number | undefined;
  /** More members of the problem+json. */
  readonly members: Readonly<Record<string, unknown>>;
  /** More headers of the answer, in lower case. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: {
      readonly fields?: readonly FieldError[];
      readonly retryAfter?: number;
      readonly members?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter;
    this.members = more.members ?? {};
    this.headers = more.headers ?? {};
  }
}

/** Collects the refusals of one request, so that its caller reads all that is wrong at once. */
export class Refusals {
  readonly #all: AppError[] = [];

  get any(): boolean {
    return this.#all.length > 0;
  }

  /** The result, or undefined where it is refused. */
  take<T>(act: () => T): { readonly value: T } | undefined {
    try {
      return { value: act() };
    } catch (error) {
      return this.#keep(error);
    }
  }

  /** The same of what takes time. */
  async wait<T>(act: Promise<T>): Promise<{ readonly value: T } | undefined> {
    return act.then(
      (value) => ({ value }),
      (error: unknown) => this.#keep(error),
    );
  }

  /** Throws what is no refusal of the request, such as a fault of storage. */
  #keep(error: unknown): undefined {
    if (!(error instanceof AppError) || ERRORS[error.code].status >= 500) throw error;
    this.#all.push(error);
    return undefined;
  }

  /**
   * Throws all of them as one, where there are any: with the code of the first that is not `invalid`, and the first error of each field.
   * `forbidden` stands alone: who may not start it at all is told no more.
   */
  throwAny(): void {
    const [first, ...others] = this.#all;
    const forbidden = this.#all.find(({ code }) => code === 'forbidden');
    if (!first) return;
    if (forbidden) throw forbidden;
    if (others.length === 0) throw first;
    const { code, members } = this.#all.find((each) => each.code !== 'invalid') ?? first;
    const fields = new Map(
      this.#all
        .flatMap((each) => each.fields)
        .map((each) => [each.field, each] as const)
        .toReversed(),
    );
    throw new AppError(code, this.#all.map(({ message }) => message).join('; '), {
      fields: [...fields.values()].toReversed(),
      members,
    });
  }
}

/** A start that failed after its run was, or may have been, recorded: the run may still begin. `cause` is what failed. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';
  readonly runId: string;

  constructor(runId: string, cause: unknown) {
    super(`run ${runId} may still begin`, { cause });
    this.runId = runId;
  }
}

/** An `invalid` that names one field. */
export function invalid(field: string, message: string): AppError {
  return new AppError('invalid', `${field} ${message}`, { fields: [{ field, message }] });
}
