import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shown } from '../../../src/core/log/terminal.ts';

test.each([
  ['plain text', 'ERROR x\tä🧬', 'ERROR x\tä🧬'],
  ['colours', '\x1b[31mERROR\x1b[0m ~ \x1b[38;5;232m\x1b[48:2::1:2:3mx\x1b[m', 'ERROR ~ x'],
  ['a line that is erased and written anew', '\x1b[2K\r[1/4] fetch', '[1/4] fetch'],
  ['a line that is written over', '  0%\r 50%\r100%', '100%'],
  ['a shorter state in place of a longer one', 'download 99% of it\rdisk full', 'disk full'],
  ['the line end of Windows', '[3/4] x\r', '[3/4] x'],
  ['a line that is wiped with blanks', '50%\r   \r', '   '],
  ['a line that is wiped by a code', '50%\r\x1b[K', ''],
  ['a code that wipes what is behind the end', '50%\x1b[K', '50%'],
  ['the cursor put back by column', 'old\x1b[1Gnew', 'new'],
  ['the cursor put back by far', 'old\x1b[1000Dnew', 'new'],
  ['the cursor put back by some', 'at 50%\x1b[3D51%', 'at 51%'],
  ['a jump to the right', 'a\x1b[2Cb', 'a  b'],
  ['the row above', 'old\x1b[1A[2/4] x', '[2/4] x'],
  ['a spinner of backspaces', 'wait |\b/\b-', 'wait -'],
  ['a link', '\x1b]8;;http://x\x1b\\text\x1b]8;;\x07 more', 'text more'],
  ['a title', '\x1b]0;title\x07ERROR x', 'ERROR x'],
  ['codes of eight bits', '\x9b31mERROR\x9b0m', 'ERROR'],
  ['a code that never ends', 'a\x1b[31', 'a[31'.slice(0, 1) + '31'],
  ['sets of characters, bells, zeros', '\x1b(B\x07a\0b', 'ab'],
])('%s', (_sentence, line, want) => {
  expect(shown(line)).toBe(want);
});

test('no control character is left of any line, and text without one stays as it is', () => {
  const piece = fc.constantFrom(
    '\x1b',
    '[',
    '\x9b',
    ']',
    '\x9d',
    '\x07',
    '\\',
    '\r',
    '\b',
    '2',
    ';',
    'K',
    'm',
    'D',
    'a',
    'é',
    '🧬',
    '\x7f',
    '\0',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
      (line) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(shown(line)).not.toMatch(/[\0-\u0008\u000A-\u001F\u007F-\u009F]/);
        expect(shown(shown(line))).toBe(shown(line));
      },
    ),
    { numRuns: 3_000 },
  );
});

test.each([
  '\x1b]',
  '\x1b[',
  '\x9d',
  '\x1b[0;',
  '\x1b[1D',
  'a\x1b[9C',
  '\x1b[999C',
  '\x1b(',
  '\x1b]a\x1b',
])('a long line of %j costs no more than its length', (piece) => {
  // With time that grows by the square this would not end within the limit of a test.
  expect(shown(piece.repeat(500_000 / piece.length)).length).toBeLessThan(502_000);
});
