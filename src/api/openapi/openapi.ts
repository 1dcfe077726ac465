/** The OpenAPI 3.1 document, from the routes and their zod schemas. */
import { z } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import { Problem } from '../http/problem.ts';
import { commonHeaders, exampleOf, HEADERS, type Refusals, refusals } from './answers.ts';
import { FIELDS, OPERATIONS } from './descriptions.ts';
import { EXAMPLES, PARAMETER_EXAMPLES } from './examples.ts';
import { OVERVIEW, TAGS } from './overview.ts';
import { withSamples } from './samples.ts';
import { Components, type Json } from './schemas.ts';

type Content = Readonly<Record<string, { readonly schema?: unknown } | undefined>>;
type Body = {
  readonly content: Content;
  readonly description?: string;
  readonly required?: boolean;
};
type Answer = {
  readonly description?: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, unknown>>;
};

/** The used parts of a route of @hono/zod-openapi. */
type Route = {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly request?: {
    readonly params?: unknown;
    readonly query?: unknown;
    readonly headers?: unknown;
    readonly body?: Body;
  };
  readonly responses: Readonly<Record<string, Answer>>;
  /** Codes of its refusals; see `routeOptions`. */
  readonly 'x-refuses'?: readonly ErrorCode[];
};

const isGuarded = ({ security }: Route): boolean => (security ?? []).length > 0;

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;

function content(components: Components, from: Content, io: 'input' | 'output'): Json {
  return Object.fromEntries(
    Object.entries(from).map(([type, media]) => [
      type,
      isSchema(media?.schema) ? { ...media, schema: components.convert(media.schema, io) } : {},
    ]),
  );
}

function parameters(
  components: Components,
  operationId: string,
  place: string,
  from: unknown,
): Json[] {
  if (!(from instanceof z.ZodObject)) return [];
  return Object.entries(from.shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => {
    // Parameters arrive as text and are coerced: the schema's output is their type.
    const { description = FIELDS[`${operationId}.${name}`] ?? FIELDS[name], ...rest } =
      components.convert(schema, 'output');
    return {
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

/** Refusals that follow from a route's body, query and security. */
function ownRefusals(route: Route): readonly ErrorCode[] {
  return [
    ...(route['x-refuses'] ?? []),
    ...(isGuarded(route) && route.method !== 'get' ? (['unsupported_media_type'] as const) : []),
    ...(route.request === undefined ? [] : (['invalid'] as const)),
  ];
}

function responses(components: Components, route: Route, refused: Record<string, unknown>): Json {
  const guarded = isGuarded(route);
  const { answers, components: named }: Refusals = refusals(ownRefusals(route), guarded);
  Object.assign(refused, named);
  const own = Object.entries(route.responses).map(([status, { content: from, ...rest }]) => [
    status,
    {
      ...rest,
      headers: { ...commonHeaders(guarded, Number(status)), ...rest.headers },
      ...(from && { content: content(components, from, 'output') }),
    },
  ]);
  return { ...answers, ...Object.fromEntries(own) };
}

function requestBody(components: Components, route: Route): Json {
  const { operationId = '', request } = route;
  if (request?.body === undefined) return {};
  const { content: from, ...rest } = request.body;
  const example = EXAMPLES[operationId];
  const shown = Object.entries(content(components, from, 'input')).map(([type, media]) => [
    type,
    { ...(media as Json), ...(example !== undefined && { example }) },
  ]);
  return { requestBody: { ...rest, content: Object.fromEntries(shown) } };
}

function operation(components: Components, route: Route, answers: unknown): Json {
  const { operationId = '', summary, tags, security, request } = route;
  const { description = OPERATIONS[operationId] } = route;
  const all = [
    ...parameters(components, operationId, 'path', request?.params),
    ...parameters(components, operationId, 'query', request?.query),
    ...parameters(components, operationId, 'header', request?.headers),
  ].map((each) => {
    const example = PARAMETER_EXAMPLES[operationId]?.[String(each['name'])];
    return example === undefined ? each : { ...each, example };
  });
  return {
    operationId,
    summary,
    description,
    tags,
    security: security ?? [],
    ...(all.length === 0 ? {} : { parameters: all }),
    ...requestBody(components, route),
    responses: answers,
  };
}

const byName = (record: Readonly<Record<string, unknown>>): Json =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The document for these definitions of @hono/zod-openapi. */
export function describe(
  definitions: readonly { readonly type: string; readonly route?: unknown }[],
  version: string,
): Json {
  const components = new Components();
  const refused: Record<string, unknown> = {};
  const routes = definitions.flatMap((item) =>
    item.type === 'route' ? [item.route as Route] : [],
  );
  components.convert(Problem, 'output');
  const answers = routes.map((route) => responses(components, route, refused));
  const paths: Record<string, Json> = {};
  for (const [index, route] of routes.entries()) {
    const path = (paths[route.path] ??= {});
    path[route.method] = operation(components, route, answers[index]);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: OVERVIEW,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    tags: TAGS,
    paths,
    components: {
      schemas: byName(
        Object.fromEntries(
          Object.entries(components.schemas).map(([name, schema]) => [
            name,
            withSamples(schema, name),
          ]),
        ),
      ),
      responses: byName(refused),
      headers: HEADERS,
      examples: Object.fromEntries(
        Object.keys(ERRORS).map((code) => [code, exampleOf(code as ErrorCode)]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, `slc_…`.' },
        driver: {
          type: 'http',
          scheme: 'basic',
          description: "The token of a run's own driver, as the password of the user `@token`.",
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'The same token, for clients that cannot send `Authorization`.',
        },
      },
    },
  };
}
