import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pen, TRUE_COLOUR } from '../../../src/core/log/pen.ts';
import { drawn, shown } from '../../../src/core/log/terminal.ts';

const ESC = '\x1b[';

test.each<[string, string, Pen]>([
  ['a colour of eight', '31', { foreground: 1 }],
  ['a bright one', '92', { foreground: 10 }],
  ['grounds', '44;103', { background: 11 }],
  ['one of 256', '38;5;226', { foreground: 226 }],
  ['a true one', '48;2;1;2;3', { background: TRUE_COLOUR + 0x010203 }],
  [
    'a true one with colons and a colour space',
    '38:2::1:2:3',
    { foreground: TRUE_COLOUR + 0x010203 },
  ],
  ['one of 256 with colons', '38:5:9', { foreground: 9 }],
  ['what follows a colour of 256', '38;5;1;4', { foreground: 1, underline: true }],
  ['weights', '1;2;3;7;9', { bold: true, dim: true, italic: true, reverse: true, strike: true }],
  ['a weight that ends', '1;4;22', { underline: true }],
  ['an underline of another kind, and none', '4:3;4:0', {}],
  ['nothing after a reset', '31;1;0', {}],
  ['a reset without a number', '31;', {}],
  ['what is unknown', '77;31;999', { foreground: 1 }],
  ['a colour that is none', '38;5;300;38;9;1', { bold: true }],
])('%s', (_sentence, params, pen) => {
  expect(drawn(`${ESC}${params}mx`)).toEqual([{ text: 'x', pen }]);
});

test('a line in pieces, each with its pen', () => {
  expect(drawn(`a${ESC}31mb${ESC}0mc`)).toEqual([
    { text: 'a', pen: {} },
    { text: 'b', pen: { foreground: 1 } },
    { text: 'c', pen: {} },
  ]);
  expect(drawn('')).toEqual([]);
  expect(drawn('plain')).toEqual([{ text: 'plain', pen: {} }]);
});

test('what is written over has the colours of the newer state', () => {
  expect(drawn(`${ESC}31m50%\r${ESC}32m100%`)).toEqual([{ text: '100%', pen: { foreground: 2 } }]);
});

test('the pieces are the text that is shown', () => {
  const piece = fc.constantFrom(
    '\x1b',
    '[',
    '31',
    ';',
    'm',
    'K',
    '\r',
    '\b',
    'D',
    '\x9b',
    'ä',
    '🧬',
    'text',
    '38;5;',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const line = pieces.join('');
      expect(
        drawn(line)
          .map(({ text }) => text)
          .join(''),
      ).toBe(shown(line));
    }),
  );
});
