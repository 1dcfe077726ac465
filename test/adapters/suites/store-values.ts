import { describe, expect, it } from 'vitest';
import {
  Conflict,
  type Store,
  type Value,
  type Values,
  type Write,
} from '../../../src/ports/store.ts';
import { noise } from './store.ts';

const KIB = 1024;
let partitions = 0;
const fresh = () => `v${++partitions}-${process.pid}`;

/** Values, keys and bounds that every implementation of the store port treats alike. */
export function testStoreValues(name: string, store: () => Store): void {
  const commit = (partition: string, ...writes: Write[]) =>
    store().commit('runs', partition, writes);
  const put = (key: string, values: Values): Write => ({ op: 'put', key, values });

  describe(`${name}: values`, () => {
    const pair = '😀';
    const values: [string, Value][] = [
      ['a string of exactly one property', 'x'.repeat(32_000)],
      ['a string of one property and one unit', 'x'.repeat(32_001)],
      ['a string of 500 KiB of units in all scripts', 'añ漢'.repeat(85_000)],
      ['surrogate pairs across the parts of a long string', `x${pair.repeat(40_000)}`],
      ['control characters and terminal colours', '\u0000\u0001\u001b[31mred\u001b[0m\b\uffff'],
      ['what readers take for a line end', 'a\u0085b\u2028c\u2029^2028'],
      ['lone surrogates', `${pair}\ud83d tail \udc00`],
      ['lone surrogates in a long string', '\ud83d-'.repeat(60_000)],
      ['line ends and tabs', 'a\r\nb\n\tc\r'],
      ['quotes, backslashes and markup', `"'\\<a href="x">&amp;</a>`],
      ['what looks like a date', '2026-11-20T00:00:00.000Z'],
      ['no bytes', new Uint8Array()],
      ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
      ['512 KiB of bytes that do not compress', noise(512 * KIB)],
      ['900 KiB of bytes that compress well', new Uint8Array(900 * KIB).fill(120)],
      ['the smallest and largest whole numbers', Number.MAX_SAFE_INTEGER],
      ['a number just above 32 bits', 2 ** 31],
      ['a negative number below 32 bits', -(2 ** 31) - 1],
      ['a fraction', 0.1],
      ['a very small number', 5e-324],
      ['a very large number', 1.7976931348623157e308],
      ['true', true],
    ];
    it.each(values)('keeps %s, alone and in a transaction', async (_what, value) => {
      const partition = fresh();
      await commit(partition, put('one', { value }));
      await commit(partition, put('two', { value, beside: 1 }), put('three', {}));
      const [one, , two] = await store().list('runs', partition, { limit: 10 });
      // Compared by `===` where possible: a printed difference of a megabyte helps nobody.
      const same = (found: Value | undefined) =>
        value instanceof Uint8Array && found instanceof Uint8Array
          ? Buffer.compare(value, found) === 0
          : found === value;
      expect([one?.key, two?.key]).toEqual(['one', 'two']);
      expect(same(one?.values['value'])).toBe(true);
      expect(same(two?.values['value'])).toBe(true);
      expect(two?.values['beside']).toBe(1);
    });

    it('keeps 252 columns', async () => {
      const partition = fresh();
      const many = Object.fromEntries(
        Array.from({ length: 252 }, (_, index) => [`c${index}`, index]),
      );
      await commit(partition, put('run', many));
      expect((await store().read('runs', partition, 'run'))?.values).toEqual(many);
    });
  });

  describe(`${name}: deletes`, () => {
    it('takes a row away at the version that is named, and at no other', async () => {
      const partition = fresh();
      const remove = (etag = '') => commit(partition, { op: 'delete', key: 'run', etag });
      const stale = (await commit(partition, put('run', {}))).get('run');
      const etag = (await commit(partition, put('run', { n: 1 }))).get('run');
      await expect(remove(stale)).rejects.toBeInstanceOf(Conflict);
      expect((await store().read('runs', partition, 'run'))?.etag).toBe(etag);
      await remove(etag);
      await expect(remove(etag)).rejects.toBeInstanceOf(Conflict);
    });
  });

  describe(`${name}: keys`, () => {
    it.each([
      "it's",
      '100%',
      'a%2Fb',
      'a b',
      'a+b',
      'a&b=c',
      '(1,2)',
      'e|1',
      'ünï漢😀',
      ':;@$!*',
      'x'.repeat(512),
    ])('takes %s as partition and row key', async (key) => {
      const partition = `${fresh()}-${key}`.slice(0, 512);
      const etags = await commit(partition, { op: 'insert', key, values: { n: 1 } });
      const etag = etags.get(key) ?? '';
      expect((await store().read('runs', partition, key))?.etag).toBe(etag);
      await commit(partition, { op: 'replace', key, values: { n: 2 }, etag }, put('z', {}));
      expect(await store().list('runs', partition, { from: key, limit: 1 })).toMatchObject([
        { key, values: { n: 2 } },
      ]);
      await commit(partition, { op: 'delete', key }, put('z', {}));
      expect(await store().read('runs', partition, key)).toBeUndefined();
      await commit(partition, put(key, {}));
      await commit(partition, { op: 'delete', key });
      expect(await store().read('runs', partition, key)).toBeUndefined();
    });

    it.each([
      'a/b',
      'a\\b',
      'a#b',
      'a?b',
      'a\nb',
      'a\u0085b',
      'a\u2028b',
      'a\ud83d',
      'x'.repeat(513),
    ])('refuses %j as a key before anything is sent', async (key) => {
      const partition = fresh();
      await expect(commit(partition, put('good', {}), put(key, {}))).rejects.toThrow(RangeError);
      await expect(commit(key, put('good', {}))).rejects.toThrow(RangeError);
      await expect(store().read('runs', partition, key)).rejects.toThrow(RangeError);
      await expect(store().list('runs', key, { limit: 1 })).rejects.toThrow(RangeError);
      expect(await store().list('runs', partition, { limit: 10 })).toEqual([]);
    });
  });

  describe(`${name}: bounds`, () => {
    const rows = (count: number, values: Values): Write[] =>
      Array.from({ length: count }, (_, index) => put(`r${index}`, values));
    const tooMuch: [string, () => Write[]][] = [
      ['no write', () => []],
      ['101 writes', () => rows(101, {})],
      [
        'a delete at a version beside others',
        () => [put('a', {}), { op: 'delete', key: 'b', etag: 'x' }],
      ],
      ['two writes of one row', () => [put('a', {}), { op: 'delete', key: 'a' }]],
      ['a row over 1 MiB of text', () => [put('a', { text: 'x'.repeat(512 * KIB) })]],
      [
        'a row over 1 MiB of bytes, however well they compress',
        () => rows(1, { bytes: new Uint8Array(1_025 * KIB) }),
      ],
      [
        '253 columns',
        () => [put('a', Object.fromEntries(Array.from({ length: 253 }, (_, i) => [`c${i}`, 1])))],
      ],
      ['a commit over 4 MiB', () => rows(8, { bytes: new Uint8Array(500 * KIB) })],
      ['a column name with a dot', () => [put('a', { 'a.b': 1 })]],
      ['a column that names a part', () => [put('a', { a__1: 1 })]],
      ['a column of the service', () => [put('a', { Timestamp: 1 })]],
      ['not a number', () => [put('a', { n: Number.NaN })]],
    ];
    it.each(tooMuch)('refuses %s with a RangeError and writes nothing', async (_what, writes) => {
      const partition = fresh();
      await expect(store().commit('runs', partition, writes())).rejects.toThrow(RangeError);
      expect(await store().list('runs', partition, { limit: 10 })).toEqual([]);
    });

    it('takes many rows of many short texts', async () => {
      const partition = fresh();
      const texts = Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [`c${i}`, 'x'.repeat(2_500)]),
      );
      await commit(partition, ...rows(100, texts));
      expect(await store().list('runs', partition, { limit: 100 })).toHaveLength(100);
    });

    it('takes a commit just below 4 MiB of bytes that do not compress', async () => {
      const partition = fresh();
      await commit(partition, ...rows(6, { bytes: noise(500 * KIB) }));
      expect(await store().list('runs', partition, { limit: 10 })).toHaveLength(6);
    });

    it.each([0, 1_001, 1.5, Number.NaN])('refuses a limit of %d', async (limit) => {
      await expect(store().list('runs', fresh(), { limit })).rejects.toThrow(RangeError);
    });
  });
}
