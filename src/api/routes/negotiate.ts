/** Live events over Web PubSub: where to connect. */
import { createRoute, z } from '@hono/zod-openapi';
import { NEGOTIATED_RUNS_MAX } from '../../core/limits.ts';
import { RunId } from '../../core/names.ts';
import { negotiate } from '../../engine/queries/negotiate.ts';
import { about } from '../audit.ts';
import { json, OPTIONAL, routeOptions } from '../http/route-options.ts';
import { publicAddress } from '../public-address.ts';
import type { Api, Services } from '../services.ts';

const Request = z
  .strictObject({ run_ids: z.array(RunId).max(NEGOTIATED_RUNS_MAX).optional() })
  .meta({ id: 'NegotiateRequest' });

const Answer = z
  .object({
    url: z.string().meta({
      description:
        'A `wss://` address (`ws://` where the app itself is reached without TLS); good for connecting for 5 minutes at most, and no longer than the token that asked.',
    }),
    groups: z.array(z.string()).meta({
      description:
        'The groups that the client is in at once; it joins those of the other runs once it is connected.',
    }),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Negotiation' });

export function negotiateRoutes(app: Api, services: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/api/v1/negotiate',
    operationId: 'negotiate',
    summary: 'Get an address for live events',
    description:
      'With `run_ids` the client gets all events of those runs, else the changes of state of all runs. A token has room for all 50 runs of a domain with a short name, for 22 of the longest: `groups` says which. The client may join `<domain>` and `<domain>.run.<id>` later. What it misses is in the event log. A connection stays until the token that asked for it ends, or is revoked. Ask for a new address before each connection.',
    tags: ['Live'],
    ...routeOptions(services, 'read', { body: OPTIONAL, refuses: ['not_found', 'gone'] }),
    request: { body: { required: false, content: json(Request) } },
    responses: { 200: { description: 'Where to connect.', content: json(Answer) } },
  });
  app.openapi(route, async (c) => {
    const { caller } = c.var;
    const runIds = c.req.valid('json').run_ids ?? [];
    about(c, 'token', caller.id);
    const { url, groups, expires_at } = await negotiate(services.world, { caller, runIds });
    const address = publicAddress(c, services.settings, url);
    return c.json({ url: address, groups: [...groups], expires_at }, 200);
  });
}
