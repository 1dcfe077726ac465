/** Tables and lists of values, for a person and for a program. */
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import type { Terminal } from '../terminal.ts';
import { coloursOf } from './format.ts';

const GAP = 2;
/** A cell that is cut shows so much at least. */
const CELL_MIN = 10;

/** The widths at which a table fits, the widest columns cut first, but never the first one, which has ids; undefined where none do. */
function fit(widths: readonly number[], columns: number): readonly number[] | undefined {
  const fitted = [...widths];
  const total = () => fitted.reduce((sum, width) => sum + width + GAP, -GAP);
  while (total() > columns) {
    const others = fitted.slice(1);
    const widest = Math.max(...others);
    if (others.length === 0 || widest <= CELL_MIN) return undefined;
    fitted[fitted.indexOf(widest, 1)] = widest - 1;
  }
  return fitted;
}

const cut = (cell: string, width: number): string =>
  stringWidth(cell) <= width ? cell : `${sliceAnsi(cell, 0, width - 1)}…`;

/** Columns for a person, or, in a narrow terminal, a value a line; tabs between the values, and no heading, for a program. Cells are safe text. */
export function table(
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (!terminal.tty) {
    for (const row of rows)
      terminal.out(`${row.map((cell) => cell.replaceAll('\t', ' ')).join('\t')}\n`);
    return;
  }
  const { dim } = coloursOf(terminal);
  const all = [headings.map((heading) => dim(heading)), ...rows];
  const widest = headings.map((_, at) => Math.max(...all.map((row) => stringWidth(row[at] ?? ''))));
  const widths = fit(widest, terminal.columns);
  if (widths === undefined) {
    for (const [at, row] of rows.entries()) {
      if (at > 0) terminal.out('\n');
      details(
        terminal,
        headings.map((heading, cell) => [heading.toLowerCase() || '·', row[cell] ?? '']),
      );
    }
    return;
  }
  const pad = (cell: string, at: number): string => {
    const shown = cut(cell, widths[at] ?? 0);
    return shown + ' '.repeat((widths[at] ?? 0) - stringWidth(shown) + GAP);
  };
  for (const row of all) terminal.out(`${row.map(pad).join('').trimEnd()}\n`);
}

/** `name  value` lines; empty values are left out. */
export function details(terminal: Terminal, rows: readonly (readonly [string, string])[]): void {
  const colours = coloursOf(terminal);
  const shown = rows.filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length)) + GAP;
  for (const [name, value] of shown)
    terminal.out(
      `${colours.dim(name.padEnd(width))}${value.replaceAll('\n', `\n${' '.repeat(width)}`)}\n`,
    );
}
