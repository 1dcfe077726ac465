import type { Table } from '../../core/limits.ts';
import { Conflict, type Row, type Store, type Values, type Write } from '../../ports/store.ts';
import { checkCommit, checkKey, checkLimit } from '../checks/commit.ts';

/** What a memory store holds, for tests that assert on the resulting state. */
export type MemoryStore = Store & {
  /** Every row of a table with its partition, in order of partition, then key. Copies. */
  dump(table: Table): readonly (Row & { readonly partition: string })[];
};

type Stored = { readonly etag: string; readonly values: Values };

/** Rows by key, and the keys in order, so that a list is a binary search and not a sort. */
type Partition = { readonly rows: Map<string, Stored>; readonly keys: string[] };

/**
 * The store port in memory: same bounds, same conflicts and same order as Azure Tables, and
 * deterministic (ETags are counted). Values are copied on the way in and out.
 */
export function createMemoryStore(): MemoryStore {
  const partitions = new Map<string, Partition>();
  let version = 0;

  const partitionOf = (table: Table, partition: string): Partition => {
    const id = `${table}/${partition}`;
    let found = partitions.get(id);
    if (found === undefined) {
      found = { rows: new Map(), keys: [] };
      partitions.set(id, found);
    }
    return found;
  };

  return {
    async read(table, partition, key) {
      checkKey(partition, 'partition');
      checkKey(key);
      const stored = partitionOf(table, partition).rows.get(key);
      return stored && rowOf(key, stored);
    },

    async list(table, partition, { from, before, limit }) {
      checkKey(partition, 'partition');
      checkKey(from ?? '', 'bound');
      checkKey(before ?? '', 'bound');
      checkLimit(limit);
      const { rows, keys } = partitionOf(table, partition);
      const start = from === undefined ? 0 : lowerBound(keys, from);
      const end = before === undefined ? keys.length : lowerBound(keys, before);
      return keys
        .slice(start, Math.min(end, start + limit))
        .map((key) => rowOf(key, rows.get(key) as Stored));
    },

    async hasRows(table) {
      return [...partitions].some(
        ([id, { keys }]) => id.startsWith(`${table}/`) && keys.length > 0,
      );
    },

    async commit(table, partition, writes) {
      checkCommit(partition, writes);
      const target = partitionOf(table, partition);
      for (const write of writes) assertApplies(target, write, writes.length === 1);
      const etags = new Map<string, string>();
      drop(
        target,
        writes.filter(({ op }) => op === 'delete').map(({ key }) => key),
      );
      for (const write of writes) {
        if (write.op === 'delete') continue;
        version += 1;
        const etag = `v${version}`;
        keep(target, write.key, { etag, values: copyOf(write.values) });
        etags.set(write.key, etag);
      }
      return etags;
    },

    dump(table) {
      return [...partitions]
        .filter(([id]) => id.startsWith(`${table}/`))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([id, { rows, keys }]) =>
          keys.map((key) => ({
            partition: id.slice(table.length + 1),
            ...rowOf(key, rows.get(key) as Stored),
          })),
        );
    },
  };
}

function assertApplies(partition: Partition, write: Write, alone: boolean): void {
  const stored = partition.rows.get(write.key);
  switch (write.op) {
    case 'insert':
      if (stored) throw new Conflict(`row ${write.key} exists`);
      return;
    case 'replace':
      if (stored?.etag !== write.etag) throw new Conflict(`row ${write.key} has changed`);
      return;
    case 'delete':
      if (write.etag !== undefined && stored?.etag !== write.etag)
        throw new Conflict(`row ${write.key} has changed`);
      if (!stored && !alone) throw new Conflict(`row ${write.key} is absent`);
      return;
    case 'put':
      return;
  }
}

function keep(partition: Partition, key: string, stored: Stored): void {
  if (!partition.rows.has(key)) partition.keys.splice(lowerBound(partition.keys, key), 0, key);
  partition.rows.set(key, stored);
}

/** Removes neighbouring keys together: a million rows go a transaction at a time. */
function drop({ rows, keys }: Partition, dropped: readonly string[]): void {
  const there = dropped.filter((key) => rows.delete(key)).sort();
  for (let next = 0; next < there.length; ) {
    const start = lowerBound(keys, there[next] as string);
    let count = 1;
    while (next + count < there.length && keys[start + count] === there[next + count]) count += 1;
    keys.splice(start, count);
    next += count;
  }
}

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const rowOf = (key: string, stored: Stored): Row => ({
  key,
  etag: stored.etag,
  values: copyOf(stored.values),
});

const copyOf = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? new Uint8Array(value) : value,
    ]),
  );
