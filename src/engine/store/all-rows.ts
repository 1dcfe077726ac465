/** Rows of one partition, however many, page by page. */
import type { Table } from '../../core/limits.ts';
import { keyAfter, type Row } from '../../ports/store.ts';
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
