/** Figures are only as good as the arithmetic behind them; the page about them is the code's own. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clusterRows } from './bench/cluster/rows.ts';
import { localRows } from './bench/local/rows.ts';
import { methodPage } from './bench/method.ts';
import { meets } from './bench/report.ts';
import { readLine } from './bench/support/load.ts';
import { countNumbers, growth, percentile, thin } from './bench/support/statistics.ts';

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test.each([
  ['the middle of an odd number', [3, 1, 2], 50, 2],
  ['the lower middle of an even number', [4, 1, 3, 2], 50, 2],
  ['by number, not by text', [10, 9, 100], 50, 10],
  ['p99 of a hundred is the 99th', oneTo(100), 99, 99],
  ['p99 of few is the largest', [1, 2, 50], 99, 50],
  ['of one', [7], 99, 7],
  ['of none', [], 50, Number.NaN],
])('percentile: %s', (_name, samples, percent, want) => {
  expect(percentile(samples, percent)).toBe(want);
});

test.each([
  ['all once', [1, 2, 3], { lost: 0, doubled: 0 }],
  ['out of order', [3, 1, 2], { lost: 0, doubled: 0 }],
  ['the last is missing', [1, 2], { lost: 1, doubled: 0 }],
  ['one twice', [1, 2, 2, 3], { lost: 0, doubled: 1 }],
  ['one twice in place of another', [1, 1, 3], { lost: 1, doubled: 1 }],
  ['none', [], { lost: 3, doubled: 0 }],
])('numbers of three lines: %s', (_name, seen, want) => {
  expect(countNumbers(seen, 3)).toEqual(want);
});

test('growth is what the last third has over the first', () => {
  expect(growth([1, 1, 1, 5, 5, 5, 9, 9, 9])).toBe(8);
  expect(growth([5, 5, 5, 5, 5, 5])).toBe(0);
});

test('samples are thinned evenly, and short ones stay as they are', () => {
  expect(thin(oneTo(10), 10)).toEqual(oneTo(10));
  expect(thin(oneTo(11), 5)).toEqual([1, 4, 7, 10]);
});

test.each([
  [25, '≤', 25, true],
  [25.1, '≤', 25, false],
  [50, '≥', 50, true],
  [49, '≥', 50, false],
  [0, '=', 0, true],
  [1, '=', 0, false],
  [Number.NaN, '≤', 25, false],
] as const)('%d meets %s %d: %s', (value, relation, bound, want) => {
  expect(meets(value, [relation, bound])).toBe(want);
});

test('a line of the driver tells its number and its time, another one nothing', () => {
  expect(readLine('#12 1700000000123 xxx')).toEqual({ number: 12, at: 1_700_000_000_123 });
  expect(readLine('error at 12 1700000000123')).toBeUndefined();
});

test('rows have names of their own, and targets only for figures with a unit', () => {
  const rows = [...localRows, ...clusterRows];
  // Each result file holds the rows of one place.
  const names = rows.map(({ id, where }) => `${where} ${id}`);
  expect(new Set(names).size).toBe(rows.length);
  for (const { units, targets } of rows) {
    expect(Object.keys(units)).toEqual(expect.arrayContaining(Object.keys(targets)));
  }
});

test('the page is what `--method` prints', () => {
  const page = readFileSync(new URL('./bench/METHOD.md', import.meta.url), 'utf8');
  expect(page).toBe(methodPage(localRows, clusterRows));
});
