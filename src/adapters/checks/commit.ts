/**
 * The limits of the store port. Every adapter checks them before it sends anything, so that the memory adapter
 * refuses exactly what Azure Tables would. Sizes count without compression: whether a commit is allowed must
 * not depend on how well its bytes compress.
 */
import {
  COMMIT_BYTES_MAX,
  COMMIT_WRITES_MAX,
  ROW_BYTES_MAX,
  ROWS_PER_LIST_MAX,
} from '../../core/limits.ts';
import type { Value, Values, Write } from '../../ports/store.ts';
import { escapeText, needsEscape } from './stored-text.ts';

/** A string property takes 64 KiB, that is 32,768 UTF-16 units; longer strings go to several properties. */
export const TEXT_PART_UNITS = 32_000;
/** A binary property takes 64 KiB. */
export const BYTES_PART = 65_536;
/** An entity has 255 properties, three of them (keys and timestamp) the service's own. */
export const COLUMNS_MAX = 252;
/** Keys take 1 KiB, that is 512 UTF-16 units. */
export const KEY_UNITS_MAX = 512;

/** Headers of one operation inside a transaction's multipart body, without the URL's keys. */
const OPERATION_OVERHEAD_BYTES = 512;
/** Quotes, colon, comma and the `@odata.type` annotation of one property. */
const PROPERTY_OVERHEAD_BYTES = 48;
/** gzip adds a header and a trailer (18 bytes), and five bytes per 16 KiB that do not compress; here a little more. */
const GZIP_BYTES = 32;
const GZIP_BLOCK = 16_384;
const GZIP_BLOCK_BYTES = 8;
const gzipGrowth = (bytes: number) => GZIP_BYTES + Math.ceil(bytes / GZIP_BLOCK) * GZIP_BLOCK_BYTES;

// The service refuses these in keys; C0, DEL and C1 are its "control characters". U+2028 and U+2029 stop Azurite.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN_IN_KEY = /[/\\#?\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;
/** No double underscore: adapters use it to name the parts of a long value. */
const COLUMN_NAME = /^[A-Za-z](?:[A-Za-z0-9]|_(?!_)){0,99}$/;
const RESERVED_COLUMNS = new Set(['partitionkey', 'rowkey', 'timestamp', 'etag']);

const fail = (message: string): never => {
  throw new RangeError(message);
};

/** Throws a RangeError unless `key` can be a partition or row key on Azure Tables. */
export function checkKey(key: string, what: 'partition' | 'row key' | 'bound' = 'row key'): void {
  if (key.length > KEY_UNITS_MAX) fail(`${what} is longer than ${KEY_UNITS_MAX} characters`);
  if (FORBIDDEN_IN_KEY.test(key)) {
    fail(`${what} ${JSON.stringify(key)} has a character that Azure Tables refuses`);
  }
}

/** Throws a RangeError unless `limit` is a whole number from 1 to 1,000. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > ROWS_PER_LIST_MAX) {
    fail(`limit ${limit} is not a whole number from 1 to ${ROWS_PER_LIST_MAX}`);
  }
}

type Size = { entity: number; wire: number; columns: number };

/** UTF-8 length of the string as JSON, or a little more. */
function jsonBytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x22 || unit === 0x5c) bytes += 2;
    else if (unit < 0x20) bytes += 6;
    else if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else bytes += 3; // Three for each half of a surrogate pair, which has four together.
  }
  return bytes;
}

function sizeOfText(stored: string): Size {
  // A part may end one unit early, so that no surrogate pair is split.
  const columns = Math.max(1, Math.ceil(stored.length / (TEXT_PART_UNITS - 1)));
  return { entity: stored.length * 2 + 4 * columns, wire: jsonBytes(stored), columns };
}

function sizeOfValue(name: string, value: Value): Size {
  if (typeof value === 'string') return sizeOfText(needsEscape(value) ? escapeText(value) : value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) fail(`column ${name} is not a finite number`);
    return { entity: 8, wire: 24, columns: 1 };
  }
  if (typeof value === 'boolean') return { entity: 1, wire: 5, columns: 1 };
  const bytes = value.byteLength + gzipGrowth(value.byteLength);
  const columns = Math.ceil(bytes / BYTES_PART);
  return { entity: value.byteLength + 4 * columns, wire: Math.ceil(bytes / 3) * 4, columns };
}

function sizeOfRow(partition: string, key: string, values: Values): Size {
  const keys = partition.length + key.length;
  const total: Size = { entity: 4 + keys * 2, wire: keys * 6, columns: 0 };
  for (const [name, value] of Object.entries(values)) {
    if (!COLUMN_NAME.test(name) || RESERVED_COLUMNS.has(name.toLowerCase())) {
      fail(`${JSON.stringify(name)} cannot be a column name`);
    }
    const size = sizeOfValue(name, value);
    total.entity += size.entity + size.columns * (8 + name.length * 2);
    total.wire += size.wire + size.columns * (PROPERTY_OVERHEAD_BYTES + name.length * 2);
    total.columns += size.columns;
  }
  return total;
}

/**
 * Throws a RangeError unless the commit keeps every bound: 1 to 100 writes, one per row; keys and
 * column names that Azure Tables takes; 252 properties and 1 MiB a row; 4 MiB of request in all.
 */
export function checkCommit(partition: string, writes: readonly Write[]): void {
  checkKey(partition, 'partition');
  if (writes.length < 1 || writes.length > COMMIT_WRITES_MAX) {
    fail(`a commit has 1 to ${COMMIT_WRITES_MAX} writes, not ${writes.length}`);
  }
  const keys = new Set<string>();
  let wire = 0;
  for (const write of writes) {
    checkKey(write.key);
    if (keys.has(write.key)) fail(`row ${write.key} is written twice in one commit`);
    keys.add(write.key);
    // Keys are in the operation's URL, percent-encoded, and in its body.
    wire += OPERATION_OVERHEAD_BYTES + (partition.length + write.key.length) * 9;
    if (write.op === 'delete') {
      if (write.etag !== undefined && writes.length > 1)
        fail(`row ${write.key} is deleted at its ETag beside other writes`);
      continue;
    }
    const size = sizeOfRow(partition, write.key, write.values);
    if (size.columns > COLUMNS_MAX) fail(`row ${write.key} has more than ${COLUMNS_MAX} columns`);
    if (size.entity > ROW_BYTES_MAX) fail(`row ${write.key} is larger than 1 MiB`);
    wire += size.wire;
  }
  if (wire > COMMIT_BYTES_MAX) fail('the commit is larger than 4 MiB');
}
