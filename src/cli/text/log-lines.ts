/** Lines of logs for a terminal. */
import { stripVTControlCharacters } from 'node:util';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { coloursOf } from './format.ts';

// oxlint-disable-next-line no-control-regex -- colours begin with ESC
const COLOUR = /(\u001b\[[\d;:]*m)/;
// oxlint-disable-next-line no-control-regex -- they are what this removes
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;
const RESET = '\u001b[0m';

/** What a terminal would show of a line that goes back to its begin, as progress bars do. */
const lastShown = (line: string): string => line.replace(/\r+$/, '').split('\r').at(-1) ?? '';

/** The line as a person reads it: without colours and what moves the cursor. */
export const plainLine = (line: string): string =>
  stripVTControlCharacters(lastShown(line)).replaceAll(CONTROL, '');

/** A line as it was printed; on a terminal its colours stay, and nothing else that would move the cursor or write elsewhere. */
export function logLine({ tty, colours }: Pick<Terminal, 'tty' | 'colours'>, line: string): string {
  if (!tty) return line;
  if (!colours) return plainLine(line);
  const parts = lastShown(line).split(COLOUR);
  const shown = parts.map((part, at) => (at % 2 === 1 ? part : plainLine(part))).join('');
  // Colours that a line leaves on would paint what stands below it.
  return parts.length > 1 && !shown.endsWith(RESET) ? `${shown}${RESET}` : shown;
}

/** Which lines of a log are shown, and how. */
export type LineFilter = {
  keep(line: string): boolean;
  show(line: string): string;
};

/** The filter of `--grep`, or that of all lines. On a terminal with colours it marks what matches. Throws UsageError. */
export function lineFilter(terminal: Terminal, pattern: string | undefined): LineFilter {
  if (pattern === undefined) return { keep: () => true, show: (line) => logLine(terminal, line) };
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'gu');
  } catch (error) {
    throw new UsageError(`--grep ${pattern} is no regular expression: ${(error as Error).message}`);
  }
  const { bold, red } = coloursOf(terminal);
  return {
    keep: (line) => plainLine(line).search(expression) >= 0,
    show: (line) =>
      terminal.colours
        ? plainLine(line).replaceAll(expression, (found) => (found === '' ? '' : bold(red(found))))
        : logLine(terminal, line),
  };
}
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Milliseconds since 1970 of `10m`, `2h`, or a time. Throws UsageError. */
export function timeOf(option: string, text: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNITS[unit ?? ''] ?? 0) * 1_000;
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new UsageError(`${option} ${text} is no time: try 10m, 2h, 7d or 2026-01-31T08:00:00Z.`);
  return at;
}

/** Seconds of `90`, `10m`, `2h`. Throws UsageError. */
export function secondsOf(option: string, text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`${option} ${text} is no time span: try 90, 10m, 2h.`);
  return Number(count) * (UNITS[unit || 's'] ?? 1);
}

/** Splits a stream of bytes into lines, with their ends; the last one may have none. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/(?<=\n)/);
    rest = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
