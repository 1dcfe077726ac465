/**
 * Rows as Azure Tables entities. A column `name` is the property `name` if it fits; a longer value continues in
 * `name__1`, `name__2`, …. Bytes are one gzip stream over such parts; a few bytes are stored uncompressed in
 * `name__p`, because compressing them costs more than it saves. A string with characters that cannot be
 * stored (`adapters/checks/stored-text.ts`) is escaped, in `name__e`. Rows are always written whole, so no part
 * of an earlier, longer value remains.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Row, Value, Values } from '../../ports/store.ts';
import { BYTES_PART, TEXT_PART_UNITS } from '../checks/commit.ts';
import { escapeText, needsEscape, unescapeText } from '../checks/stored-text.ts';

type Property = string | number | boolean | Uint8Array | { type: 'Double'; value: number };

export type Entity = { partitionKey: string; rowKey: string; [property: string]: Property };

const compress = promisify(gzip);
const expand = promisify(gunzip);

const ESCAPED_MARK = '__e';
const PLAIN_MARK = '__p';
/** Bytes up to this size are not compressed: what a live log commits several times a second. */
const PLAIN_MAX = 4 * 1024;
const PART_MARK = '__';

export async function encodeEntity(
  partition: string,
  key: string,
  values: Values,
): Promise<Entity> {
  const entity: Entity = { partitionKey: partition, rowKey: key };
  for (const [name, value] of Object.entries(values)) {
    for (const [property, part] of await encodeValue(name, value)) entity[property] = part;
  }
  return entity;
}

async function encodeValue(name: string, value: Value): Promise<[string, Property][]> {
  if (typeof value === 'boolean') return [[name, value]];
  if (typeof value === 'number') {
    // The service takes an integer without a type for an Int32, and refuses a larger one.
    const plain = Number.isInteger(value) && value === (value | 0);
    return [[name, plain ? value : { type: 'Double', value }]];
  }
  if (typeof value === 'string') {
    if (!needsEscape(value)) return named(name, textParts(value));
    return named(name + ESCAPED_MARK, textParts(escapeText(value)));
  }
  if (value.length > 0 && value.length <= PLAIN_MAX) return named(name + PLAIN_MARK, [value]);
  return named(name, bytesParts(await compress(value)));
}

const named = <T>(name: string, parts: T[]): [string, T][] =>
  parts.map((part, index) => [index === 0 ? name : `${name}${PART_MARK}${index}`, part]);

function textParts(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  do {
    let end = start + TEXT_PART_UNITS;
    // A surrogate pair must not be split between parts: a half cannot be written as UTF-8.
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  } while (start < text.length);
  return parts;
}

function bytesParts(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.byteLength; start += BYTES_PART) {
    parts.push(bytes.subarray(start, start + BYTES_PART));
  }
  return parts;
}

/** The row of an entity as the SDK returns it. Throws when it holds what `encodeEntity` never writes. */
export async function decodeRow(entity: Readonly<Record<string, unknown>>): Promise<Row> {
  const { etag, rowKey, partitionKey: _partition, timestamp: _timestamp, ...properties } = entity;
  const values: Record<string, Value> = {};
  for (const [property, first] of Object.entries(properties)) {
    // `odata.metadata` and the like.
    if (property.includes('.')) continue;
    if (property.endsWith(PLAIN_MARK)) {
      if (!(first instanceof Uint8Array)) throw foreign();
      values[property.slice(0, -PLAIN_MARK.length)] = new Uint8Array(first);
      continue;
    }
    const isEscaped = property.endsWith(ESCAPED_MARK);
    const name = isEscaped ? property.slice(0, -ESCAPED_MARK.length) : property;
    if (name.includes(PART_MARK)) continue;
    const parts = [first];
    for (let index = 1; `${property}${PART_MARK}${index}` in properties; index += 1) {
      parts.push(properties[`${property}${PART_MARK}${index}`]);
    }
    const value = await decodeValue(parts);
    values[name] = isEscaped && typeof value === 'string' ? unescapeText(value) : value;
  }
  return { key: rowKey as string, etag: etag as string, values };
}

const foreign = (): TypeError => new TypeError('an entity has a property of foreign type');

async function decodeValue(parts: readonly unknown[]): Promise<Value> {
  const [first] = parts;
  if (typeof first === 'string') return parts.length === 1 ? first : parts.join('');
  if (typeof first === 'number' || typeof first === 'boolean') return first;
  if (!(first instanceof Uint8Array)) throw foreign();
  return new Uint8Array(await expand(Buffer.concat(parts as Uint8Array[])));
}
