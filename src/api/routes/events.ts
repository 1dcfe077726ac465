/** The event log of a run: pages, long poll, and server-sent events. */
import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { EventPage } from '../../core/events/event.ts';
import { PAGE_EVENTS_MAX } from '../../core/limits.ts';
import { readEvents } from '../../engine/events/events.ts';
import { waitForEvents } from '../../engine/queries/wait-events.ts';
import { decimal, linkNext, wholeNumber } from '../http/query.ts';
import {
  EVENT_STREAM,
  JSON_TYPE,
  json,
  preferredType,
  routeOptions,
} from '../http/route-options.ts';
import { eventStream } from '../http/sse.ts';
import { headers } from '../openapi/answers.ts';
import type { Api, Services } from '../services.ts';
import { RunPath, runIdOf } from './runs.ts';

/** Below the 30 s after which many clients and proxies give up. */
const WAIT_SECONDS_MAX = 25;

const seq = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/events',
    operationId: 'readEvents',
    summary: "Read or watch a run's events",
    description:
      'Pages of JSON, at most 4 MiB each; with `Accept: text/event-stream` a stream whose `id:` is the seq. The stream ends itself after 200 s, and after the last event of the run; a client that comes back then gets 204.',
    tags: ['Runs'],
    ...routeOptions(services, 'read', {
      produces: [JSON_TYPE, EVENT_STREAM],
      refuses: ['not_found', 'gone'],
    }),
    request: {
      params: RunPath,
      query: z.strictObject({
        after: seq.default(0).meta({ description: 'Events with a higher seq.' }),
        limit: wholeNumber(1, PAGE_EVENTS_MAX).default(PAGE_EVENTS_MAX),
        wait: decimal(0, WAIT_SECONDS_MAX)
          .default(0)
          .meta({ description: 'Seconds to wait for a first event. Not for streams.' }),
      }),
      headers: z.object({
        'last-event-id': seq
          .optional()
          .meta({ description: 'For streams: like `after`, and goes before it.' }),
      }),
    },
    responses: {
      200: {
        description: 'Events in order, without gaps.',
        headers: headers('Link'),
        content: { ...json(EventPage), [EVENT_STREAM]: { schema: z.string() } },
      },
      204: { description: 'Stream only: the run is over, and everything was sent before.' },
    },
  });

export function eventRoutes(app: Api, services: Services): void {
  const { world } = services;
  app.openapi(route(services), async (c) => {
    const { after, limit, wait } = c.req.valid('query');
    const { domain } = c.var.caller;
    const runId = runIdOf(c.req.valid('param'));
    const type = preferredType(c, [JSON_TYPE, EVENT_STREAM]);
    if (type === undefined)
      throw new AppError('not_acceptable', 'There is JSON and a stream here.');
    c.header('vary', 'Accept', { append: true });
    if (type === JSON_TYPE) {
      const waiting = { after, limit, waitMs: wait * 1_000, signal: c.req.raw.signal };
      const page =
        wait === 0
          ? await readEvents(world, domain, runId, { after, limit })
          : await waitForEvents(world, domain, runId, waiting);
      const last = page.events.at(-1)?.seq ?? 0;
      linkNext(c, 'after', last < page.last_seq && last > 0 ? last : null);
      return c.json(page, 200);
    }
    const { log, stillAllowed } = c.var;
    const from = c.req.valid('header')['last-event-id'] ?? after;
    const { signal } = c.req.raw;
    const stream = await eventStream({
      world,
      log,
      domain,
      runId,
      after: from,
      signal,
      stillAllowed,
    });
    if (stream === undefined) return c.body(null, 204);
    c.header('content-type', `${EVENT_STREAM}; charset=utf-8`);
    // Keeps proxies such as nginx from buffering the stream.
    c.header('x-accel-buffering', 'no');
    return c.body(stream, 200);
  });
}
