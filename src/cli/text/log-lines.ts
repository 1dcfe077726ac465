/** Lines of logs for a terminal. */
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

// oxlint-disable-next-line no-control-regex -- colours begin with ESC
const CONTROL = /\u001b\[[\d;]*m|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** A line as it was printed; on a terminal its colours stay, and nothing else that would move the cursor or write elsewhere. */
export function logLine({ tty, colours }: Terminal, line: string): string {
  if (!tty) return line;
  return line.replaceAll(CONTROL, (found) => (colours && found.length > 1 ? found : ''));
}

/** The filter of `--grep`. Throws UsageError. */
export function grep(pattern: string): (line: string) => boolean {
  try {
    const expression = new RegExp(pattern, 'u');
    return (line) => expression.test(line);
  } catch (error) {
    throw new UsageError(`--grep ${pattern} is no regular expression: ${(error as Error).message}`);
  }
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
