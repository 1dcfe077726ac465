/** Params of a run against the JSON Schema of its pipeline. Pure; nothing is ever fetched. */
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FieldError } from './errors.ts';
import { KIB } from './limits.ts';
import { shorten } from './shorten.ts';

/** The largest published nf-core schema is about 100 KiB. */
const SCHEMA_BYTES_MAX = 256 * KIB;
/** Nobody reads more than this many complaints at once. */
const ERRORS_MAX = 20;
/** Of a long list of allowed values so much is told. */
const ALLOWED_MAX = 500;
/** Compiling takes milliseconds and memory: the schemas in use are kept, and not more than these. */
const COMPILED_MAX = 50;

const OPTIONS: Options = {
  allErrors: true,
  // Schemas made for Nextflow carry keywords and formats of their own (fa_icon, help_text, file-path).
  strict: false,
  logger: false,
  // References become functions, not copies: 145 KB of schema with copies needs gigabytes of code.
  inlineRefs: false,
  // A schema cannot reach out: Ajv loads nothing unless told how, and an unknown $ref is an error.
  addUsedSchema: false,
};

/** Two drafts are known; without `$schema` it is the newer one. */
const DRAFTS = [
  { pattern: /json-schema\.org\/draft-07\/schema#?$/, make: () => new Ajv(OPTIONS) },
  { pattern: /json-schema\.org\/draft\/2020-12\/schema#?$/, make: () => new Ajv2020(OPTIONS) },
] as const;

type Compiled = { readonly check: ValidateFunction } | { readonly fault: string };

function compile(schema: Readonly<Record<string, unknown>>, text: string): Compiled {
  if (text.length > SCHEMA_BYTES_MAX) {
    return { fault: `is larger than ${SCHEMA_BYTES_MAX} characters of JSON` };
  }
  const name = schema['$schema'] ?? 'https://json-schema.org/draft/2020-12/schema';
  const draft = DRAFTS.find(({ pattern }) => typeof name === 'string' && pattern.test(name));
  if (draft === undefined) return { fault: 'names a $schema other than draft 2020-12 or draft-07' };
  if ('$async' in schema) return { fault: 'must not be asynchronous' };
  // An instance of its own for each schema, so that equal $ids in two of them cannot meet.
  const ajv = draft.make();
  addFormats.default(ajv);
  try {
    return { check: ajv.compile(schema) };
  } catch (error) {
    return { fault: `does not compile: ${error instanceof Error ? error.message : 'unknown'}` };
  }
}

const compiled = new Map<string, Compiled>();

function lookUp(schema: Readonly<Record<string, unknown>>): Compiled {
  const text = JSON.stringify(schema);
  const found = compiled.get(text) ?? compile(schema, text);
  compiled.delete(text);
  compiled.set(text, found);
  const [oldest] = compiled.keys();
  if (compiled.size > COMPILED_MAX && oldest !== undefined) compiled.delete(oldest);
  return found;
}

/** What is wrong with a params schema, as the rest of a sentence; undefined when it can be used. */
export function schemaFault(schema: Readonly<Record<string, unknown>>): string | undefined {
  const found = lookUp(schema);
  return 'fault' in found ? found.fault : undefined;
}

/** The JSON pointer of the place, and the property that is missing or unexpected there. */
function fieldOf(error: ErrorObject): string {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params: Readonly<Record<string, unknown>> = error.params;
  const key = ['missingProperty', 'additionalProperty', 'unevaluatedProperty', 'propertyName']
    .map((name) => params[name])
    .find((value) => typeof value === 'string');
  return ['params', ...path, ...(key === undefined ? [] : [key])].join('.');
}

function sentence(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required';
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    return 'is not known to the pipeline';
  }
  if (error.keyword === 'enum') {
    return `must be one of ${shorten(JSON.stringify(error.params['allowedValues']), ALLOWED_MAX)}`;
  }
  return error.message ?? 'is not acceptable';
}

/**
 * What is wrong with the params, at most 20 entries named `params.<key>`; empty when they fulfil the
 * schema. A schema that does not compile gives one entry for `params_schema` (it was refused when
 * the entry was saved, so this is a row that was written by other means).
 */
export function checkParams(
  schema: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>>,
): readonly FieldError[] {
  const found = lookUp(schema);
  if ('fault' in found) return [{ field: 'params_schema', message: found.fault }];
  if (found.check(params)) return [];
  const fields = new Map<string, string>();
  for (const error of found.check.errors ?? []) {
    const field = fieldOf(error);
    if (!fields.has(field) && fields.size < ERRORS_MAX) fields.set(field, sentence(error));
  }
  return [...fields].map(([field, message]) => ({ field, message }));
}
