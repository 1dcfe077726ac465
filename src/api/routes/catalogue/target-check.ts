/** Checking a target on its cluster. */
import { createRoute, z } from '@hono/zod-openapi';
import { TargetCheck } from '../../../core/catalogue/target-check.ts';
import { checkTarget } from '../../../engine/commands/check-target.ts';
import { about } from '../../audit.ts';
import { domainFor } from '../../http/access.ts';
import { answer } from '../../http/json-answer.ts';
import { InDomain } from '../../http/query.ts';
import { json, routeOptions } from '../../http/route-options.ts';
import type { Api, Services } from '../../services.ts';

export function targetCheckRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/api/v1/targets/{name}/check',
    operationId: 'checkTarget',
    summary: 'Check a target on its cluster',
    description:
      'Asks its cluster, now: whether it answers and takes the credentials, whether the namespace is there and takes Jobs, whether it gives the rights that runs need, and whether what the target names is there. It changes nothing, and takes 15 s at most. 200 whatever is found: `ok` tells.',
    tags: ['Targets'],
    ...routeOptions(services, 'admin', { refuses: ['not_found', 'invalid'] }),
    request: { params: z.object({ name: z.string() }), query: InDomain },
    responses: { 200: { description: 'What was found.', content: json(TargetCheck) } },
  });
  app.openapi(route, async (c) => {
    const domain = domainFor(c.var.caller, c.req.valid('query').domain);
    const { name } = c.req.valid('param');
    about(c, 'target', name, domain);
    return answer(c, await checkTarget(services.world, domain, name), 200);
  });
}
