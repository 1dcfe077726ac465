/**
 * Entries of the catalogue as rows. For versioned entries a save writes the entry and a row for the version in one
 * transaction; a deleted entry leaves its version count, so that no number is used twice.
 */
import { AppError } from '../../core/errors.ts';
import { plainJson } from '../../core/json/text.ts';
import { parseStored, writeJson } from '../../core/json/write.ts';
import { VERSIONS_KEPT } from '../../core/limits.ts';
import type { Row, Values, Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { allRows, readTogether } from '../store/rows.ts';

/** What is kept of one sort of entries. */
export type Shelf = {
  readonly noun: string;
  readonly sort: 'pipelines' | 'targets';
  /** Whether every saved version is kept. */
  readonly versioned: boolean;
};

/** A stored entry. A deleted one keeps its version count, and its `body` is undefined. */
export type StoredEntry = {
  readonly name: string;
  readonly etag: string;
  readonly body: unknown;
  /** Number of the last saved version, and of the oldest kept one; 0 and 1 without versions. */
  readonly version: number;
  readonly oldest: number;
  /** The first version since the entry was made, or made again after a deletion. */
  readonly since: number;
};

/** An entry is one row; this leaves room for its key and for a later version of its shape. A save writes it twice. */
const ENTRY_BYTES_MAX = 512 * 1024;
/** Digits of a version number in a row key. */
const VERSION_DIGITS = 12;

const PREFIX = 'entry.';
const keyOf = (name: string): string => PREFIX + name;
/** '~' follows every character of a name. */
const ENTRIES = { from: PREFIX, before: `${PREFIX}~` };

/** Rows of the versions of a name, the newest first. A name has no dot. */
export const versionKey = (name: string, version: number): string =>
  `version.${name}.${String(10 ** VERSION_DIGITS - 1 - version).padStart(VERSION_DIGITS, '0')}`;

export const bodyOf = ({ values }: Row): unknown =>
  plainJson(parseStored(new TextDecoder().decode(values['body'] as Uint8Array)));

const storedOf = (row: Row): StoredEntry => ({
  name: row.key.slice(PREFIX.length),
  etag: row.etag,
  body: row.values['deleted'] === true ? undefined : bodyOf(row),
  version: Number(row.values['version'] ?? 0),
  oldest: Number(row.values['oldest'] ?? 1),
  since: Number(row.values['since'] ?? 1),
});

/** The row, also that of a deleted entry, as of the call or later. */
export async function readEntry(
  world: World,
  { sort }: Pick<Shelf, 'sort'>,
  domain: string,
  name: string,
): Promise<StoredEntry | undefined> {
  const partition = cataloguePartition(domain, sort);
  const row = await readTogether(world.store, 'catalogue', partition, keyOf(name));
  return row && storedOf(row);
}

/** All existing entries, by name; examines at most `limit` rows if given. */
export async function listEntries(
  world: World,
  { sort }: Shelf,
  domain: string,
  limit?: number,
): Promise<StoredEntry[]> {
  const partition = cataloguePartition(domain, sort);
  const rows =
    limit === undefined
      ? await allRows(world, 'catalogue', partition, ENTRIES)
      : await world.store.list('catalogue', partition, { ...ENTRIES, limit });
  return rows.map(storedOf).filter(({ body }) => body !== undefined);
}

/** As bytes: a row takes half as much text. Throws `invalid`. */
function bytesOf({ noun }: Shelf, value: unknown): Uint8Array {
  const body = new TextEncoder().encode(writeJson(value));
  if (body.byteLength <= ENTRY_BYTES_MAX) return body;
  const is = `has ${body.byteLength} bytes of JSON, at most ${ENTRY_BYTES_MAX} are kept`;
  throw new AppError('invalid', `The ${noun} ${is}.`);
}

const nextVersion = (before: StoredEntry | undefined): number => (before?.version ?? 0) + 1;

function writeOf(name: string, before: StoredEntry | undefined, values: Values): Write {
  const key = keyOf(name);
  return before === undefined
    ? { op: 'insert', key, values }
    : { op: 'replace', key, values, etag: before.etag };
}

/** The writes for a new version, and for the removal of those above the limit. */
function versionWrites(name: string, next: number, oldest: number, values: Values): Write[] {
  const gone = Array.from({ length: next - VERSIONS_KEPT - oldest + 1 }, (_, index) => ({
    op: 'delete' as const,
    key: versionKey(name, oldest + index),
  }));
  return [{ op: 'insert', key: versionKey(name, next), values }, ...gone];
}

/**
 * Writes the entry over the row that was read; `before` is undefined without one. `by`: the name of the caller's token, null
 * for the app itself. Rejects with `Conflict` when the row has changed, with `invalid` for an entry that is too large.
 */
export async function saveEntry<T extends { readonly name: string }>(
  world: World,
  shelf: Shelf,
  domain: string,
  { before, value, by }: { before: StoredEntry | undefined; value: T; by: string | null },
): Promise<{ readonly value: T; readonly etag: string }> {
  const { name } = value;
  const next = nextVersion(before);
  const kept = shelf.versioned ? { ...value, version: next } : value;
  const body = bytesOf(shelf, kept);
  const first = before?.oldest ?? 1;
  const oldest = Math.max(first, next - VERSIONS_KEPT + 1);
  const since = before?.body === undefined ? next : before.since;
  const saved_at = new Date(world.clock.now()).toISOString();
  const writes = shelf.versioned
    ? [
        writeOf(name, before, { body, version: next, oldest, since }),
        ...versionWrites(name, next, first, { body, saved_at, saved_by: by ?? '' }),
      ]
    : [writeOf(name, before, { body })];
  const etags = await world.store.commit(
    'catalogue',
    cataloguePartition(domain, shelf.sort),
    writes,
  );
  return { value: kept, etag: etags.get(keyOf(name)) ?? '' };
}

/** Deletes the entry; its versions stay. Rejects with `Conflict` when it has changed since it was read. */
export async function deleteEntry(
  world: World,
  { sort, versioned }: Shelf,
  domain: string,
  { name, etag, version, oldest }: StoredEntry,
): Promise<void> {
  const key = keyOf(name);
  const write: Write = versioned
    ? { op: 'replace', key, values: { deleted: true, version, oldest }, etag }
    : { op: 'delete', key, etag };
  await world.store.commit('catalogue', cataloguePartition(domain, sort), [write]);
}
