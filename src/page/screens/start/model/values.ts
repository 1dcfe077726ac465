/** What is typed into a field as a value of JSON, and back, with the digits of numbers. */
import {
  isJsonObject,
  JsonFault,
  JsonNumber,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../../../core/json/text.ts';
import { mergeJson, prettyJson, writeJson } from '../../../../core/json/write.ts';
import { sameTree } from './conditions.ts';
import { applies, type Field, type FieldKind, type Form, fieldsOf, isRequired } from './schema.ts';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The value of a text; what is no value of the kind stays text, so that nothing is lost and the server tells. */
export function fromText(kind: FieldKind, text: string): JsonTree {
  const trimmed = text.trim();
  if (kind === 'number' && NUMBER.test(trimmed)) return new JsonNumber(trimmed);
  if (kind !== 'json') return text;
  try {
    return parseJson(trimmed);
  } catch {
    return text;
  }
}

/** What is wrong with a text of JSON; undefined where it is JSON. */
export function jsonFault(text: string): string | undefined {
  try {
    parseJson(text.trim());
    return undefined;
  } catch (error) {
    if (error instanceof JsonFault) return error.message;
    throw error;
  }
}

export function toText(kind: FieldKind, value: JsonTree | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') {
    // Text that would be read as another value is written with its quotes.
    return kind === 'json' && !sameTree(fromText('json', value), value) ? writeJson(value) : value;
  }
  if (value === null && kind !== 'json') return '';
  return value instanceof JsonNumber ? value.text : prettyJson(value);
}

/** A value for people, on one line. */
export const shown = (value: JsonTree): string =>
  value === '' ? 'empty' : typeof value === 'string' ? value : writeJson(value);

/** The params with one more value; without the name where the value is what runs anyway, or undefined. */
export function withParam(
  params: JsonObject,
  field: Field,
  value: JsonTree | undefined,
): JsonObject {
  const next = new Map(params);
  const isNothing = value === '' && field.fallback === undefined;
  const isFallback =
    value !== undefined && field.fallback !== undefined && sameTree(value, field.fallback);
  if (value === undefined || isNothing || isFallback) next.delete(field.name);
  else next.set(field.name, value);
  return next;
}

/** Given params over all defaults: what conditions are about. */
export function effective(form: Form, given: JsonObject): JsonObject {
  const defaults = fieldsOf(form).flatMap(({ name, fallback }): [string, JsonTree][] =>
    fallback === undefined ? [] : [[name, fallback]],
  );
  return mergeJson(new Map(defaults), given);
}

/** What is sent: what was given, and the defaults that only the schema has of params that have to be there. */
export function toSend(form: Form, given: JsonObject): JsonObject {
  const all = effective(form, given);
  const added = fieldsOf(form).flatMap((field): [string, JsonTree][] => {
    const { name, fallback, fallbackOfSchema, fixed } = field;
    if (fallback === undefined || !fallbackOfSchema || fixed || given.has(name)) return [];
    return isRequired(field, all, form) && applies(field, all, form) ? [[name, fallback]] : [];
  });
  return new Map([...given, ...added]);
}

/** The params of a text in JSON: an object. Throws JsonFault. */
export function paramsOfJson(text: string): JsonObject {
  return objectOf(text.trim() === '' ? new Map() : parseJson(text));
}

export function objectOf(tree: JsonTree): JsonObject {
  if (isJsonObject(tree)) return tree;
  throw new JsonFault('has to be one object, with a name for each param', {
    syntax: false,
    path: [],
    line: 0,
    column: 0,
  });
}
