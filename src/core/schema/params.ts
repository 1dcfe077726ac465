/** Checks a run's params against the JSON Schema of its pipeline. Pure; nothing is ever fetched. */
import type { AnySchemaObject, ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RegExpEngine } from 'ajv/dist/types/index.js';
import addFormats from 'ajv-formats';
import { type FieldError, fieldName } from '../errors.ts';
import type { JsonObject } from '../json/text.ts';
import { writeJson } from '../json/write.ts';
import { KIB } from '../limits.ts';
import { CHECK_STEPS_MAX, FORMAT_CHARS_MAX, SCHEMA_STEPS } from '../params-limits.ts';
import { shorten } from '../shorten.ts';
import { type Filled, type Given, withDefaults } from './given.ts';
import { leftToPipeline } from './left-to-pipeline.ts';
import type { LinearPattern } from './linear-pattern.ts';
import { compareExactly, memberOf, toPlainValue } from './params-exact.ts';
import { runnable, STEP } from './params-patterns.ts';

/** The largest published nf-core schema is about 100 KiB. */
const SCHEMA_BYTES_MAX = 256 * KIB;
/** Most errors in one answer. */
const ERRORS_MAX = 20;
/** Most warnings for one schema. */
const WARNINGS_MAX = 50;
/** Characters of a list of allowed values that an error quotes. */
const ALLOWED_MAX = 500;
/** Compiled schemas that are kept: compiling takes milliseconds, keeping takes memory. */
const COMPILED_MAX = 50;

const OPTIONS: Options = {
  allErrors: true,
  // Schemas made for Nextflow carry keywords and formats of their own (fa_icon, help_text, file-path).
  strict: false,
  logger: false,
  // References become functions, not copies: copies of a schema of 145 KB would be gigabytes of code.
  inlineRefs: false,
  // Errors then carry their schema, whose numbers are quoted with all digits.
  verbose: true,
};

/** Supported drafts; without `$schema` the newer one applies. */
const DRAFTS = [
  {
    pattern: /json-schema\.org\/draft-07\/schema#?$/,
    make: (options: Options) => new Ajv(options),
  },
  {
    pattern: /json-schema\.org\/draft\/2020-12\/schema#?$/,
    make: (options: Options): Ajv => new Ajv2020(options),
  },
] as const;

/** A compiled schema, or what is wrong with it. */
type Compiled = {
  readonly check?: ValidateFunction;
  readonly fault?: string;
  readonly warnings: readonly string[];
};

/** Steps left for the current check; checks do not overlap. */
const meter = { left: 0 };

class TooMuch extends Error {}

function take(steps: number): true {
  meter.left -= steps;
  if (meter.left < 0) throw new TooMuch();
  return true;
}

const faulty = (fault: string): Compiled => ({ fault, warnings: [] });

/** Runs a schema's patterns for Ajv and counts their steps. */
function engineOf(patterns: ReadonlyMap<string, LinearPattern>): RegExpEngine {
  const make = (pattern: string, flags: string) => {
    const linear = patterns.get(pattern);
    // A pattern of the meta-schema.
    if (!linear) return new RegExp(pattern, flags);
    const test = (text: string): boolean => {
      take((text.length + 1) * linear.size);
      return linear.test(text);
    };
    return { test, toString: () => pattern };
  };
  return Object.assign(make, { code: 'linearPattern' });
}

/** Adds the formats; texts that are too long for them pass unchecked. */
function addBoundedFormats(ajv: Ajv): void {
  addFormats.default(ajv);
  for (const [name, format] of Object.entries(ajv.formats)) {
    if (!(format instanceof RegExp || typeof format === 'function')) continue;
    const test = format instanceof RegExp ? (text: string) => format.test(text) : format;
    ajv.addFormat(name, (text: string) => text.length > FORMAT_CHARS_MAX || test(text));
  }
  // Whether a text is a valid pattern depends on the dialect; those of the schema have been checked.
  ajv.addFormat('regex', true);
}

