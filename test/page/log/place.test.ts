import { expect, test } from 'vitest';
import { parsePlace, placeText } from '../../../src/page/log/place.ts';

test.each([
  ['#L10', { from: 10, to: 10 }],
  ['L10-L20', { from: 10, to: 20 }],
  ['#L20-10', { from: 10, to: 20 }],
  ['', undefined],
  ['#L0', undefined],
  ['#L1-L0', undefined],
  ['#steps', undefined],
  ['#L10x', undefined],
])('the fragment %j', (fragment, want) => {
  expect(parsePlace(fragment)).toEqual(want);
});

test('a place is written as it is read', () => {
  for (const text of ['L1', 'L3-L70']) {
    const place = parsePlace(text);
    expect(place && placeText(place)).toBe(text);
  }
});
