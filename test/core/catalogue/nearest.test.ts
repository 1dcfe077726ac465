/** Which names somebody may have meant. */
import { expect, test } from 'vitest';
import { nearestNames } from '../../../src/core/catalogue/nearest.ts';

const NAMES = ['hello', 'rnaseq', 'rnaseq-small', 'sarek', 'sleepy', 'nf-sarek'];

test.each([
  ['helo', ['hello']],
  ['RnaSeq', ['rnaseq', 'rnaseq-small']],
  ['sarek', ['sarek', 'nf-sarek']],
  ['sark', ['sarek', 'nf-sarek']],
  ['viralrecon', []],
  ['x'.repeat(500), []],
])('%s may be one of %j', (wanted, names) => {
  expect(nearestNames(wanted, NAMES)).toEqual(names);
});

test('the three nearest are told', () => {
  expect(nearestNames('tests', ['test5', 'test', 'teste-x', 'test4'])).toEqual([
    'test',
    'test4',
    'test5',
  ]);
});
