import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shorten, wholeCharacters } from '../../src/core/shorten.ts';

const graphemes = (text: string): string[] =>
  Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), (s) => s.segment);

test.each([
  ['what fits stays as it is', 'héllo', 5, 'start', 'héllo'],
  ['the start is kept', 'abcdef', 4, 'start', 'abc…'],
  ['the end is kept', 'abcdef', 4, 'end', '…def'],
  ['of both ends the last one is the longer', 'abcdefghijkl', 7, 'ends', 'ab…ijkl'],
  ['a surrogate pair is not cut', 'abc🧬def', 5, 'start', 'abc…'],
  ['nor at the other end', 'abc🧬def', 5, 'end', '…def'],
  ['a family stays together', 'ab👨‍👩‍👧‍👦', 8, 'start', 'ab…'],
  ['an accent stays with its letter', `cafe\u0301 au lait`, 5, 'start', 'caf…'],
  ['a flag is two letters', 'x🇩🇪🇫🇷', 7, 'start', 'x🇩🇪…'],
  ['a line end is one character', 'ab\r\ncd', 4, 'start', 'ab…'],
  [
    'a letter without end is cut all the same',
    `e${'\u0301'.repeat(300)}`,
    10,
    'start',
    `e${'\u0301'.repeat(8)}…`,
  ],
] as const)('%s', (_sentence, text, max, keep, want) => {
  expect(shorten(text, max, keep)).toBe(want);
});

test('what is shortened keeps whole characters of both ends, and fits', () => {
  const character = fc.constantFrom(
    'a',
    'é',
    '🧬',
    '👨‍👩‍👧‍👦',
    '🇩🇪',
    'e\u0301',
    '한',
    '\r\n',
    '\u2028',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.array(character, { maxLength: 60 }).map((all) => all.join('')),
      fc.integer({ min: 2, max: 80 }),
      fc.constantFrom('start', 'end', 'ends'),
      (text, max, keep) => {
        const short = shorten(text, max, keep);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
        if (text.length <= max) {
          expect(short).toBe(text);
          return;
        }
        const [head = '', tail = ''] = short.split('…');
        const whole = graphemes(text);
        expect(whole.slice(0, graphemes(head).length).join('')).toBe(head);
        expect(whole.slice(whole.length - graphemes(tail).length).join('')).toBe(tail);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('bytes are divided where a character of UTF-8 begins', () => {
  const bytes = new TextEncoder().encode('ab€🧬');
  expect(Array.from(bytes, (_, at) => wholeCharacters(bytes, at))).toEqual([
    0, 1, 2, 2, 2, 5, 5, 5, 5,
  ]);
  expect(wholeCharacters(new Uint8Array(20).fill(0x80), 10)).toBe(10);
});
