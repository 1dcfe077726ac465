/**
 * The audit log of the API: an entry for every change, stored before it is answered, and for every refusal by rights. Any
 * request of another method than GET, HEAD and OPTIONS counts as a change, unless it was refused.
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AuditEntry } from '../core/access/audit.ts';
import { clientAddress } from '../core/access/client-address.ts';
import type { Caller } from '../core/access/token.ts';
import { audit } from '../engine/access/audit.ts';
import { noteSeen } from '../engine/access/domain-store.ts';
import { auditRefusal } from '../engine/access/refusals.ts';
import type { World } from '../ports/world.ts';
import { SAFE_METHODS } from './http/route-options.ts';
import type { Api, ApiEnv } from './services.ts';

/** The one change after which a domain is not in use. */
const DELETION = 'deleteDomain';

/** Names what the request is about to change, or has made; the last call counts. */
export function about(c: Context<ApiEnv>, kind: string, id: string, domain?: string): void {
  c.set('subject', { kind, id, domain: domain ?? c.var.caller.domain });
}

const kindOfCaller = ({ id, kind }: Caller): string => (id === 'root' ? id : kind);

function outcomeOf(method: string, status: number): AuditEntry['outcome'] | undefined {
  if (status === 401 || status === 403) return 'refused';
  if (SAFE_METHODS.includes(method)) return undefined;
  if (status < 400) return 'done';
  return status >= 500 ? 'unknown' : undefined;
}

/** `operationId`s by method and path of Hono. */
function operationsOf(app: Api): ReadonlyMap<string, string> {
  const routes = app.openAPIRegistry.definitions.flatMap((each) =>
    each.type === 'route' ? [each.route] : [],
  );
  return new Map(
    routes.map(({ method, path, operationId }) => [
      `${method.toUpperCase()} ${path.replaceAll(/\{([^}]+)\}/g, ':$1')}`,
      operationId ?? path,
    ]),
  );
}

export function audited(world: World, app: OpenAPIHono<ApiEnv>): MiddlewareHandler<ApiEnv> {
  let operations: ReadonlyMap<string, string> | undefined;
  const operationOf = (c: Context<ApiEnv>): string | undefined => {
    operations ??= operationsOf(app);
    for (const { method, path } of matchedRoutes(c)) {
      const found = operations.get(`${method} ${path}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return async (c, next) => {
    await next();
    const outcome = outcomeOf(c.req.method, c.res.status);
    const operation = outcome && operationOf(c);
    if (outcome === undefined || operation === undefined) return;
    // Not set where the caller was not told yet.
    const caller = c.get('caller') as Caller | undefined;
    const subject = outcome === 'refused' ? undefined : c.get('subject');
    const entry: AuditEntry = {
      at: new Date(world.clock.now()).toISOString(),
      domain: subject?.domain ?? caller?.domain ?? null,
      caller: caller
        ? { id: caller.id, name: caller.name, kind: kindOfCaller(caller) }
        : { id: null, name: null, kind: 'unknown' },
      operation,
      thing: subject ? { kind: subject.kind, id: subject.id } : null,
      outcome,
      status: c.res.status,
      code: c.get('code') ?? null,
      from: clientAddress(c.req.header('x-forwarded-for')),
      request_id: c.var.requestId,
      count: 1,
    };
    if (outcome === 'refused') auditRefusal(world, entry);
    else
      await Promise.all([
        audit(world, entry),
        operation !== DELETION && entry.domain !== null && noteSeen(world, entry.domain),
      ]);
  };
}
