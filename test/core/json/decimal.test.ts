import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { compareNumbers, isMultiple, isWhole, numberKey } from '../../../src/core/json/decimal.ts';

it.each([
  ['9007199254740993', '9007199254740992', 1],
  ['-9007199254740993', '-9007199254740992', -1],
  ['1.0', '1', 0],
  ['10e-1', '1.000', 0],
  ['-0.0', '0', 0],
  ['0', '-1e-400', 1],
  ['1e400', '9e399', 1],
  ['1e99999999999999999999', '1e99999999999999999998', 1],
  ['0.1', '0.10000000000000000555', -1],
  ['-1', '1', -1],
  ['123', '1234', -1],
])('%s to %s is %d', (a, b, sign) => {
  expect(Math.sign(compareNumbers(a, b))).toBe(sign);
  expect(Math.sign(compareNumbers(b, a))).toBe(-sign || 0);
  expect(numberKey(a) === numberKey(b)).toBe(sign === 0);
});

it.each([
  ['0.3', '0.1', true],
  ['4.35', '0.01', true],
  ['9007199254740993', '2', false],
  ['1e23', '7', false],
  ['1e999999999999', '3', false],
  ['3e999999999999', '3', true],
  ['1e-999999999999', '1', false],
  ['0', '3', true],
  ['-6', '4', false],
  ['7.5', '2.5', true],
  ['1', '1e-400', true],
  ['1', '1e400', false],
])('%s as a multiple of %s: %s', (text, step, expected) => {
  expect(isMultiple(text, step)).toBe(expected);
});

it.each([
  ['1.0', true],
  ['1.5e1', true],
  ['1e-1', false],
  ['0.0', true],
  ['9007199254740993.5', false],
  ['0.99999999999999999999', false],
])('%s is whole: %s', (text, expected) => {
  expect(isWhole(text)).toBe(expected);
});

test('whole numbers of JavaScript are compared and divided as it does', () => {
  const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 1_000 }), (a, b, step) => {
      // Negative zero is zero.
      expect(Math.sign(compareNumbers(String(a), String(b))) + 0).toBe(Math.sign(a - b));
      expect(isMultiple(String(a), String(step))).toBe(a % step === 0);
      expect(numberKey(a.toExponential())).toBe(numberKey(String(a)));
    }),
  );
});
