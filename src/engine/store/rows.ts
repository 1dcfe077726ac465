/** Rows and ranges of rows: shared reads, lists of any length, conditional writes. */
import type { Table } from '../../core/limits.ts';
import { keyAfter, type Row, type Store, type Values } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

/** Most rows of one list. */
const PAGE = 1_000;

/** All rows of the range, in key order. Rows that are written meanwhile may be included or not. */
export async function allRows(
  world: World,
  table: Table,
  partition: string,
  range: { readonly from: string; readonly before?: string },
): Promise<Row[]> {
  const found: Row[] = [];
  for (let { from } = range; ; ) {
    const rows = await world.store.list(table, partition, { ...range, from, limit: PAGE });
    found.push(...rows);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return found;
    from = keyAfter(last.key);
  }
}

/**
 * Writes a row over the version that was read (`etag`; null without a row). Returns the new ETag. Rejects with `Conflict`
 * when the row has changed.
 */
export async function writeRow(
  world: World,
  table: Table,
  partition: string,
  key: string,
  values: Values,
  etag: string | null,
): Promise<string> {
  const etags = await world.store.commit(table, partition, [
    etag === null ? { op: 'insert', key, values } : { op: 'replace', key, values, etag },
  ]);
  return etags.get(key) ?? '';
}

/** For one row: the current read, and the next one, which all callers that come meanwhile share. */
type Turn = { readonly now: Promise<Row | undefined>; next?: Promise<Row | undefined> };
const turns = new WeakMap<Store, Map<string, Turn>>();

/** The row as of the call or later. A read that began before the call is not used: the row may have changed since. */
export function readTogether(
  store: Store,
  table: Table,
  partition: string,
  key: string,
): Promise<Row | undefined> {
  const known = turns.get(store) ?? new Map<string, Turn>();
  turns.set(store, known);
  const id = `${table} ${partition} ${key}`;
  const begin = (): Promise<Row | undefined> => {
    const turn: Turn = { now: store.read(table, partition, key) };
    known.set(id, turn);
    const close = (): void => {
      if (!turn.next) known.delete(id);
    };
    turn.now.then(close, close);
    return turn.now;
  };
  const turn = known.get(id);
  return turn ? (turn.next ??= turn.now.then(begin, begin)) : begin();
}
