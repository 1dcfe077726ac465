/** Middleware of a route, in order: access, accepted types, body. */
import type { Context, MiddlewareHandler } from 'hono';
import { accepts } from 'hono/accepts';
import type { Scope } from '../../core/access/scopes.ts';
import { AppError, type ErrorCode } from '../../core/errors.ts';
import type { ApiEnv, Services } from '../services.ts';
import { type BodyRule, readBody } from './body.ts';

export const JSON_TYPE = 'application/json';
export const PROBLEM_TYPE = 'application/problem+json';
export const EVENT_STREAM = 'text/event-stream';

/** Methods that change nothing. */
export const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Body rules: required, or optional. */
export const REQUIRED: BodyRule = { required: true };
export const OPTIONAL: BodyRule = { required: false };

/** The type that the caller prefers among `types`; the first one without a preference. */
export function preferredType(c: Context<ApiEnv>, types: readonly string[]): string | undefined {
  const header = c.req.header('accept');
  const anything = header === undefined || /(^|,)\s*\*(\/\*)?\s*(;|,|$)/.test(header);
  const fallback = anything ? (types[0] ?? '') : '';
  const best = accepts(c, { header: 'Accept', supports: [...types], default: fallback });
  return best === '' ? undefined : best;
}

const produces =
  (types: readonly string[]): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    if (preferredType(c, types) === undefined) {
      throw new AppError('not_acceptable', `There is only ${types.join(' and ')} here.`);
    }
    await next();
  };

/** Security requirement of a route, for the OpenAPI document. */
const security = (scope: Scope) => [{ bearer: [scope] }, { apiKey: [scope] }];

/** Refusals of every route that needs a token. */
const EVERYWHERE: readonly ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'rate_limited',
  'internal',
  'schema_mismatch',
  'unavailable',
];
const WITH_BODY: readonly ErrorCode[] = [
  'bad_request',
  'too_large',
  'unsupported_media_type',
  'invalid',
];

/**
 * Security and middleware of a route. `produces`: types of its answer (empty: `Accept` is ignored). `body`: its
 * body rule. `refuses`: the codes of this route's own refusals, for the OpenAPI document; a test fails on an answer
 * that is not in the document.
 */
export function routeOptions(
  services: Services,
  scope: Scope,
  options: {
    readonly produces?: readonly string[];
    readonly body?: BodyRule;
    readonly refuses?: readonly ErrorCode[];
  } = {},
): {
  security: Record<string, string[]>[];
  middleware: MiddlewareHandler<ApiEnv>[];
  'x-refuses': readonly ErrorCode[];
} {
  const types = options.produces ?? [JSON_TYPE, PROBLEM_TYPE];
  return {
    security: security(scope),
    middleware: [
      services.guard(scope),
      ...(types.length === 0 ? [] : [produces(types)]),
      ...(options.body === undefined ? [] : [readBody(options.body)]),
    ],
    'x-refuses': [
      ...EVERYWHERE,
      ...(types.length === 0 ? [] : (['not_acceptable'] as const)),
      ...(options.body === undefined ? [] : WITH_BODY),
      ...(options.refuses ?? []),
    ],
  };
}

/** Content of a JSON answer or body. */
export const json = <T>(schema: T): { 'application/json': { schema: T } } => ({
  [JSON_TYPE]: { schema },
});
