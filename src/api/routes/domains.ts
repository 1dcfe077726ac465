/** Domains: their quotas, what they use, and how long they keep it. */
import { createRoute, z } from '@hono/zod-openapi';
import { Domain, DomainSettings, DomainView } from '../../core/access/domain.ts';
import { AppError } from '../../core/errors.ts';
import { Name } from '../../core/names.ts';
import {
  deleteDomain,
  getDomain,
  listDomains,
  putDomain,
  usageOf,
} from '../../engine/commands/domains.ts';
import { keptDays } from '../../engine/store/domains/retention.ts';
import { about } from '../audit.ts';
import { assertRoot, domainFor } from '../http/access.ts';
import { CONDITIONAL, Conditions, preconditionOf, toTag } from '../http/conditions.ts';
import { json, REQUIRED, routeOptions } from '../http/route-options.ts';
import { headers } from '../openapi/answers.ts';
import type { Api, Services } from '../services.ts';

const TAGS = ['Domains'];
const PATH = '/api/v1/domains/{name}';

/** An impossible name is answered like a domain that does not exist. */
function nameOf({ name }: { readonly name: string }): string {
  if (Name.safeParse(name).success) return name;
  throw new AppError('not_found', 'There is no such domain.');
}

function readingRoutes(app: Api, services: Services): void {
  const { world } = services;
  const list = createRoute({
    method: 'get',
    path: '/api/v1/domains',
    operationId: 'listDomains',
    summary: 'List domains',
    description:
      'With the admin token of the settings, or as an admin of them, all, else the own one. A domain need not be written: one in which anything was changed is listed too, with no quotas.',
    tags: TAGS,
    ...routeOptions(services, 'admin'),
    request: { query: z.strictObject({}) },
    responses: {
      200: {
        description: 'By name, without what they use.',
        content: json(z.object({ domains: z.array(Domain) }).meta({ id: 'DomainList' })),
      },
    },
  });
  app.openapi(list, async (c) => {
    const { root, domain } = c.var.caller;
    const domains = root
      ? await listDomains(world)
      : [(await getDomain(world, domain, true)).domain];
    return c.json({ domains: [...domains] }, 200);
  });

  const read = createRoute({
    method: 'get',
    path: PATH,
    operationId: 'getDomain',
    summary: 'Read a domain and what it uses',
    description:
      'Of another domain than its own only the admin token and admins of the settings read it. `ETag` is the version of what was written, not of `usage`.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { refuses: ['not_found'] }),
    request: { params: z.object({ name: z.string() }), query: z.strictObject({}) },
    responses: {
      200: { description: 'The domain.', headers: headers('ETag'), content: json(DomainView) },
    },
  });
  app.openapi(read, async (c) => {
    const { caller } = c.var;
    const name = domainFor(caller, nameOf(c.req.valid('param')));
    const { domain, etag } = await getDomain(world, name, name === caller.domain);
    c.header('etag', toTag(etag));
    const usage = await usageOf(world, domain);
    return c.json({ ...domain, kept: keptDays(world, domain), usage }, 200);
  });
}

function changingRoutes(app: Api, services: Services): void {
  const { world } = services;
  const write = createRoute({
    method: 'put',
    path: PATH,
    operationId: 'putDomain',
    summary: 'Make or change a domain',
    description:
      'Only with the admin token of the settings, or as an admin of them. It replaces all: a quota that is left out is gone, and a retention that is left out is that of the settings. It holds in all instances within a minute. Runs that were accepted stay; a lower quota ends none.',
    tags: TAGS,
    ...routeOptions(services, 'admin', { body: REQUIRED, refuses: ['changed', ...CONDITIONAL] }),
    request: {
      params: z.object({ name: Name }),
      headers: Conditions,
      body: { required: true, content: json(DomainSettings) },
    },
    responses: {
      200: { description: 'The domain.', headers: headers('ETag'), content: json(Domain) },
    },
  });
  app.openapi(write, async (c) => {
    assertRoot(c.var.caller, 'Domains');
    const { name } = c.req.valid('param');
    about(c, 'domain', name, name);
    const wanted = preconditionOf(c.req.valid('header'));
    const { domain, etag } = await putDomain(world, name, c.req.valid('json'), wanted);
    c.header('etag', toTag(etag));
    return c.json(domain, 200);
  });

  const remove = createRoute({
    method: 'delete',
    path: PATH,
    operationId: 'deleteDomain',
    summary: 'Delete the settings of an unused domain',
    description:
      'Only with the admin token of the settings, or as an admin of them. 409 while it has a token that is valid, or a run that is not over. Its quotas and retention are gone, and it is not listed until it is used again. Its entries, targets, policy, ended runs and audit log stay, and are kept as the settings of the app have it.',
    tags: TAGS,
    ...routeOptions(services, 'admin', {
      refuses: ['not_found', 'conflict', 'changed', ...CONDITIONAL],
    }),
    request: {
      params: z.object({ name: z.string() }),
      query: z.strictObject({}),
      headers: Conditions,
    },
    responses: { 204: { description: 'It is gone.' } },
  });
  app.openapi(remove, async (c) => {
    assertRoot(c.var.caller, 'Domains');
    const name = nameOf(c.req.valid('param'));
    about(c, 'domain', name, name);
    await deleteDomain(world, name, preconditionOf(c.req.valid('header')));
    return c.body(null, 204);
  });
}

export function domainRoutes(app: Api, services: Services): void {
  readingRoutes(app, services);
  changingRoutes(app, services);
}
