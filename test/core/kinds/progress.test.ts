/** How lines of a driver tell progress, by kind. */
import { describe, expect, test } from 'vitest';
import { container, nextflow, shell } from '../../../src/core/kinds/index.ts';
import type { Kind } from '../../../src/core/kinds/kind.ts';

const after = (kind: { readonly progress: Kind['progress'] }, lines: readonly string[]) =>
  lines.reduce<ReturnType<Kind['progress']['next']>>(
    (before, line) => kind.progress.next(before, line),
    null,
  );

describe.each([container, shell])('a driver of kind $name tells a count', (kind) => {
  test.each([
    ['[3/20] link', { completed: 3, total: 20, percent: 15 }],
    ['[ 3 / 20 ]', { completed: 3, total: 20, percent: 15 }],
    ['[1/3]', { completed: 1, total: 3, percent: 33.3 }],
    ['[0/7]', { completed: 0, total: 7, percent: 0 }],
    ['[7/7] done', { completed: 7, total: 7, percent: 100 }],
    ['[999/1000]', { completed: 999, total: 1000, percent: 99.9 }],
    ['[0/0]', { completed: 0, total: 0, percent: null }],
    ['[999999999/999999999]', { completed: 999_999_999, total: 999_999_999, percent: 100 }],
  ])('%s', (line, progress) => {
    expect(after(kind, [line])).toEqual(progress);
  });

  test.each([
    '',
    'step [3/20]',
    ' [3/20]',
    '[3/20',
    '[3-20]',
    '[-3/20]',
    '[3.5/20]',
    '[a/b]',
    '[21/20] more than all',
    '[1234567890/1234567890]',
    '[12/34abcd] Submitted process > FASTQC (1)',
  ])('none in: %s', (line) => {
    const before = { completed: 1, total: 2, percent: 50 };
    expect(kind.progress.next(before, line)).toBe(before);
    expect(kind.progress.next(null, line)).toBeNull();
  });

  test('the last count holds, also one that goes back', () => {
    expect(after(kind, ['[5/10]', 'text', '[2/4]'])).toEqual({
      completed: 2,
      total: 4,
      percent: 50,
    });
  });
});

describe('a Nextflow driver tells its tasks', () => {
  const submitted = '[ab/12cd34] Submitted process > FASTQC (sample 1)';
  const cached = '[00/ffffff] Cached process > INDEX';

  test('one that is submitted is one more of them, and no percentage is known', () => {
    expect(after(nextflow, [submitted, submitted])).toEqual({
      completed: 0,
      total: 2,
      percent: null,
    });
  });

  test('one whose results are stored is done', () => {
    const stored = '[skipping] Stored process > INDEX';
    expect(after(nextflow, [stored])).toEqual({ completed: 1, total: 1, percent: null });
  });

  test('one from the cache is done', () => {
    expect(after(nextflow, [submitted, cached, submitted])).toEqual({
      completed: 1,
      total: 3,
      percent: null,
    });
  });

  test.each([
    '',
    '[3/20] a count of another kind',
    ` ${submitted}`,
    `log: ${submitted}`,
    '[AB/12CD34] Submitted process > X',
    '[ab/12cd3] Submitted process > X',
    '[ab/12cd34] Submitted process>X',
    '[ab/12cd34] Re-submitted process > X',
    '[ab/12cd34] NOTE: Process `X` terminated -- Execution is retried (1)',
  ])('none in: %s', (line) => {
    expect(nextflow.progress.next(null, line)).toBeNull();
    const before = { completed: 1, total: 2, percent: null };
    expect(nextflow.progress.next(before, line)).toBe(before);
  });
});
