/** Pipelines and targets: create, list, read, change, delete; the same routes for both. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Caller } from '../../../core/access/token.ts';
import { Pipeline } from '../../../core/catalogue/entry.ts';
import { invalid } from '../../../core/errors.ts';
import { Target } from '../../../core/kinds/target.ts';
import { ENTRY_BODY_BYTES_MAX } from '../../../core/limits.ts';
import { Name } from '../../../core/names.ts';
import type { Precondition } from '../../../core/precondition.ts';
import { type Entry, pipelines, targets } from '../../../engine/catalogue/catalogue.ts';
import { markRunnable } from '../../../engine/catalogue/runnable.ts';
import type { World } from '../../../ports/world.ts';
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
import { answer } from '../../http/json-answer.ts';
import { InDomain } from '../../http/query.ts';
import { json, REQUIRED, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
import type { Api, Services } from '../../services.ts';

type Named = { readonly name: string };

type Resource<T extends Named> = {
  /** Plural, as in the path; without its last letter it is the singular. */
  readonly plural: string;
  readonly schema: z.ZodType<T>;
  /** Written by the admin token and admins of the settings only. */
  readonly byRoot: boolean;
  /** Converts them for readers. */
  readonly shown: (world: World, domain: string, values: readonly T[]) => Promise<T[]>;
  readonly list: (world: World, domain: string) => Promise<readonly Entry<T>[]>;
  readonly read: (world: World, domain: string, name: string) => Promise<Entry<T>>;
  readonly create: (world: World, domain: string, value: T, by: string) => Promise<Entry<T>>;
  readonly change: (
    world: World,
    domain: string,
    value: T,
    wanted: Precondition,
    by: string,
  ) => Promise<Entry<T>>;
  readonly remove: (
    world: World,
    domain: string,
    name: string,
    wanted: Precondition,
  ) => Promise<void>;
};

const ENTRY = { ...REQUIRED, bytesMax: ENTRY_BODY_BYTES_MAX };
const NamePath = z.object({ name: z.string() });
const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const asStored = async <T>(_: World, _domain: string, values: readonly T[]): Promise<T[]> => [
  ...values,
];

/** The author of a saved version: the token's name, or its id for tokens without one. */
const authorOf = ({ name, id }: Caller): string => name ?? id;

/** The domain that the caller may write to. */
function domainToWrite(
  caller: Caller,
  { plural, byRoot }: Pick<Resource<Named>, 'plural' | 'byRoot'>,
  wanted: string | undefined,
): string {
  if (byRoot) assertRoot(caller, title(plural));
  return domainFor(caller, wanted);
}

async function shownOne<T extends Named>(
  { shown }: Resource<T>,
  world: World,
  domain: string,
  { value }: Entry<T>,
): Promise<T> {
  return (await shown(world, domain, [value]))[0] ?? value;
}

function readingRoutes<T extends Named>(app: Api, services: Services, resource: Resource<T>): void {
  const { plural, schema } = resource;
  const { world } = services;
  const singular = plural.slice(0, -1);
  const tags = [title(plural)];
  const list = createRoute({
    method: 'get',
    path: `/api/v1/${plural}`,
    operationId: `list${title(plural)}`,
    summary: `List ${plural}`,
    tags,
    ...routeOptions(services, 'read'),
    request: { query: InDomain },
    responses: {
      200: {
        description: `All ${plural} of the domain, by name.`,
        content: json(
          z.object({ [plural]: z.array(schema) }).meta({ id: `${title(singular)}List` }),
        ),
      },
    },
  });
  app.openapi(list, async (c) => {
    const domain = domainFor(c.var.caller, c.req.valid('query').domain);
    const entries = await resource.list(world, domain);
    const values = entries.map(({ value }) => value);
    return answer(c, { [plural]: await resource.shown(world, domain, values) }, 200);
  });

  const read = createRoute({
    method: 'get',
    path: `/api/v1/${plural}/{name}`,
    operationId: `get${title(singular)}`,
    summary: `Read a ${singular}`,
    tags,
    ...routeOptions(services, 'read', { refuses: ['not_found', ...CONDITIONAL] }),
    request: { params: NamePath, query: InDomain, headers: Conditions },
    responses: {
      200: { description: `The ${singular}.`, headers: headers('ETag'), content: json(schema) },
      ...NOT_MODIFIED,
    },
  });
  app.openapi(read, async (c) => {
    const domain = domainFor(c.var.caller, c.req.valid('query').domain);
    const entry = await resource.read(world, domain, c.req.valid('param').name);
    if (isKnown(c, c.req.valid('header'), singular, entry.etag)) return c.body(null, 304);
    return answer(c, await shownOne(resource, world, domain, entry), 200);
  });
}

