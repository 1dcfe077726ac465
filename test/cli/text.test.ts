/** How the command line writes for a person: lines of logs, tables in narrow terminals. */
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { Terminal } from '../../src/cli/terminal.ts';
import { lineFilter, logLine } from '../../src/cli/text/log-lines.ts';
import { table } from '../../src/cli/text/table.ts';

const PERSON = { tty: true, colours: true };
const ESC = '\u001b';

test.each([
  ['colours stay, and end with their line', `${ESC}[31mred`, `${ESC}[31mred${ESC}[0m`],
  ['a line that ends them itself', `${ESC}[1mbold${ESC}[0m`, `${ESC}[1mbold${ESC}[0m`],
  ['nothing moves the cursor', `${ESC}[2J${ESC}[3;4Ha${ESC}[2K`, 'a'],
  ['no title, no link, no clipboard', `${ESC}]0;evil${ESC}\\a${ESC}]52;c;eA==\u0007b`, 'ab'],
  ['a progress bar shows its last state', '10%\r50%\r100%\r', '100%'],
  ['tabs stay', 'a\tb', 'a\tb'],
])('a line of a log on a terminal: %s', (_what, line, shown) => {
  expect(logLine(PERSON, line)).toBe(shown);
});

test('without colours a line is text, and in a pipe what was printed', () => {
  const line = `${ESC}[31mred${ESC}[0m`;
  expect(logLine({ tty: true, colours: false }, line)).toBe('red');
  expect(logLine({ tty: false, colours: false }, line)).toBe(line);
});

test('--grep looks at what a person reads, and marks it', () => {
  const terminal = { ...PERSON } as Terminal;
  const { keep, show } = lineFilter(terminal, 'err(or)?');
  expect(keep(`an e${ESC}[31mrror`)).toBe(true);
  expect(keep('fine')).toBe(false);
  expect(show('error, err')).toBe(
    `${ESC}[1m${ESC}[31merror${ESC}[39m${ESC}[22m, ${ESC}[1m${ESC}[31merr${ESC}[39m${ESC}[22m`,
  );
  expect(lineFilter({ ...terminal, colours: false }, 'x*').show('axb')).toBe('axb');
});

function drawn(columns: number, rows: readonly (readonly string[])[]): readonly string[] {
  let out = '';
  const terminal = { tty: true, colours: false, columns, out: (text: string) => (out += text) };
  table(terminal as unknown as Terminal, ['RUN', 'STATE', 'PIPELINE', 'LANE'], rows);
  return out.trimEnd().split('\n');
}
const ROW = ['r000000000000000', 'running', 'nf-core/rnaseq-with-a-long-name', '計算レーン'];

test('a table keeps ids whole, and cuts what is longest where the terminal is narrow', () => {
  expect(drawn(120, [ROW])[1]).toBe(ROW.join('  ').replace('running', 'running'));
  const [, narrow = ''] = drawn(60, [ROW]);
  expect(stringWidth(narrow)).toBeLessThanOrEqual(60);
  expect(narrow).toMatch(/^r000000000000000 {2}running {2}nf-core.*… {2}計算レーン$/);
});

test('wide characters take two columns', () => {
  const lines = drawn(120, [ROW, ['r111111111111111', 'failed', '数える', 'x']]);
  const starts = lines.slice(1).map((line) => stringWidth(line.split(/計算|x$/)[0] ?? ''));
  expect(new Set(starts).size).toBe(1);
});

test('at 40 columns a row becomes lines', () => {
  expect(drawn(40, [ROW, ROW]).slice(0, 6)).toEqual([
    'run       r000000000000000',
    'state     running',
    'pipeline  nf-core/rnaseq-with-a-long-name',
    'lane      計算レーン',
    '',
    'run       r000000000000000',
  ]);
});
