/** Lists of runs, newest first: an index by domain and month that may lag behind the runs themselves. */
import type { Run } from '../core/run.ts';
import { behind } from '../ports/store.ts';
import type { World } from '../ports/world.ts';

export type IndexEntry = Pick<
  Run,
  'run_id' | 'state' | 'lane' | 'pipeline' | 'labels' | 'created_at'
>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Turns ascending ids into descending keys, character by character. */
const invert = (id: string): string =>
  Array.from(id, (char) => ALPHABET.charAt(31 - ALPHABET.indexOf(char))).join('');

const monthOf = (createdAt: string): string => createdAt.slice(0, 7);
/** Months descend too: 999999 less the month's number. */
const monthKey = (month: string): string => String(999_999 - Number(month.replace('-', '')));
const keyOf = (runId: string): string => `r${invert(runId.slice(1))}`;

/** Months that this instance has recorded, so that it writes each only once. */
const recorded = new WeakMap<World, Set<string>>();

export async function putIndex(world: World, run: Run): Promise<void> {
  const month = monthOf(run.created_at);
  const known = recorded.get(world) ?? new Set<string>();
  recorded.set(world, known);
  if (!known.has(`${run.domain}.${month}`)) {
    await world.store.commit('index', run.domain, [
      { op: 'put', key: monthKey(month), values: { month } },
    ]);
    known.add(`${run.domain}.${month}`);
  }
  const { run_id, state, lane, pipeline, labels, created_at } = run;
  const body = JSON.stringify({
    run_id,
    state,
    lane,
    pipeline,
    labels,
    created_at,
  } satisfies IndexEntry);
  await world.store.commit('index', `${run.domain}.${month}`, [
    { op: 'put', key: keyOf(run_id), values: { body } },
  ]);
}

/** A place in the list: `<month>/<key>` of the last entry seen. */
export type Cursor = { readonly month: string; readonly key: string };

/** Entries after the cursor, newest first, page by page, until `since` (RFC 3339) is passed. */
export async function* walkIndex(
  world: World,
  domain: string,
  cursor: Cursor | null,
  since: string | undefined,
): AsyncGenerator<{ entry: IndexEntry; cursor: Cursor }> {
  const from = cursor ? monthKey(cursor.month) : '';
  const months = await world.store.list('index', domain, { from, limit: 1_000 });
  for (const { values } of months) {
    const month = String(values['month']);
    if (since !== undefined && month < since.slice(0, 7)) return;
    let after = cursor?.month === month ? behind(cursor.key) : '';
    for (;;) {
      const rows = await world.store.list('index', `${domain}.${month}`, {
        from: after,
        limit: 200,
      });
      for (const row of rows) {
        const entry = JSON.parse(String(row.values['body'])) as IndexEntry;
        if (since !== undefined && entry.created_at < since) return;
        yield { entry, cursor: { month, key: row.key } };
      }
      const last = rows.at(-1);
      if (!last || rows.length < 200) break;
      after = behind(last.key);
    }
  }
}
