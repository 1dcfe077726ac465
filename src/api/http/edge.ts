/** What every answer gets: request id, CORS, security headers, a log line. */
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Caller } from '../../core/access/token.ts';
import { AppError } from '../../core/errors.ts';
import { readTraceparent } from '../../core/trace-context.ts';
import { count, INSTALLATION } from '../../engine/store/figures.ts';
import type { World } from '../../ports/world.ts';
import type { Api, ApiEnv, ApiSettings } from '../services.ts';
import { problemResponse } from './problem.ts';

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const HSTS = 'max-age=31536000; includeSubDomains';
/** Seconds for which browsers cache a CORS preflight. */
const PREFLIGHT_SECONDS = 600;
const ALLOWED_HEADERS =
  'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match,Last-Event-ID,Range,X-Api-Key,X-Request-Id';
const EXPOSED_HEADERS =
  'Content-Disposition,Content-Range,ETag,Idempotency-Replayed,Link,Location,RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset,Retry-After,X-Request-Id';

const REFUSED = 400;

function noteRefusal(world: World, caller: Caller | undefined, status: number): void {
  const values = [String(status)];
  if (caller) count(world, caller.domain, 'api_errors_total', values);
  else count(world, INSTALLATION, 'api_unknown_callers_total', values);
}

/** Sets a request id and a log with it; the caller's id headers are used only if they are well-formed. */
export function correlate(world: World): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const started = world.clock.now();
    const given = c.req.header('x-request-id') ?? '';
    const id = /^[\w.:=-]{1,128}$/.test(given)
      ? given
      : Array.from(world.random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const trace = readTraceparent(c.req.header('traceparent'))?.traceId;
    c.set('requestId', id);
    c.set('log', world.log.child({ request_id: id, ...(trace && { trace_id: trace }) }));
    await next();
    c.res.headers.set('x-request-id', id);
    // Only the path: a query may contain secrets.
    const { method, path } = c.req;
    const { status } = c.res;
    if (status >= REFUSED) noteRefusal(world, c.var.caller, status);
    const milliseconds = world.clock.now() - started;
    c.var.log.info('request', { method, path, status, milliseconds });
  };
}

export const secure: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
  if (new URL(c.req.url).protocol === 'https:') {
    c.res.headers.set('strict-transport-security', HSTS);
  }
};

/** CORS for the listed origins only. An OPTIONS that is no preflight continues to the routes. */
export function crossOrigin(settings: ApiSettings): MiddlewareHandler<ApiEnv> {
  const handle = cors({
    origin: (origin) => (settings.corsOrigins.includes(origin) ? origin : null),
    allowHeaders: ALLOWED_HEADERS.split(','),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: EXPOSED_HEADERS.split(','),
    maxAge: PREFLIGHT_SECONDS,
  });
  return async (c, next) => {
    const preflight = c.req.header('access-control-request-method') !== undefined;
    if (c.req.method === 'OPTIONS' && !preflight) await next();
    else return handle(c, next);
    return undefined;
  };
}

/** Registered after all routes: other methods of their paths get 405, OPTIONS gets the list. */
export function refuseOtherMethods(app: Api): void {
  const byPath = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    const methods = byPath.get(path) ?? new Set(['OPTIONS']);
    byPath.set(path, methods.add(method));
    if (method === 'GET') methods.add('HEAD');
  }
  for (const [path, methods] of byPath) {
    const allow = [...methods].sort().join(', ');
    app.all(path, (c) => {
      if (c.req.method === 'OPTIONS')
        return new Response(null, { status: 204, headers: { allow } });
      const refusal = new AppError('method_not_allowed', `Allowed here: ${allow}.`);
      return problemResponse(refusal, c.var.requestId, { headers: { allow } });
    });
  }
}
