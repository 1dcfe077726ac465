/** Writes JSON: compact, with numbers and members as they were written. */
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
  parseJson,
  plainJson,
} from './text.ts';

/** Key under which an object keeps its JSON text; not enumerable, so that only `writeJson` sees it. */
const TEXT = Symbol('text');

/** The object of a JSON text as JavaScript values; `writeJson` writes the original text. */
export const withText = (text: string): Record<string, unknown> =>
  Object.defineProperty(JSON.parse(text) as Record<string, unknown>, TEXT, { value: text });

function membersOf(value: object): [string, unknown][] {
  if (isJsonObject(value)) return [...value];
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** Writes each member or item of an object or array. */
function writeEach(value: object, sorted: boolean): string {
  if (Array.isArray(value))
    return `[${value.map((item) => write(item ?? null, sorted)).join(',')}]`;
  const members = membersOf(value);
  if (sorted) members.sort(([a], [b]) => (a < b ? -1 : 1));
  const written = members.map(([key, member]) => `${JSON.stringify(key)}:${write(member, sorted)}`);
  return `{${written.join(',')}}`;
}

function write(value: unknown, sorted: boolean): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.text;
  const text = (value as { readonly [TEXT]?: string })[TEXT];
  if (text === undefined) return writeEach(value, sorted);
  return sorted ? write(parseStored(text), true) : text;
}

/** Compact JSON of a tree, of JavaScript values, or of a mix of both. */
export const writeJson = (value: unknown): string => write(value, false);

/**
 * The same with sorted keys: texts that differ only in white space, order or escapes become equal. Numbers are compared
 * as text: `1` and `1.0` differ.
 */
export const canonicalJson = (value: unknown): string => write(value, true);

/** The same on lines of their own, for people: nested parts by two blanks. */
export function prettyJson(tree: JsonTree, margin = ''): string {
  const inner = `${margin}  `;
  const wrap = (open: string, items: readonly string[], close: string): string =>
    items.length === 0
      ? open + close
      : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${margin}${close}`;
  if (Array.isArray(tree))
    return wrap(
      '[',
      (tree as readonly JsonTree[]).map((item) => prettyJson(item, inner)),
      ']',
    );
  if (!isJsonObject(tree)) return write(tree, false);
  const members = Array.from(
    tree,
    ([key, value]) => `${JSON.stringify(key)}: ${prettyJson(value, inner)}`,
  );
  return wrap('{', members, '}');
}

/** JSON as JavaScript values, whose params keep their text: `writeJson` writes them with all digits. */
export function readKeepingParams(text: string): unknown {
  const keep = (value: unknown): unknown => {
    if (isJsonObject(value)) return withText(writeJson(value));
    if (Array.isArray(value)) return value.map(keep);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, keep(member)]));
  };
  return keep(plainJson(parseStored(text)));
}

/** The tree of JavaScript values, which may contain trees. */
export const toTree = (value: unknown): JsonTree => parseStored(writeJson(value));

/** Parses stored JSON without the limit on names and values: each part was within it, the merged whole may not be. */
export const parseStored = (text: string): JsonTree => parseJson(text, Number.POSITIVE_INFINITY);

/** Objects merge at every depth; any other value, null too, replaces the one in `base`. Members of `base` come first. */
export function mergeJson(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(base);
  for (const [key, value] of over) {
    const before = merged.get(key);
    const both = isJsonObject(before) && isJsonObject(value);
    merged.set(key, both ? mergeJson(before, value) : value);
  }
  return merged;
}

/** Bytes of a text in UTF-8; a lone half of a surrogate pair does not occur in JSON text. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  // Counted, not encoded: this runs for every event that is read or sent.
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A surrogate pair has four bytes together.
    bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes;
}

/** The size of a value of JavaScript as compact JSON. */
export const jsonBytes = (value: unknown): number => utf8Bytes(JSON.stringify(value));
