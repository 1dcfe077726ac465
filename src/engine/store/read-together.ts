/** Shares reads of rows that many requests need at once, such as an entry of the catalogue. */
import type { Table } from '../../core/limits.ts';
import type { Row, Store } from '../../ports/store.ts';

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
