/** Writes JSON: compact, with numbers and members as they were written. */
import { isJsonObject, JsonNumber, type JsonObject, type JsonTree, parseJson } from './text.ts';

/** Where an object carries the text it was made of; not enumerable, so that nothing but `writeJson` sees it. */
const TEXT = Symbol('text');

/** The object of a JSON text, in values of JavaScript; `writeJson` writes the text itself. */
export const withText = (text: string): Record<string, unknown> =>
  Object.defineProperty(JSON.parse(text) as Record<string, unknown>, TEXT, { value: text });

function membersOf(value: object): [string, unknown][] {
  if (isJsonObject(value)) return [...value];
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** What `write` makes of each member, or item, of an object that is no number. */
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

/** Compact JSON of a tree, of values of JavaScript, or of one with the other inside. */
export const writeJson = (value: unknown): string => write(value, false);

/**
 * The same with sorted keys: equal for what differs in white space, order and escapes alone. Numbers are what
 * their text says: `1` and `1.0` are two.
 */
export const canonicalJson = (value: unknown): string => write(value, true);

/** The tree of values of JavaScript, or of trees inside of them. */
export const toTree = (value: unknown): JsonTree => parseStored(writeJson(value));

/** Of what was within bounds when it came, and may be more together with other things. */
export const parseStored = (text: string): JsonTree => parseJson(text, Number.POSITIVE_INFINITY);

/** Objects merge at every depth; all else, null too, replaces what was there. Members of `base` come first. */
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
  // Counted, not encoded: this is done for every event that is read or sent.
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A surrogate pair has four bytes together.
    bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes;
}
