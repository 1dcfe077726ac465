/**
 * The audit log of the API: an entry for every change, stored before it is answered, and for every refusal by rights. Any
 * request of another method than GET, HEAD and OPTIONS counts as a change, unless it was refused, or only asks (`changesNothing`).
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { clientAddress } from '../core/access/address/client-address.ts';
import type { AuditEntry } from '../core/access/audit.ts';
import type { Caller } from '../core/access/token.ts';
import { audit, newAuditKey } from '../engine/access/audit.ts';
import { auditRefusal } from '../engine/access/refusals.ts';
import { noteSeen } from '../engine/store/domains/domain-store.ts';
import type { World } from '../ports/world.ts';
import { SAFE_METHODS } from './http/route-options.ts';
import type { Api, ApiEnv } from './services.ts';

/** The one change after which a domain is not in use. */
const DELETION = 'deleteDomain';

/** How changes are answered that begin to store their entry. */
export const STATUS = { ok: 200, created: 201 } as const;

/** Names what the request is about to change, or has made; the last call counts. */
export function about(c: Context<ApiEnv>, kind: string, id: string, domain?: string): void {
  c.set('subject', { kind, id, domain: domain ?? c.var.caller.domain });
}

/**
 * Begins to store the entry of a change that is certain, beside what is left to do for its answer. `status`: of the answer
 * as it is expected; with another one the entry is written again.
 */
export function begin(c: Context<ApiEnv>, status: number): void {
  c.get('begin')(status);
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
    c.set('begin', (status) => {
      const entry = entryOf(c, operationOf(c) ?? '', 'done', status);
      const key = newAuditKey(world, entry);
      c.set('begun', { entry, key, stored: audit(world, entry, key) });
    });
    await next();
    if (c.get('changesNothing')) return;
    const outcome = outcomeOf(c.req.method, c.res.status);
    const operation = outcome && operationOf(c);
    if (outcome === undefined || operation === undefined) return;
    const begun = c.get('begun');
    const entry = {
      ...entryOf(c, operation, outcome, c.res.status),
      ...(begun && { at: begun.entry.at }),
    };
    if (outcome === 'refused') return auditRefusal(world, entry);
    const isStored = begun !== undefined && sameJson(begun.entry, entry);
    await Promise.all([
      isStored ? begun.stored : audit(world, entry, begun?.key),
      operation !== DELETION && entry.domain !== null && noteSeen(world, entry.domain),
    ]);
  };

  function entryOf(
    c: Context<ApiEnv>,
    operation: string,
    outcome: AuditEntry['outcome'],
    status: number,
  ): AuditEntry {
    // Not set where the caller was not told yet.
    const caller = c.get('caller') as Caller | undefined;
    const subject = outcome === 'refused' ? undefined : c.get('subject');
    return {
      at: new Date(world.clock.now()).toISOString(),
      domain: subject?.domain ?? caller?.domain ?? null,
      caller: caller
        ? { id: caller.id, name: caller.name, kind: kindOfCaller(caller) }
        : { id: null, name: null, kind: 'unknown' },
      operation,
      thing: subject ? { kind: subject.kind, id: subject.id } : null,
      outcome,
      status,
      code: c.get('code') ?? null,
      from: clientAddress(c.req.header('x-forwarded-for')),
      request_id: c.var.requestId,
      count: 1,
    };
  }
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
