/** Turns every refusal and fault into an answer: RFC 9457 problem+json. */
import { z } from '@hono/zod-openapi';
import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import {
  AppError,
  ERRORS,
  type ErrorCode,
  type FieldError,
  fieldName,
  Unsettled,
} from '../../core/errors.ts';
import { shorten } from '../../core/shorten.ts';
import { about } from '../audit.ts';
import { ERROR_TABLE } from '../openapi/codes.ts';
import type { ApiEnv } from '../services.ts';
import { type Issue, sentenceOf } from './sentences.ts';

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const Problem = z
  .looseObject({
    type: z.string().meta({ description: '`urn:sluice:error:` and the code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'A sentence for a person; may change.' }),
    code: z.enum(CODES).meta({ description: 'Stable: what a program decides on.' }),
    retry: z.boolean().meta({ description: 'Whether the same request can succeed later.' }),
    instance: z.string().meta({ description: '`urn:sluice:request:` and the request id.' }),
    request_id: z.string(),
    run_id: z.string().optional().meta({
      description:
        'With 5xx on a start: the run was recorded, or may have been, and may still begin. Ask for it, or repeat the request with its Idempotency-Key.',
    }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Which values are not acceptable, and why.' }),
    quota: z
      .object({
        name: z.string().meta({ description: 'Such as `live_runs`.' }),
        limit: z.int().meta({ description: 'How much it allows.' }),
        used: z.int().meta({ description: 'How much of it is used.' }),
      })
      .optional()
      .meta({ description: 'With `quota_exceeded`: the quota that is used up.' }),
    nearest: z
      .array(z.string())
      .optional()
      .meta({ description: 'With `no_such_pipeline`: names of the catalogue that are like it.' }),
  })
  .meta({ id: 'Problem', description: `A refusal or a fault (RFC 9457).\n\n${ERROR_TABLE}` });

/** Default of Retry-After, in seconds. */
const RETRY_AFTER_SECONDS = 1;
/** Most characters of `detail`: it may quote the caller's text. */
const DETAIL_MAX = 2_000;
const ERRORS_MAX = 50;

/** The `www-authenticate` header of a 401 or 403 (RFC 6750). */
export function challenge(error?: 'invalid_token' | 'insufficient_scope', scope?: string): string {
  const more = Object.entries({ error, scope }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value}"`],
  );
  return `Bearer ${['realm="sluice"', ...more].join(', ')}`;
}

/** Names the fields of a failed validation: `params.genome`, `query.limit`, `header.last-event-id`. */
export function fieldErrors(issues: readonly Issue[], place = ''): readonly FieldError[] {
  return issues.flatMap((issue) => {
    const path = [...(place === '' ? [] : [place]), ...issue.path];
    if (issue.code === 'unrecognized_keys' && issue.keys !== undefined) {
      return issue.keys.map((key) => ({
        field: fieldName([...path, key]),
        message: issue.message,
      }));
    }
    return [{ field: path.length === 0 ? 'body' : fieldName(path), message: sentenceOf(issue) }];
  });
}

/** The 422 for a failed validation. */
export function invalidFields(fields: readonly FieldError[]): AppError {
  const detail = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new AppError('invalid', detail, { fields });
}

/** Parts of a request, in the words of `FieldError.field`. */
const PLACES = {
  json: '',
  form: '',
  query: 'query',
  param: 'path',
  header: 'header',
  cookie: 'cookie',
};

/** A failed validation of one part of the request. */
export type Failure = {
  readonly target: keyof typeof PLACES;
  readonly error: { readonly issues: readonly Issue[] };
};

/** The 422 for a request that does not fit the schemas of its route. */
export function invalidRequest({ target, error }: Failure): AppError {
  // The index of a value is dropped: several values of a parameter may come as one text.
  const flat = (issue: Issue): Issue =>
    target === 'query' ? { ...issue, path: issue.path.slice(0, 1) } : issue;
  return invalidFields(fieldErrors(error.issues.map(flat), PLACES[target]));
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'not_found',
  406: 'not_acceptable',
  413: 'too_large',
  415: 'unsupported_media_type',
};

function asAppError(error: unknown, isStorageFault: (error: unknown) => boolean): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return new AppError(BY_STATUS[error.status] ?? 'bad_request', error.message);
  }
  if (isStorageFault(error)) {
    return new AppError('unavailable', 'Storage does not answer; try again.', { cause: error });
  }
  return new AppError('internal', 'The request could not be finished; its id is in the logs.', {
    cause: error,
  });
}

/** The answer for a refusal. `extra` adds members to the body. */
export function problemResponse(
  error: AppError,
  requestId: string,
  extra: {
    readonly members?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Response {
  const { status, retry, title } = ERRORS[error.code];
  const body = {
    type: `urn:sluice:error:${error.code}`,
    title,
    status,
    detail: shorten(error.message, DETAIL_MAX),
    code: error.code,
    retry,
    instance: `urn:sluice:request:${requestId}`,
    request_id: requestId,
    ...(error.fields.length === 0 ? {} : { errors: error.fields.slice(0, ERRORS_MAX) }),
    ...error.members,
    ...extra.members,
  };
  const headers = new Headers({
    'content-type': 'application/problem+json',
    ...(error.code === 'unauthorized' && { 'www-authenticate': challenge() }),
    ...error.headers,
    ...extra.headers,
  });
  headers.set('cache-control', 'no-store');
  if (status === 429 || status === 503) {
    const seconds = Math.max(RETRY_AFTER_SECONDS, Math.ceil(error.retryAfter ?? 0));
    headers.set('retry-after', String(seconds));
  }
  return new Response(JSON.stringify(body), { status, headers });
}

/** `isStorageFault` tells which errors mean that storage did not answer. */
export function createErrorHandler(
  isStorageFault: (error: unknown) => boolean,
): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const unsettled = error instanceof Unsettled ? error : undefined;
    const refusal = asAppError(unsettled?.cause ?? error, isStorageFault);
    const members = unsettled ? { run_id: unsettled.runId } : {};
    const { log, requestId } = c.var;
    c.set('code', refusal.code);
    if (unsettled) about(c, 'run', unsettled.runId);
    if (ERRORS[refusal.code].status >= 500) {
      const { method, path } = c.req;
      const { code, cause } = refusal;
      log.error('request failed', { method, path, code, ...members, error: cause ?? refusal });
    }
    return problemResponse(refusal, requestId, { members });
  };
}
