/** The policy of a domain: what its callers may start. */
import { createRoute, z } from '@hono/zod-openapi';
import { Policy } from '../../../core/access/policy.ts';
import { Name } from '../../../core/names.ts';
import { readVersionedPolicy, writePolicy } from '../../../engine/catalogue/policy.ts';
import { about } from '../../audit.ts';
import { assertRoot, domainFor } from '../../http/access.ts';
import {
  CONDITIONAL,
  Conditions,
  isKnown,
  NOT_MODIFIED,
  preconditionOf,
  toTag,
} from '../../http/conditions.ts';
import { json, REQUIRED, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
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
    description:
      'Of another domain than its own only the admin token and admins of the settings read it.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { refuses: [...CONDITIONAL] }),
    request: { params: DomainPath, query: z.strictObject({}), headers: Conditions },
    responses: {
      200: {
        description: 'The policy; until one is written, the one that the domain has by default.',
        headers: headers('ETag'),
        content: json(Policy),
      },
      ...NOT_MODIFIED,
    },
  });
  app.openapi(read, async (c) => {
    const domain = domainFor(c.var.caller, c.req.valid('param').name);
    const { policy, etag } = await readVersionedPolicy(world, domain);
    if (isKnown(c, c.req.valid('header'), 'policy', etag)) return c.body(null, 304);
    return c.json(policy, 200);
  });

  const write = createRoute({
    method: 'put',
    path: PATH,
    operationId: 'putPolicy',
    summary: 'Write the policy of a domain',
    description:
      'Only with the admin token of the settings, or as an admin of them. It replaces the whole policy, and holds for every start from now on.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { body: REQUIRED, refuses: ['changed', ...CONDITIONAL] }),
    request: {
      params: DomainPath,
      headers: Conditions,
      body: { required: true, content: json(Policy) },
    },
    responses: {
      200: { description: 'The policy.', headers: headers('ETag'), content: json(Policy) },
    },
  });
  app.openapi(write, async (c) => {
    assertRoot(c.var.caller, 'Policies');
    const domain = c.req.valid('param').name;
    const policy = c.req.valid('json');
    about(c, 'policy', domain, domain);
    const wanted = preconditionOf(c.req.valid('header'));
    c.header('etag', toTag(await writePolicy(world, domain, policy, wanted)));
    c.var.log.info('policy written', { of: domain, ...policy });
    return c.json(policy, 200);
  });
}