function createEntry<T extends Named>(app: Api, services: Services, resource: Resource<T>): void {
  const { plural, schema } = resource;
  const singular = plural.slice(0, -1);
  const route = createRoute({
    method: 'post',
    path: `/api/v1/${plural}`,
    operationId: `create${title(singular)}`,
    summary: `Add a ${singular}`,
    tags: [title(plural)],
    ...routeOptions(services, 'admin', { body: ENTRY, refuses: ['conflict', 'changed'] }),
    request: { query: InDomain, body: { required: true, content: json(schema) } },
    responses: {
      201: {
        description: `The ${singular}.`,
        headers: headers('ETag', 'Location'),
        content: json(schema),
      },
    },
  });
  app.openapi(route, async (c) => {
    const value = c.req.valid('json');
    const domain = domainToWrite(c.var.caller, resource, c.req.valid('query').domain);
    about(c, singular, value.name, domain);
    const entry = await resource.create(services.world, domain, value, authorOf(c.var.caller));
    c.header('location', `/api/v1/${plural}/${value.name}`);
    c.header('etag', toTag(entry.etag));
    return answer(c, await shownOne(resource, services.world, domain, entry), 201);
  });
}

function changingRoutes<T extends Named>(
  app: Api,
  services: Services,
  resource: Resource<T>,
): void {
  const { plural, schema } = resource;
  const { world } = services;
  const singular = plural.slice(0, -1);
  const path = `/api/v1/${plural}/{name}`;
  const change = createRoute({
    method: 'put',
    path,
    operationId: `change${title(singular)}`,
    summary: `Replace a ${singular}`,
    tags: [title(plural)],
    ...routeOptions(services, 'admin', {
      body: ENTRY,
      refuses: ['not_found', 'conflict', 'changed', ...CONDITIONAL],
    }),
    request: {
      params: z.object({ name: Name }),
      query: InDomain,
      headers: Conditions,
      body: { required: true, content: json(schema) },
    },
    responses: {
      200: { description: `The ${singular}.`, headers: headers('ETag'), content: json(schema) },
    },
  });
  app.openapi(change, async (c) => {
    const value = c.req.valid('json');
    if (value.name !== c.req.valid('param').name)
      throw invalid('name', 'must be the one of the path');
    const wanted = preconditionOf(c.req.valid('header'));
    const domain = domainToWrite(c.var.caller, resource, c.req.valid('query').domain);
    about(c, singular, value.name, domain);
    const author = authorOf(c.var.caller);
    const entry = await resource.change(world, domain, value, wanted, author);
    c.header('etag', toTag(entry.etag));
    return answer(c, await shownOne(resource, world, domain, entry), 200);
  });

  const remove = createRoute({
    method: 'delete',
    path,
    operationId: `delete${title(singular)}`,
    summary: `Delete a ${singular}`,
    tags: [title(plural)],
    ...routeOptions(services, 'admin', {
      refuses: ['not_found', 'conflict', 'changed', ...CONDITIONAL],
    }),
    request: { params: NamePath, query: InDomain, headers: Conditions },
    responses: { 204: { description: 'It is gone.' } },
  });
  app.openapi(remove, async (c) => {
    const domain = domainToWrite(c.var.caller, resource, c.req.valid('query').domain);
    const wanted = preconditionOf(c.req.valid('header'));
    const { name } = c.req.valid('param');
    about(c, singular, name, domain);
    await resource.remove(world, domain, name, wanted);
    return c.body(null, 204);
  });
}

export function catalogueRoutes(app: Api, services: Services): void {
  const register = <T extends Named>(resource: Resource<T>): void => {
    readingRoutes(app, services, resource);
    createEntry(app, services, resource);
    changingRoutes(app, services, resource);
  };
  register({
    plural: 'pipelines',
    schema: Pipeline,
    byRoot: false,
    shown: markRunnable,
    ...pipelines,
  });
  register({ plural: 'targets', schema: Target, byRoot: true, shown: asStored, ...targets });
}
