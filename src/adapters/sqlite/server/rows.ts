/** Tables of partitions of rows. Values are bytes here: what is in them is the business of the clients. */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Operation, TOKEN_BYTES } from './operation.ts';

type Op = 'insert' | 'replace' | 'put' | 'delete';
type Change = readonly [op: Op, key: string, etag: string | null, length: number];
type Stored = { readonly key: string; readonly etag: string; readonly body: Uint8Array };

/** One answer has about this many bytes of rows at most, and one row at least. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** As Azure Tables has it. Names become part of SQL. */
const TABLE_NAME = /^[A-Za-z][A-Za-z0-9]{2,62}$/;

type Statements = Readonly<
  Record<'read' | 'etag' | 'list' | 'any' | 'put' | 'delete', StatementSync>
>;

function statementsOf(database: DatabaseSync, table: string): Statements {
  const at = 'WHERE partition = ? AND key = ?';
  return {
    read: database.prepare(`SELECT etag, body FROM "${table}" ${at}`),
    etag: database.prepare(`SELECT etag FROM "${table}" ${at}`),
    // Without an upper bound the second parameter is null.
    list: database.prepare(
      `SELECT key, etag, body FROM "${table}" WHERE partition = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key LIMIT ?4`,
    ),
    any: database.prepare(`SELECT 1 FROM "${table}" LIMIT 1`),
    put: database.prepare(
      `INSERT INTO "${table}" (partition, key, etag, body) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET etag = excluded.etag, body = excluded.body`,
    ),
    delete: database.prepare(`DELETE FROM "${table}" ${at}`),
  };
}

/** Why the change does not apply to a row with that ETag (undefined: no row); undefined when it does. */
function conflictOf(
  [op, key, etag]: Change,
  stored: string | undefined,
  isAlone: boolean,
): string | undefined {
  if (op === 'insert') return stored === undefined ? undefined : `row ${key} exists`;
  if (etag !== null && stored !== etag) return `row ${key} has changed`;
  if (op === 'delete' && stored === undefined && !isAlone) return `row ${key} is absent`;
  return undefined;
}

/** The statements of each table, made at its first use; a table itself with its first row. */
function createTables(database: DatabaseSync) {
  const tables = new Map<string, Statements>();
  const there = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  function of(name: unknown, isMade: true): Statements;
  function of(name: unknown): Statements | undefined;
  function of(name: unknown, isMade = false): Statements | undefined {
    const key = String(name);
    const known = tables.get(key);
    if (known !== undefined) return known;
    if (!TABLE_NAME.test(key)) throw new Error('that is no name of a table');
    const table = `rows_${key}`;
    if (there.get(table) === undefined) {
      if (!isMade) return undefined;
      database.exec(
        `CREATE TABLE "${table}" (partition TEXT NOT NULL, key TEXT NOT NULL, etag TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (partition, key)) STRICT, WITHOUT ROWID`,
      );
    }
    const statements = statementsOf(database, table);
    tables.set(key, statements);
    return statements;
  }
  return { of, forget: () => tables.clear() };
}

export function createRows(database: DatabaseSync) {
  const tables = createTables(database);
  /** ETags are never used twice, also not after a rollback or by another process. */
  const mine = randomBytes(TOKEN_BYTES).toString('base64url');
  let writes = 0;

  const read: Operation = ([name, partition, key]) => {
    const row = tables.of(name)?.read.get(String(partition), String(key)) as Stored | undefined;
    return row === undefined ? { result: null } : { result: row.etag, parts: [row.body] };
  };

  const list: Operation = ([name, partition, from, before, limit]) => {
    const upTo = typeof before === 'string' ? before : null;
    const found = tables
      .of(name)
      ?.list.iterate(...([String(partition), String(from), upTo, Number(limit)] as const));
    const rows: Stored[] = [];
    let bytes = 0;
    let more = false;
    for (const row of (found ?? []) as Iterable<Stored>) {
      more = rows.length > 0 && bytes + row.body.byteLength > PAGE_BYTES;
      if (more) break;
      rows.push(row);
      bytes += row.body.byteLength;
    }
    const heads = rows.map(({ key, etag, body }) => [key, etag, body.byteLength]);
    return { result: { rows: heads, more }, parts: rows.map(({ body }) => body) };
  };

  const any: Operation = ([name]) => ({ result: tables.of(name)?.any.get() !== undefined });

  /** Every change is checked before the first is made: a conflict leaves nothing behind in the transaction. */
  const commit: Operation = ([name, partition, all], body) => {
    const changes = all as readonly Change[];
    const table = tables.of(name, true);
    const where = String(partition);
    for (const change of changes) {
      const stored = table.etag.get(where, change[1])?.['etag'] as string | undefined;
      const conflict = conflictOf(change, stored, changes.length === 1);
      if (conflict !== undefined) return { result: { conflict } };
    }
    const etags: [key: string, etag: string][] = [];
    let at = 0;
    for (const [op, key, , length] of changes) {
      if (op === 'delete') {
        table.delete.run(where, key);
        continue;
      }
      const etag = `${mine}.${(writes += 1)}`;
      table.put.run(where, key, etag, body.subarray(at, (at += length)));
      etags.push([key, etag]);
    }
    return { result: { etags } };
  };

  return {
    operations: {
      'rows.read': read,
      'rows.list': list,
      'rows.any': any,
      'rows.commit': commit,
    },
    /** After a rollback: a table that was made is gone. */
    forget: tables.forget,
  };
}
