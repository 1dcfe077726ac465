import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TRUE_COLOUR } from '../../../src/core/log/pen.ts';
import { contrast, lookOf, readable, rgbOf } from '../../../src/page/log/draw/colours.ts';
import { partsOf } from '../../../src/page/log/draw/text.ts';
import { compile, isIn, marksIn } from '../../../src/page/log/search/matcher.ts';
import { columnsOf, expandTabs } from '../../../src/page/log/store/columns.ts';
import {
  CHARS_DRAWN_MAX,
  drawnColumns,
  drawnLine,
} from '../../../src/page/log/store/drawn-line.ts';

const rgb = fc.tuple(...[0, 1, 2].map(() => fc.nat(255))) as fc.Arbitrary<[number, number, number]>;

test('every colour is readable on every ground', () => {
  fc.assert(
    fc.property(rgb, rgb, (colour, ground) => {
      expect(contrast(readable(colour, ground), ground)).toBeGreaterThanOrEqual(4.5);
    }),
  );
  expect(readable([0, 0, 0], [255, 255, 255])).toEqual([0, 0, 0]);
});

test('the palette is the one of xterm', () => {
  expect(rgbOf(1)).toEqual([205, 0, 0]);
  expect(rgbOf(16)).toEqual([0, 0, 0]);
  expect(rgbOf(226)).toEqual([255, 255, 0]);
  expect(rgbOf(255)).toEqual([238, 238, 238]);
  expect(rgbOf(TRUE_COLOUR + 0x0a141e)).toEqual([10, 20, 30]);
});

test('plain text has the colours of the page, reversed text those of its ground', () => {
  expect(lookOf({ bold: true }, 'light')).toEqual({ colour: undefined, ground: undefined });
  expect(lookOf({ reverse: true }, 'light')).toEqual({
    colour: 'rgb(255 255 255)',
    ground: 'rgb(23 34 43)',
  });
});

test('marks split pieces, and no text is lost', () => {
  const line = drawnLine('\x1b[31mabc\x1b[0mdef', 0);
  const parts = Array.from(partsOf(line, [1, 4]), ({ text, isMarked }) => [text, isMarked]);
  expect(parts).toEqual([
    ['a', false],
    ['bc', true],
    ['d', true],
    ['ef', false],
  ]);
  expect(Array.from(partsOf(line, []), ({ text }) => text)).toEqual(['abc', 'def']);
});

test('every character of a keyboard finds itself', () => {
  for (let code = 0x20; code < 0x7f; code += 1) {
    const text = `pre${String.fromCharCode(code)}run`;
    expect(isIn(`a ${text}`, compile({ text, isRegex: false, isCased: true })), text).toBe(true);
  }
});

test('a pattern is words or an expression, with or without case', () => {
  const words = compile({ text: 'a.b(', isRegex: false, isCased: false });
  expect(marksIn('xA.B( a.b(', words)).toEqual([1, 5, 6, 10]);
  expect(isIn('axb(', words)).toBe(false);
  const expression = compile({ text: 'a+', isRegex: true, isCased: true });
  expect(marksIn('aa A a', expression)).toEqual([0, 2, 5, 6]);
  expect(marksIn('aa', compile({ text: 'b*', isRegex: true, isCased: true }))).toEqual([]);
  expect(() => compile({ text: '(', isRegex: true, isCased: true })).toThrow(SyntaxError);
  expect(isIn('a-b', compile({ text: String.raw`a\-b`, isRegex: true, isCased: true }))).toBe(true);
});

test('columns: tabs up to the next stop, wide characters rather too wide', () => {
  expect(expandTabs('a\tb')).toBe('a       b');
  expect(expandTabs('\t', 6)).toBe('  ');
  expect(columnsOf('abc')).toBe(3);
  expect(columnsOf('広い')).toBeGreaterThanOrEqual(4);
});

test('of a very long line a part is drawn, and it is known how much is not', () => {
  const line = drawnLine('x'.repeat(CHARS_DRAWN_MAX + 10), 0);
  expect(line.text).toHaveLength(CHARS_DRAWN_MAX);
  expect(line.rest).toBe(10);
  expect(drawnColumns('x'.repeat(50_000))).toBeLessThan(CHARS_DRAWN_MAX + 50);
  const tabbed = drawnLine('\x1b[31ma\tb\x1b[0m\tc', 0);
  expect(tabbed.pieces?.map(({ text }) => text).join('')).toBe(tabbed.text);
  expect(drawnLine(`${'x'.repeat(CHARS_DRAWN_MAX - 1)}🧬`, 0).text).toHaveLength(
    CHARS_DRAWN_MAX - 1,
  );
});
