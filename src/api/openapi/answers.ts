/** Answers in the OpenAPI document: their headers, and each route's refusals. */
import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import { PROBLEM_TYPE } from '../http/route-options.ts';

type Header = {
  readonly description: string;
  readonly schema: { readonly type: 'string' | 'integer' | 'boolean' };
  readonly required?: true;
};
const text = { type: 'string' } as const;
const count = { type: 'integer' } as const;

/** Every answer header that callers may use. */
export const HEADERS = {
  'X-Request-Id': {
    description:
      'Id of the request, in every log line about it; taken from the request if it has a fit one.',
    schema: text,
    required: true,
  },
  'RateLimit-Limit': { description: 'Requests that the token may send at once.', schema: count },
  'RateLimit-Remaining': { description: 'How many of them are left now.', schema: count },
  'RateLimit-Reset': { description: 'Seconds until all of them are there again.', schema: count },
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again.',
    schema: count,
    required: true,
  },
  'WWW-Authenticate': {
    description:
      'That a Bearer token is asked for, and what is wrong with the one that was sent; with 403 only where a scope is missing.',
    schema: text,
  },
  Link: { description: '`rel="next"`: where the list continues; absent at its end.', schema: text },
  Location: { description: 'Path of what the answer is about.', schema: text, required: true },
  /** `Location` of an answer that may be about nothing. */
  LocationOrNone: { description: 'Path of the run; absent with `dry_run`.', schema: text },
  'Idempotency-Replayed': {
    description: '`true` when the run is the one that this Idempotency-Key started before.',
    schema: text,
  },
  ETag: {
    description: 'Version of what the answer shows, for `If-Match` and `If-None-Match`.',
    schema: text,
    required: true,
  },
  'Accept-Ranges': { description: '`bytes`: ranges can be asked for.', schema: text },
  'Content-Range': {
    description: 'Which bytes of how many: `bytes 0-99/1234`; with 416 `bytes */1234`.',
    schema: text,
    required: true,
  },
  'Content-Disposition': {
    description: 'That it is an attachment, and its name (RFC 6266).',
    schema: text,
  },
  'Last-Modified': { description: 'When it was last changed.', schema: text },
  'Sluice-Log-Complete': {
    description: '`true` when no more of the log can come.',
    schema: text,
    required: true,
  },
  Upgrade: { description: '`websocket`; proxies take it away.', schema: text },
} as const satisfies Readonly<Record<string, Header>>;
export type HeaderName = keyof typeof HEADERS;

const COMPONENTS = '#/components';

/** Headers of an answer, for `responses` of a route; those of every answer are added automatically. */
export const headers = (...names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `${COMPONENTS}/headers/${name}` }]));

/** `Location` where an answer may have none. */
export const LOCATION_OR_NONE = { Location: { $ref: `${COMPONENTS}/headers/LocationOrNone` } };

const RATE: readonly HeaderName[] = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

/** Headers of every answer of a route. Without a valid token there are no rate headers. */
export const commonHeaders = (guarded: boolean, status: number) =>
  headers('X-Request-Id', ...(guarded && status !== 401 ? RATE : []));

const BY_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  416: ['Content-Range'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** An example of a refusal, for the document. */
export const exampleOf = (code: ErrorCode) => ({
  summary: ERRORS[code].title,
  value: {
    type: `urn:sluice:error:${code}`,
    title: ERRORS[code].title,
    status: ERRORS[code].status,
    detail: `${ERRORS[code].title}.`,
    code,
    retry: ERRORS[code].retry,
    instance: 'urn:sluice:request:6f1c2a',
    request_id: '6f1c2a',
  },
});

/** Name of the component for refusals with these codes. */
const nameOf = (codes: readonly ErrorCode[]): string =>
  codes
    .map((code) => code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    .join('Or');

export type Refusals = {
  /** By status, for one route. */
  readonly answers: Record<string, unknown>;
  /** The components that they refer to. */
  readonly components: Record<string, unknown>;
};

/** The answers for these codes, one per status. Their examples are named by code, so that the document lists the codes. */
export function refusals(codes: readonly ErrorCode[], guarded: boolean): Refusals {
  const known = Object.keys(ERRORS).filter((code): code is ErrorCode =>
    codes.some((each) => each === code),
  );
  const answers: Record<string, unknown> = {};
  const components: Record<string, unknown> = {};
  for (const status of new Set(known.map((code) => ERRORS[code].status))) {
    const those = known.filter((code) => ERRORS[code].status === status);
    const name = `${guarded ? '' : 'Open'}${nameOf(those)}`;
    components[name] = {
      description: those.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
      headers: { ...commonHeaders(guarded, status), ...headers(...(BY_STATUS[status] ?? [])) },
      content: {
        [PROBLEM_TYPE]: {
          schema: { $ref: `${COMPONENTS}/schemas/Problem` },
          examples: Object.fromEntries(
            those.map((code) => [code, { $ref: `${COMPONENTS}/examples/${code}` }]),
          ),
        },
      },
    };
    answers[status] = { $ref: `${COMPONENTS}/responses/${name}` };
  }
  return { answers, components };
}
