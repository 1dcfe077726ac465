/** The policy of a domain: what its callers may start. */
import { createRoute, z } from '@hono/zod-openapi';
import { Policy } from '../../../core/access/policy.ts';
import { Name } from '../../../core/names.ts';
import { readPolicy, writePolicy } from '../../../engine/catalogue/policy.ts';
import { about } from '../../audit.ts';
import { assertRoot, domainFor } from '../../http/access.ts';
import { json, REQUIRED, routeOptions } from '../../http/route-options.ts';
import type { Api, Services } from '../../services.ts';

const TAGS = ['Policies'];
const PATH = '/api/v1/domains/{name}/policy';
const DomainPath = z.object({ name: Name });

export function policyRoutes(app: Api, services: Services): void {
  const { world } = services;
  const read = createRoute({
    method: 'get',
    path: PATH,
    operationId: 'getPolicy',
    summary: 'Read the policy of a domain',
    description: 'Of another domain than its own only the admin token of the settings reads it.',
    tags: TAGS,
    ...routeOptions(services, 'admin'),
    request: { params: DomainPath, query: z.strictObject({}) },
    responses: {
      200: {
        description: 'The policy; until one is written, the one that the domain has by default.',
        content: json(Policy),
      },
    },
  });
  app.openapi(read, async (c) => {
    const domain = domainFor(c.var.caller, c.req.valid('param').name);
    return c.json(await readPolicy(world, domain), 200);
  });

  const write = createRoute({
    method: 'put',
    path: PATH,
    operationId: 'putPolicy',
    summary: 'Write the policy of a domain',
    description:
      'Only with the admin token of the settings. It replaces the whole policy, and holds for every start from now on.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { body: REQUIRED }),
    request: { params: DomainPath, body: { required: true, content: json(Policy) } },
    responses: { 200: { description: 'The policy.', content: json(Policy) } },
  });
  app.openapi(write, async (c) => {
    assertRoot(c.var.caller, 'Policies');
    const domain = c.req.valid('param').name;
    const policy = c.req.valid('json');
    about(c, 'policy', domain, domain);
    await writePolicy(world, domain, policy);
    c.var.log.info('policy written', { of: domain, ...policy });
    return c.json(policy, 200);
  });
}
