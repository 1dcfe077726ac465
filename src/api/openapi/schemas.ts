/**
 * JSON Schemas of the OpenAPI document, written by zod itself: it supports every schema used here, and OpenAPI 3.1
 * uses JSON Schema 2020-12.
 */
import { z } from '@hono/zod-openapi';
import { described } from './descriptions.ts';

export type Json = Record<string, unknown>;
type Io = 'input' | 'output';

const DEFS = '#/$defs/';
const SCHEMAS = '#/components/schemas/';
/** Any JSON. A recursive schema for it would break client generators. */
const ANY = 'Json';

/** Rewrites every reference of a JSON Schema. */
function mapRefs(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && value.$ref === `${DEFS}${ANY}`) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      key === '$ref' && typeof child === 'string' && child.startsWith(DEFS)
        ? [key, SCHEMAS + rename(child.slice(DEFS.length))]
        : [key, mapRefs(child, rename)],
    ),
  );
}

/** Control characters without a Unicode class, which few validators and generators support. */
const CONTROL = ['\\p{Cc}', '\\u0000-\\u001f\\u007f-\\u009f'] as const;

/** Patterns in the document have no flags: one that needs them would mean something else there. */
function assertFlagless(schema: z.core.$ZodType): void {
  const { patterns = [] } = schema._zod.bag as { readonly patterns?: Iterable<RegExp> };
  for (const { flags, source } of patterns) {
    if (/[ims]/.test(flags)) throw new Error(`the pattern ${source} has the flags ${flags}`);
  }
}

/** Removes noise that zod writes: the bounds of every whole number, and dates as a pattern. */
function plain(schema: Json, io: Io): void {
  if (typeof schema['pattern'] === 'string') {
    schema['pattern'] = schema['pattern'].replaceAll(...CONTROL);
  }
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['format'] === 'date-time') delete schema['pattern'];
  // Answers may get more fields later; generated clients have to accept them.
  if (io === 'output' && schema['additionalProperties'] === false) {
    delete schema['additionalProperties'];
  }
}

/** Names the field that distinguishes the parts of a union, so that generated clients need not try them all. */
function discriminated(def: Json, defs: Readonly<Record<string, Json>>): Json {
  const { discriminator: propertyName, ...rest } = def;
  if (typeof propertyName !== 'string' || !Array.isArray(def['oneOf'])) return def;
  const mapping = Object.fromEntries(
    (def['oneOf'] as readonly Json[]).map(({ $ref }) => {
      const part = defs[String($ref).slice(DEFS.length)] as
        | { readonly properties?: Readonly<Record<string, { readonly const?: unknown }>> }
        | undefined;
      const value = part?.properties?.[propertyName]?.const;
      if (typeof value !== 'string') throw new Error('a part of a union has no name');
      return [value, String($ref).replace(DEFS, SCHEMAS)];
    }),
  );
  return { ...rest, discriminator: { propertyName, mapping } };
}

/** Collects named schemas. The schema of a name may differ between bodies and answers. */
export class Components {
  readonly schemas: Record<string, unknown> = {};
  /** Schemas of answers, which keep the plain names. */
  private readonly answered = new Map<string, string>();

  /** The schema with its named parts moved to the components. Convert answers before bodies. */
  convert(schema: z.ZodType, io: Io): Json {
    // Wrapped, so that a named schema becomes a reference like every other one.
    const whole = z.toJSONSchema(z.object({ it: schema }), {
      io,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        assertFlagless(zodSchema);
        plain(jsonSchema, io);
        if (zodSchema instanceof z.ZodDiscriminatedUnion) {
          (jsonSchema as Json)['discriminator'] = zodSchema.def.discriminator;
        }
      },
    }) as Json;
    const defs = (whole['$defs'] ?? {}) as Readonly<Record<string, Json>>;
    const texts = new Map(Object.entries(defs).map(([name, def]) => [name, JSON.stringify(def)]));
    texts.delete(ANY);
    const other = new Set<string>();
    const isOther = (name: string, text: string) =>
      this.answered.has(name) &&
      (this.answered.get(name) !== text ||
        [...other].some((part) => text.includes(`"${DEFS}${part}"`)));
    for (let before = -1; before !== other.size; ) {
      before = other.size;
      for (const [name, text] of texts) if (isOther(name, text)) other.add(name);
    }
    const rename = (name: string) => (other.has(name) ? `${name}Input` : name);
    for (const [name, text] of texts) {
      const { id: _, ...rest } = discriminated(defs[name] ?? {}, defs);
      if (io === 'output') this.answered.set(name, text);
      this.schemas[rename(name)] = described(mapRefs(rest, rename), rename(name));
    }
    const properties = whole['properties'] as Readonly<Record<string, unknown>>;
    return mapRefs(properties['it'], rename) as Json;
  }
}
