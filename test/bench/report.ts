/** Results as a table for people, and as a file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Machine } from './machine.ts';
import type { Measured, Row } from './row.ts';

/** One row of the result file. */
export type Result = Pick<Row, 'id' | 'title' | 'units' | 'targets'> &
  Partial<Measured> & {
    /** Why it could not be measured. */
    readonly error?: string;
    readonly measured_at: string;
    readonly commit: string | null;
    /** Load average of the last minute, when the row began. */
    readonly load: number;
    readonly machine: Machine;
  };

export type Target = Row['targets'][string];

export function meets(value: number, [relation, bound]: Target): boolean {
  if (relation === '=') return value === bound;
  return relation === '≤' ? value <= bound : value >= bound;
}

const number = (value: number): string => {
  const digits =
    Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) < 10 ? 2 : 1;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
};

type Line = readonly [
  title: string,
  figure: string,
  measured: string,
  target: string,
  mark: string,
];
const HEAD: Line = ['', 'figure', 'measured', 'target', ''];

/** The rows of the table that one result makes. */
function linesOf(result: Result): Line[] {
  const { units, targets, figures = {}, title } = result;
  const names = [...new Set([...Object.keys(units), ...Object.keys(figures)])];
  const shown = result.error === undefined ? names : names.filter((name) => targets[name]);
  return (shown.length === 0 ? [''] : shown).map((name, index) => {
    const unit = units[name] ?? '';
    const target = targets[name];
    const value = figures[name];
    return [
      index === 0 ? title : '',
      name,
      value === undefined ? '–' : `${number(value)} ${unit}`,
      target ? `${target[0]} ${number(target[1])} ${unit}` : '',
      target ? (value !== undefined && meets(value, target) ? '✔' : '✘') : '',
    ];
  });
}

export type Table = { head(): string; row(result: Result): string };

/** A table that grows row by row, its columns wide enough for all of `rows`. */
export function createTable(rows: readonly Row[]): Table {
  const names = rows.flatMap((row) => Object.keys(row.units));
  const widths = [
    Math.max(...rows.map((row) => row.title.length)),
    Math.max(6, ...names.map((name) => name.length)),
    16,
    16,
  ];
  const show = (line: Line): string =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return {
    head: () => `${show(HEAD)}\n${'─'.repeat(widths.reduce((sum, width) => sum + width + 2, 1))}`,
    row: (result) => {
      const lines = linesOf(result).map(show);
      if (result.error !== undefined) lines.push(`  not measured: ${result.error}`);
      else if (result.note !== undefined) lines.push(`  ${result.note}`);
      return lines.join('\n');
    },
  };
}

/** Rows of the file; none when there is no file. Rejects for a file that is none of ours. */
export async function readResults(path: string): Promise<Result[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return [];
  }
  return (JSON.parse(text) as { rows: Result[] }).rows;
}

/** One row a line, so that a change of one is a change of one line. */
export async function writeResults(path: string, results: readonly Result[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const round = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
  const rows = results.map((result) => JSON.stringify(result, round));
  await writeFile(path, `{"rows":[\n${rows.join(',\n')}\n]}\n`);
}
