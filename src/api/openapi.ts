/**
 * The OpenAPI 3.1 document, from the routes and their zod schemas. Zod's own JSON Schema writer is
 * used: it knows every schema of ours (also recursive ones), and 3.1 speaks JSON Schema 2020-12.
 */
import { z } from '@hono/zod-openapi';
import { ERRORS } from '../core/errors.ts';
import { JSON_TYPE, PROBLEM_TYPE } from './gate.ts';
import { Problem } from './problem.ts';

type Json = Record<string, unknown>;
type Io = 'input' | 'output';

type Content = Readonly<Record<string, { readonly schema?: unknown } | undefined>>;
type Body = {
  readonly content: Content;
  readonly description?: string;
  readonly required?: boolean;
};
type Answer = {
  readonly description?: string;
  readonly content?: Content;
  readonly headers?: unknown;
};

/** A route as `createRoute` of @hono/zod-openapi keeps it, as far as it is shown. */
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
};

const DEFS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/** Rewrites every reference of a JSON Schema. */
function mapRefs(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      key === '$ref' && typeof child === 'string' && child.startsWith(DEFS)
        ? [key, COMPONENTS + rename(child.slice(DEFS.length))]
        : [key, mapRefs(child, rename)],
    ),
  );
}

/** Collects named schemas. What a name means in a body may differ from what it means in an answer. */
class Components {
  readonly schemas: Record<string, unknown> = {};
  private readonly raw = new Map<string, string>();

  /** The schema with its named parts moved to the components. Call for answers before bodies. */
  convert(schema: z.ZodType, io: Io): Json {
    // In a wrapper, so that a schema with a name becomes a reference like every other one.
    const whole = z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: 'any' }) as Json;
    const defs = (whole['$defs'] ?? {}) as Readonly<Record<string, Json>>;
    const texts = new Map(Object.entries(defs).map(([name, def]) => [name, JSON.stringify(def)]));
    const other = new Set<string>();
    const isOther = (name: string, text: string) =>
      (this.raw.get(name) ?? text) !== text ||
      [...other].some((part) => text.includes(`"${DEFS}${part}"`));
    for (let before = -1; before !== other.size; ) {
      before = other.size;
      for (const [name, text] of texts) if (isOther(name, text)) other.add(name);
    }
    const rename = (name: string) => (other.has(name) ? `${name}Input` : name);
    for (const [name, def] of Object.entries(defs)) {
      const { id: _, ...rest } = def;
      if (!other.has(name)) this.raw.set(name, JSON.stringify(def));
      this.schemas[rename(name)] = mapRefs(rest, rename);
    }
    const properties = whole['properties'] as Readonly<Record<string, unknown>>;
    return mapRefs(properties['it'], rename) as Json;
  }
}

const isSchema = (value: unknown): value is z.ZodType => value instanceof z.ZodType;

function content(components: Components, from: Content, io: Io): Json {
  return Object.fromEntries(
    Object.entries(from).map(([type, media]) => [
      type,
      isSchema(media?.schema) ? { schema: components.convert(media.schema, io) } : {},
    ]),
  );
}

function parameters(components: Components, place: string, from: unknown): Json[] {
  if (!(from instanceof z.ZodObject)) return [];
  return Object.entries(from.shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => {
    // Parameters arrive as text and are coerced: what comes out of the schema is what is meant.
    const { description, ...rest } = components.convert(schema, 'output');
    return {
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function responses(components: Components, route: Route): Json {
  const entries = Object.entries(route.responses).map(([status, { content: from, ...rest }]) => [
    status,
    { ...rest, ...(from && { content: content(components, from, 'output') }) },
  ]);
  const problem = {
    description: 'A refusal or a fault.',
    content: { [PROBLEM_TYPE]: { schema: components.convert(Problem, 'output') } },
  };
  return Object.fromEntries([...entries, ['default', problem]]);
}

function requestBody(components: Components, body: Body | undefined): Json {
  if (body === undefined) return {};
  const { content: from, ...rest } = body;
  return { requestBody: { ...rest, content: content(components, from, 'input') } };
}

function operation(components: Components, route: Route, answers: unknown): Json {
  const { operationId, summary, description, tags, security, request } = route;
  const all = [
    ...parameters(components, 'path', request?.params),
    ...parameters(components, 'query', request?.query),
    ...parameters(components, 'header', request?.headers),
  ];
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags,
    security: security ?? [],
    ...(all.length === 0 ? {} : { parameters: all }),
    ...requestBody(components, request?.body),
    responses: answers,
  };
}

function errorTable(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, retry, title }]) =>
      `| ${status} | \`${code}\` | ${retry ? 'yes' : 'no'} | ${title} |`,
  );
  return ['| status | code | retry | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The document for these definitions of @hono/zod-openapi. */
export function describe(
  definitions: readonly { readonly type: string; readonly route?: unknown }[],
  version: string,
): Json {
  const components = new Components();
  const routes = definitions.flatMap((item) =>
    item.type === 'route' ? [item.route as Route] : [],
  );
  const answers = routes.map((route) => responses(components, route));
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
      description: `Starts, watches and steers Nextflow pipelines and container jobs on Kubernetes.\n\nEvery refusal is \`${PROBLEM_TYPE}\` with one of these codes; every other body is \`${JSON_TYPE}\`.\n\n${errorTable()}`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, `slc_…`.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  };
}
