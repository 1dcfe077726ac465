/** Differences of texts, line by line. */
import { expect, it } from 'vitest';
import { hunksOf, linesOf } from '../../../src/page/parts/diff/differences.ts';

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

it('shows changes with what stands around them', () => {
  const before = numbered(40);
  const after = before.replace('line 20\n', 'other\n');
  const [hunk, ...more] = hunksOf(linesOf(before, after));
  expect(more).toEqual([]);
  expect(hunk?.at).toBe(17);
  expect(hunk?.lines.map(({ sign }) => sign).join('')).toBe('   -+   ');
  expect(hunksOf(linesOf(before, before))).toEqual([]);
});

it('gives up on texts that have nothing in common, and shows both', () => {
  const [before, after] = ['a', 'b'].map((word) =>
    Array.from({ length: 5_000 }, (_, at) => `${word}${at}\n`).join(''),
  );
  const lines = linesOf(before ?? '', after ?? '');
  expect(lines).toHaveLength(10_000);
  expect(lines[0]).toEqual({ sign: '-', text: 'a0' });
});