async function compile(schema: JsonObject, text: string, given: Given): Promise<Compiled> {
  if (text.length > SCHEMA_BYTES_MAX)
    return faulty(`is larger than ${SCHEMA_BYTES_MAX} characters of JSON`);
  const name = schema.get('$schema') ?? 'https://json-schema.org/draft/2020-12/schema';
  const draft = DRAFTS.find(({ pattern }) => typeof name === 'string' && pattern.test(name));
  if (draft === undefined) return faulty('names a $schema other than draft 2020-12 or draft-07');
  if (schema.has('$async')) return faulty('must not be asynchronous');
  const engine = text.includes('"pattern') ? await import('./linear-pattern.ts') : undefined;
  const found = runnable(schema, engine?.linearPattern, given);
  const [fault] = found.faults;
  if (fault !== undefined) return faulty(`does not compile: ${fault}`);
  // One Ajv instance per schema, so that equal $ids in two schemas do not collide. Nothing is fetched: a reference that
  // leads out of the schema is an error.
  const ajv = draft.make({ ...OPTIONS, code: { regExp: engineOf(found.patterns) } });
  addBoundedFormats(ajv);
  compareExactly(ajv);
  // Recursive schemas can take unlimited time on few params.
  ajv.addKeyword({ keyword: STEP, errors: false, validate: () => take(SCHEMA_STEPS) });
  try {
    const check = ajv.compile(toPlainValue(found.schema) as AnySchemaObject);
    return { check, warnings: [...found.warnings, ...leftToPipeline(schema)] };
  } catch (error) {
    return faulty(`does not compile: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

const compiled = new Map<string, Promise<Compiled>>();

function lookUp(schema: JsonObject, given: Given = 'all'): Promise<Compiled> {
  const text = writeJson(schema);
  const key = given === 'in part' ? `${given} ${text}` : text;
  const found = compiled.get(key) ?? compile(schema, text, given);
  compiled.delete(key);
  compiled.set(key, found);
  const [oldest] = compiled.keys();
  if (compiled.size > COMPILED_MAX && oldest !== undefined) compiled.delete(oldest);
  return found;
}

/**
 * `fault`: what is wrong with a params schema, as the rest of a sentence; undefined when it can be used. `warnings`: what of it
 * is not checked here, as sentences.
 */
export async function judgeSchema(
  schema: JsonObject,
): Promise<{ readonly fault: string | undefined; readonly warnings: readonly string[] }> {
  const { fault, warnings } = await lookUp(schema);
  const more = warnings.length - WARNINGS_MAX;
  const told = warnings.slice(0, WARNINGS_MAX);
  return { fault, warnings: more > 0 ? [...told, `and ${more} more`] : told };
}

/** Where an error is: its JSON pointer, with the property that is missing or unexpected there. */
function placeOf(error: ErrorObject): readonly string[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params: Readonly<Record<string, unknown>> = error.params;
  const key = ['missingProperty', 'additionalProperty', 'unevaluatedProperty', 'propertyName']
    .map((name) => params[name])
    .find((value) => typeof value === 'string');
  return [...path, ...(key === undefined ? [] : [key])];
}

/** The relation of a number to a schema's bound, in words. */
const BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  exclusiveMinimum: 'more than',
  exclusiveMaximum: 'less than',
  multipleOf: 'a multiple of',
  const: '',
  enum: 'one of',
};

function sentence({ keyword, parentSchema, message }: ErrorObject): string {
  if (keyword === 'required') return 'is required';
  const said: unknown = parentSchema?.['errorMessage'];
  if (typeof said === 'string' && said !== '') return shorten(said, ALLOWED_MAX);
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    return 'is not known to the pipeline';
  }
  if (keyword === 'uniqueItems') return 'must not have an item twice';
  const bound = BOUNDS[keyword];
  if (bound === undefined || !parentSchema) return message ?? 'is not acceptable';
  const value = shorten(writeJson(memberOf(parentSchema, keyword)), ALLOWED_MAX);
  return ['must be', bound, value].filter((word) => word !== '').join(' ');
}

/** The errors by their fields, without those of defaults: nobody sent them. */
function toFields(all: readonly ErrorObject[], isFilled?: Filled['isFilled']): FieldError[] {
  // What the branch of a condition asks for is told by errors of its own.
  const telling = all.filter(({ keyword }) => keyword !== 'if');
  const fields = new Map<string, string>();
  for (const error of telling.length === 0 ? all : telling) {
    const place = placeOf(error);
    if (isFilled?.(place)) continue;
    const field = fieldName(['params', ...place]);
    if (!fields.has(field)) fields.set(field, sentence(error));
    if (fields.size === ERRORS_MAX) break;
  }
  return [...fields].map(([field, message]) => ({ field, message }));
}

/**
 * What is wrong with the params: at most 20 entries named `params.<key>`, none when they match the schema. Numbers
 * are compared by their digits. A schema that does not compile gives one entry for `params_schema`; saving such a schema
 * is refused, so its row was written by other means. `given`: what of the program's params these are.
 */
export async function checkParams(
  schema: JsonObject,
  params: JsonObject,
  given: Given = 'all',
): Promise<readonly FieldError[]> {
  const { check, fault } = await lookUp(schema, given);
  if (!check) return [{ field: 'params_schema', message: fault ?? 'cannot be used' }];
  const filled = given === 'but defaults' ? withDefaults(schema, params) : undefined;
  meter.left = CHECK_STEPS_MAX;
  try {
    if (check(toPlainValue(filled?.params ?? params))) return [];
  } catch (error) {
    // A schema that refers to itself at the same place exhausts the stack.
    if (!(error instanceof TooMuch || error instanceof RangeError)) throw error;
    return [{ field: 'params', message: 'would take too long to check by the schema' }];
  }
  return toFields(check.errors ?? [], filled?.isFilled);
}
