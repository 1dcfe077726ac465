/**
 * Durable state: tables of partitions of rows, with optimistic concurrency. It promises exactly what Azure Tables
 * guarantees, so that the memory implementation can behave the same.
 */
import type { Table } from '../core/limits.ts';

/** A value of one column. Strings may be long (an adapter splits them); bytes are stored compressed. */
export type Value = string | number | boolean | Uint8Array;

export type Values = Readonly<Record<string, Value>>;

export type Row = {
  /** Row key: unique in its partition; rows are ordered by it (by UTF-16 code unit). */
  readonly key: string;
  /** Opaque version; changes with every write of the row. */
  readonly etag: string;
  readonly values: Values;
};

/**
 * One write of a commit. `insert` demands that the row is absent, `replace` that it still has `etag`.
 * `put` is unconditional, and so is `delete` without an `etag`: on Azure Tables a transaction's delete ignores
 * its ETag, so a removal that must be conditional is the commit's only write, or rides with a `replace` or an `insert`.
 * Deleting an absent row is a success when it is the commit's only write and has no `etag`, else a `Conflict`.
 */
export type Write =
  | { readonly op: 'insert'; readonly key: string; readonly values: Values }
  | { readonly op: 'replace'; readonly key: string; readonly values: Values; readonly etag: string }
  | { readonly op: 'put'; readonly key: string; readonly values: Values }
  | { readonly op: 'delete'; readonly key: string; readonly etag?: string };

/** The next possible key after this one, where a list continues. No key is another key followed by `!`. */
export const keyAfter = (key: string): string => `${key}!`;

/** Another writer was first: read and decide again. Nothing of the commit has happened. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/**
 * Every method may reject with an error that is not a `Conflict`; then a commit may or may not have
 * happened, and the caller has to read to find out.
 */
export interface Store {
  /** One row, or undefined. Reads are strongly consistent. */
  read(table: Table, partition: string, key: string): Promise<Row | undefined>;
  /** Rows with `from <= key < before` in key order, at most `limit` (1 to 1,000). */
  list(
    table: Table,
    partition: string,
    range: { readonly from?: string; readonly before?: string; readonly limit: number },
  ): Promise<readonly Row[]>;
  /** Whether the table has any row, whatever its partition. */
  hasRows(table: Table): Promise<boolean>;
  /**
   * Writes all or nothing. At most 100 writes, one per row, 4 MiB in all, 1 MiB a row (a larger
   * commit is a programming error and throws a RangeError before anything is sent).
   * Returns the new ETags of inserted, replaced and put rows by key. Rejects with `Conflict`.
   */
  commit(
    table: Table,
    partition: string,
    writes: readonly Write[],
  ): Promise<ReadonlyMap<string, string>>;
}
