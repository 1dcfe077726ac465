import { describe, expect, it } from 'vitest';
import { Conflict, type Store, type Values, type Write } from '../../../src/ports/store.ts';

let partitions = 0;
/** A partition that no other test uses. */
const fresh = () => `p${++partitions}-${process.pid}`;
const numbered = (index: number) => `e.${String(index).padStart(12, '0')}`;
const insert = (key: string, values: Values = {}): Write => ({ op: 'insert', key, values });
const keysOf = (rows: readonly { key: string }[]) => rows.map(({ key }) => key);

/** Deterministic bytes that do not compress. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 0x9e3779b9;
  for (let index = 0; index < length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}

/** What every implementation of the store port promises. `store` is called inside the tests. */
export function testStore(name: string, store: () => Store): void {
  const all = (partition: string) => store().list('runs', partition, { limit: 1_000 });
  const read = (partition: string, key: string) => store().read('runs', partition, key);
  const commit = (partition: string, ...writes: Write[]) =>
    store().commit('runs', partition, writes);
  const etagIn = async (partition: string, key: string) => (await read(partition, key))?.etag ?? '';

  describe(`${name}: reading and writing one row`, () => {
    it('finds nothing where nothing was written', async () => {
      const partition = fresh();
      expect(await read(partition, 'run')).toBeUndefined();
      expect(await all(partition)).toEqual([]);
    });

    it('returns what was written, with the ETag that the commit returned', async () => {
      const partition = fresh();
      const values = {
        text: 'läuft ✓ 😀',
        empty: '',
        count: 7,
        ratio: -1.5,
        late: 2 ** 41,
        on: false,
      };
      const etags = await commit(partition, insert('run', values));
      expect(await read(partition, 'run')).toEqual({ key: 'run', etag: etags.get('run'), values });
    });

    it('says whether a table has rows', async () => {
      // The suite writes to no other table but this one, and `lanes`.
      expect(await store().hasRows('idempotency')).toBe(false);
      await commit(fresh(), insert('run', { a: 1 }));
      expect(await store().hasRows('runs')).toBe(true);
    });

    it('keeps tables and partitions apart', async () => {
      const [one, two] = [fresh(), fresh()];
      await commit(one, insert('run', { a: 1 }));
      expect(await read(two, 'run')).toBeUndefined();
      expect(await store().read('lanes', one, 'run')).toBeUndefined();
    });

    it('refuses to insert what exists, and leaves it as it is', async () => {
      const partition = fresh();
      await commit(partition, insert('run', { a: 1 }));
      await expect(commit(partition, insert('run', { a: 2 }))).rejects.toBeInstanceOf(Conflict);
      expect((await read(partition, 'run'))?.values).toEqual({ a: 1 });
    });

    it('replaces the whole row when the ETag is the current one, and only then', async () => {
      const partition = fresh();
      const first = (await commit(partition, insert('run', { a: 1, b: 'gone' }))).get('run') ?? '';
      const replace = (values: Values, etag: string) =>
        commit(partition, { op: 'replace', key: 'run', values, etag });
      const second = (await replace({ a: 2 }, first)).get('run') ?? '';
      expect(second).not.toBe(first);
      await expect(replace({ a: 3 }, first)).rejects.toBeInstanceOf(Conflict);
      expect(await read(partition, 'run')).toEqual({ key: 'run', etag: second, values: { a: 2 } });
    });

    it('refuses to replace an absent row', async () => {
      const partition = fresh();
      const etag = (await commit(partition, insert('a'))).get('a') ?? '';
      await expect(
        commit(partition, { op: 'replace', key: 'b', values: {}, etag }),
      ).rejects.toBeInstanceOf(Conflict);
      expect(await read(partition, 'b')).toBeUndefined();
    });

    it('does not accept the ETag of a row that was removed and inserted again', async () => {
      const partition = fresh();
      const etag = (await commit(partition, insert('a', { v: 1 }))).get('a') ?? '';
      await commit(partition, { op: 'delete', key: 'a' });
      await commit(partition, insert('a', { v: 1 }));
      await expect(
        commit(partition, { op: 'replace', key: 'a', values: {}, etag }),
      ).rejects.toBeInstanceOf(Conflict);
    });

    it('puts a row whether or not it exists, and forgets its former columns', async () => {
      const partition = fresh();
      await commit(partition, { op: 'put', key: 'run', values: { a: 'x'.repeat(100_000), b: 2 } });
      const etags = await commit(partition, { op: 'put', key: 'run', values: { a: 'short' } });
      expect(await read(partition, 'run')).toEqual({
        key: 'run',
        etag: etags.get('run'),
        values: { a: 'short' },
      });
    });

    it('deletes a row, and succeeds when it was absent and the only write', async () => {
      const partition = fresh();
      await commit(partition, insert('run'));
      expect(await commit(partition, { op: 'delete', key: 'run' })).toEqual(new Map());
      expect(await read(partition, 'run')).toBeUndefined();
      await commit(partition, { op: 'delete', key: 'run' });
    });

    it('is not changed by what callers do to the bytes they gave or got', async () => {
      const partition = fresh();
      const bytes = Uint8Array.of(1, 2, 3);
      await commit(partition, insert('run', { bytes }));
      bytes[0] = 9;
      const got = (await read(partition, 'run'))?.values['bytes'];
      if (got instanceof Uint8Array) got[1] = 9;
      expect((await read(partition, 'run'))?.values['bytes']).toEqual(Uint8Array.of(1, 2, 3));
    });
  });

  describe(`${name}: transactions`, () => {
    it('commits every kind of write together and returns the right ETag for each row', async () => {
      const partition = fresh();
      const before = await commit(partition, insert('c'), insert('d'), insert('e'));
      const etags = await commit(
        partition,
        { op: 'put', key: 'z', values: { n: 1 } },
        { op: 'delete', key: 'c' },
        { op: 'replace', key: 'e', values: { n: 2 }, etag: before.get('e') ?? '' },
        insert('a', { n: 3 }),
        { op: 'put', key: 'd', values: { n: 4 } },
      );
      const rows = await all(partition);
      expect(keysOf(rows)).toEqual(['a', 'd', 'e', 'z']);
      expect(new Map(rows.map(({ key, etag }) => [key, etag]))).toEqual(
        new Map([...etags].sort(([a], [b]) => (a < b ? -1 : 1))),
      );
    });

    const failing: [string, (stale: string) => Write][] = [
      ['an insert of a row that exists', () => insert('there')],
      [
        'a replace with a stale ETag',
        (etag) => ({ op: 'replace', key: 'there', values: {}, etag }),
      ],
      [
        'a replace of an absent row',
        (etag) => ({ op: 'replace', key: 'absent', values: {}, etag }),
      ],
      ['a delete of an absent row', () => ({ op: 'delete', key: 'absent' })],
    ];
    it.each(failing)('does nothing at all when one write is %s', async (_what, failed) => {
      const partition = fresh();
      const stale = (await commit(partition, insert('there'))).get('there') ?? '';
      await commit(partition, { op: 'put', key: 'there', values: { n: 1 } }, insert('doomed'));
      const before = await all(partition);
      await expect(
        commit(partition, insert('new'), { op: 'delete', key: 'doomed' }, failed(stale), {
          op: 'put',
          key: 'other',
          values: {},
        }),
      ).rejects.toBeInstanceOf(Conflict);
      expect(await all(partition)).toEqual(before);
    });

    it('deletes regardless of how the row has changed, beside a write that is conditional', async () => {
      const partition = fresh();
      const etags = await commit(partition, insert('lane'), insert('ticket'));
      await commit(partition, { op: 'put', key: 'ticket', values: { n: 1 } });
      const etag = etags.get('lane') ?? '';
      await commit(
        partition,
        { op: 'replace', key: 'lane', values: {}, etag },
        { op: 'delete', key: 'ticket' },
      );
      expect(keysOf(await all(partition))).toEqual(['lane']);
    });

    it.each([1, 2])('lets one of 20 parallel replaces win (%i writes each)', async (writes) => {
      const partition = fresh();
      await commit(partition, insert('lane', { winner: -1 }));
      const etag = await etagIn(partition, 'lane');
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          commit(
            partition,
            { op: 'replace', key: 'lane', values: { winner: index }, etag },
            ...(writes === 2 ? [insert(`by.${index}`)] : []),
          ),
        ),
      );
      const winners = results.flatMap(({ status }, index) =>
        status === 'fulfilled' ? [index] : [],
      );
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Conflict);
      }
      const rows = await all(partition);
      expect(rows.find(({ key }) => key === 'lane')?.values).toEqual({ winner: winners[0] });
      expect(rows).toHaveLength(writes);
    });

    it('lets one of 20 parallel inserts win', async () => {
      const partition = fresh();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => commit(partition, insert('run', { index }))),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('takes 100 writes', async () => {
      const partition = fresh();
      const writes = Array.from({ length: 100 }, (_, index) => insert(numbered(index), { index }));
      expect((await commit(partition, ...writes)).size).toBe(100);
      expect(await all(partition)).toHaveLength(100);
    });
  });

  describe(`${name}: lists`, () => {
    it('orders rows by UTF-16 code unit, whatever the order of writing', async () => {
      const partition = fresh();
      const keys = [
        'b',
        'a',
        'B',
        'a.',
        'a-',
        'a0',
        'ä',
        'e.000000000010',
        'e.000000000009',
        '~',
        "'",
        // A pair of surrogates comes before these, though its code point comes after them.
        '\uff5e',
        '\u{1f600}',
        '\ue000',
      ];
      for (const key of keys) await commit(partition, insert(key));
      expect(keysOf(await all(partition))).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)));
    });

    it('includes `from`, excludes `before`, and stops at the limit', async () => {
      const partition = fresh();
      await commit(partition, ...Array.from({ length: 10 }, (_, index) => insert(numbered(index))));
      const list = async (range: { from?: string; before?: string; limit: number }) =>
        keysOf(await store().list('runs', partition, range));
      expect(await list({ from: numbered(3), before: numbered(6), limit: 100 })).toEqual(
        [3, 4, 5].map(numbered),
      );
      expect(await list({ from: numbered(8), limit: 100 })).toEqual([8, 9].map(numbered));
      expect(await list({ before: numbered(2), limit: 100 })).toEqual([0, 1].map(numbered));
      expect(await list({ from: numbered(4), limit: 2 })).toEqual([4, 5].map(numbered));
      expect(await list({ from: numbered(6), before: numbered(3), limit: 2 })).toEqual([]);
      expect(await list({ from: 'f', limit: 2 })).toEqual([]);
    });

    it('reads 1,250 rows in pages, every row once and with its values', async () => {
      const partition = fresh();
      const total = 1_250;
      for (let start = 0; start < total; start += 100) {
        const count = Math.min(100, total - start);
        const rows = Array.from({ length: count }, (_, i) =>
          insert(numbered(start + i), { n: start + i }),
        );
        await commit(partition, ...rows);
      }
      expect(await all(partition)).toHaveLength(1_000);
      for (const limit of [1_000, 333]) {
        const seen: unknown[] = [];
        let from = '';
        for (;;) {
          const page = await store().list('runs', partition, { from, limit });
          seen.push(...page.map(({ values }) => values['n']));
          const last = page.at(-1);
          if (!last || page.length < limit) break;
          from = `${last.key}\u{20}`;
        }
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => index));
      }
    });
  });
}
