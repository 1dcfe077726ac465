/** Which field of a form fits a field of the API, by its schema. */
import type { Plain, Schema } from '../parts/api-document.ts';
import type { Path } from './json-text.ts';

export type Shape =
  | 'text'
  /** Several lines, such as a script. */
  | 'long'
  | 'integer'
  | 'boolean'
  | 'choice'
  /** Several of a few. */
  | 'choices'
  /** Texts, one a line. */
  | 'list'
  /** `NAME=text`, one a line. */
  | 'map'
  | 'group'
  | 'json';

/** Longer texts get several lines. */
const LINE_CHARS_MAX = 1_000;

const isText = (schema: boolean | Schema | undefined): boolean =>
  typeof schema === 'object' && schema.type === 'string';

export function shapeOf(field: Plain & { readonly maxLength?: number }): Shape {
  if (field.enum !== undefined) return 'choice';
  const { type } = field;
  if (type === 'string') return (field.maxLength ?? 0) > LINE_CHARS_MAX ? 'long' : 'text';
  if (type === 'integer' || type === 'boolean') return type;
  if (type === 'array') {
    if (field.items?.$ref !== undefined || field.items?.enum !== undefined) return 'choices';
    return isText(field.items) ? 'list' : 'json';
  }
  if (type !== 'object') return 'json';
  if (field.properties !== undefined) return 'group';
  return isText(field.additionalProperties) ? 'map' : 'json';
}

/** `run_as_user` as people write it. */
export const labelOf = (name: string): string =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** The default that the description ends with, as text for an empty field. */
export function defaultIn(description: string | undefined): string | undefined {
  const found = /Default: `(.*)`\.$/.exec(description ?? '')?.[1];
  if (found === undefined || ['null', '""', '[]', '{}'].includes(found)) return undefined;
  return found.replaceAll('"', '');
}

export const idOf = (path: Path): string => path.join('.');
