/** The audit log: who did what. It is only read here; nothing changes or deletes an entry. */
import { createRoute, z } from '@hono/zod-openapi';
import { AuditEntry } from '../../core/access/audit.ts';
import { invalid } from '../../core/errors.ts';
import { Name } from '../../core/names.ts';
import { type AuditQuery, CURSOR, readAudit } from '../../engine/access/audit-read.ts';
import { flushRefusals } from '../../engine/access/refusals.ts';
import type { World } from '../../ports/world.ts';
import { domainFor } from '../http/access.ts';
import { linkNext, Moment, momentOf, wholeNumber } from '../http/query.ts';
import {
  JSON_TYPE,
  json,
  PROBLEM_TYPE,
  preferredType,
  routeOptions,
} from '../http/route-options.ts';
import { headers } from '../openapi/answers.ts';
import type { Api, Services } from '../services.ts';

const JSON_LINES = 'application/x-ndjson';
const LIST_DEFAULT = 100;
const LIST_MAX = 1_000;

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/api/v1/audit',
    operationId: 'readAudit',
    summary: 'Read the audit log, oldest first',
    description:
      'Every change, and every refusal by rights (401, 403): who, what, when, from where, and what came of it. A change is stored before it is answered; refusals of one caller, address and route in one minute are one entry with a count, stored within seconds; those of callers that are not known are counted by network, whatever the route. Entries of other instances may appear a few seconds late, so whoever keeps reading stays a minute behind. With `Accept: application/x-ndjson` all of the range in one answer, an entry a line. An admin reads its own domain; the admin token and admins of the settings all of them, and what belongs to none.',
    tags: ['Audit'],
    ...routeOptions(services, 'admin', {
      produces: [JSON_TYPE, PROBLEM_TYPE, JSON_LINES],
      refuses: ['invalid'],
    }),
    request: {
      query: z.strictObject({
        domain: Name.optional().meta({
          description:
            'Only of this domain; another than its own only for the admin token and admins of the settings.',
        }),
        since: Moment.default('1d').meta({ description: 'From then on; by default for a day.' }),
        until: Moment.optional().meta({ description: 'Before then; by default until now.' }),
        limit: wholeNumber(1, LIST_MAX)
          .default(LIST_DEFAULT)
          .meta({ description: 'Entries of a page; not for JSON lines.' }),
        cursor: z.string().regex(CURSOR, 'is no cursor').optional().meta({
          description: '`next_cursor` of the page before.',
        }),
      }),
    },
    responses: {
      200: {
        description: 'The entries; a page may be short while `next_cursor` is not null.',
        headers: headers('Link'),
        content: {
          ...json(
            z
              .object({ entries: z.array(AuditEntry), next_cursor: z.string().nullable() })
              .meta({ id: 'AuditPage' }),
          ),
          [JSON_LINES]: { schema: z.string() },
        },
      },
    },
  });

/** All entries of the range as lines, read as fast as the caller takes them. */
function lines(
  world: World,
  query: AuditQuery,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let { cursor } = query;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (;;) {
          const page = await readAudit(world, { ...query, cursor, limit: LIST_MAX });
          const text = page.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
          if (text !== '') controller.enqueue(encoder.encode(text));
          if (page.next_cursor === null) return controller.close();
          cursor = page.next_cursor;
          if (text !== '') return undefined;
        }
      } catch (error) {
        // The connection breaks, so that a part is not taken for the whole.
        failed(error);
        throw error;
      }
    },
  });
}

export function auditRoutes(app: Api, services: Services): void {
  const { world } = services;
  app.openapi(route(services), async (c) => {
    const { caller } = c.var;
    const { domain, since, until, limit, cursor } = c.req.valid('query');
    const now = world.clock.now();
    const at = (text: string): number => Date.parse(momentOf(text, now) ?? '');
    const query: AuditQuery = {
      domain: caller.root ? domain : domainFor(caller, domain),
      sinceMs: at(since),
      // What was stored in this very millisecond is in it.
      untilMs: until === undefined ? now + 1 : at(until),
      cursor,
      limit,
    };
    if (query.untilMs < query.sinceMs) throw invalid('query.until', 'is before since');
    await flushRefusals(world);
    if (preferredType(c, [JSON_TYPE, JSON_LINES]) === JSON_LINES) {
      const broke = (error: unknown): void => c.var.log.warn('audit log broke off', { error });
      const body = c.req.method === 'HEAD' ? null : lines(world, query, broke);
      return new Response(body, { headers: { 'content-type': JSON_LINES } }) as never;
    }
    const page = await readAudit(world, query);
    linkNext(c, 'cursor', page.next_cursor);
    return c.json({ entries: [...page.entries], next_cursor: page.next_cursor }, 200);
  });
}
