import type { Table } from '../../core/limits.ts';
import { Conflict, keyAfter, type Row, type Store } from '../../ports/store.ts';
import { checkCommit, checkKey, checkLimit } from '../checks/commit.ts';
import { decodeValues, encodeValues } from './values.ts';
import type { StorageClient } from './wire/client.ts';

/** Key, ETag and length of the values. */
type RowHead = readonly [key: string, etag: string, length: number];
type Page = { readonly rows: readonly RowHead[]; readonly more: boolean };
type Committed =
  | { readonly etags: readonly (readonly [key: string, etag: string])[] }
  | { readonly conflict: string };

async function rowsOf(heads: readonly RowHead[], body: Uint8Array): Promise<Row[]> {
  let at = 0;
  return Promise.all(
    heads.map(async ([key, etag, length]) => {
      const values = decodeValues(body.subarray(at, (at += length)));
      return { key, etag, values: await values };
    }),
  );
}

/**
 * The store port on SQLite. A commit that is answered is on the disk. It is never repeated: when its connection
 * breaks, or at its deadline, its outcome is unknown; reads are repeated.
 */
export function createSqliteStore(
  client: StorageClient,
  /** Put before each table's name. */
  prefix = '',
): Store {
  const nameOf = (table: Table): string => prefix + table;
  const page = async (args: readonly unknown[]) => {
    const { result, body } = await client.call('rows.list', args, { repeatable: true });
    const { rows, more } = result as Page;
    return { rows: await rowsOf(rows, body), more };
  };
  return {
    async read(table, partition, key) {
      checkKey(partition, 'partition');
      checkKey(key);
      const args = [nameOf(table), partition, key];
      const { result, body } = await client.call('rows.read', args, { repeatable: true });
      return result === null
        ? undefined
        : { key, etag: result as string, values: await decodeValues(body) };
    },

    async list(table, partition, { from = '', before, limit }) {
      checkKey(partition, 'partition');
      checkKey(from, 'bound');
      checkKey(before ?? '', 'bound');
      checkLimit(limit);
      const rows: Row[] = [];
      // An answer has a few MiB at most.
      for (let next = from; ; ) {
        const left = limit - rows.length;
        const found = await page([nameOf(table), partition, next, before ?? null, left]);
        rows.push(...found.rows);
        const last = rows.at(-1);
        if (!found.more || last === undefined) return rows;
        next = keyAfter(last.key);
      }
    },

    async hasRows(table) {
      const { result } = await client.call('rows.any', [nameOf(table)], { repeatable: true });
      return result === true;
    },

    async commit(table, partition, writes) {
      checkCommit(partition, writes);
      const parts = await Promise.all(
        writes.map(async (write) =>
          write.op === 'delete' ? new Uint8Array() : encodeValues(write.values),
        ),
      );
      const changes = writes.map((write, index) => [
        write.op,
        write.key,
        'etag' in write ? (write.etag ?? null) : null,
        parts[index]?.byteLength ?? 0,
      ]);
      const args = [nameOf(table), partition, changes];
      const { result } = await client.call('rows.commit', args, { parts });
      const committed = result as Committed;
      if ('conflict' in committed) throw new Conflict(committed.conflict);
      return new Map(committed.etags);
    },
  };
}
