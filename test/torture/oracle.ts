/** Reads a run's event log and holds it against what was printed. */
import type { Client, RunEvent } from '../../src/client/index.ts';

/** At this size the cluster begins a new file of a log, and serves no more of the old one: a kubelet's default. */
export const LOG_FILE_BYTES = 10 * 1_024 * 1_024;

/** What stands before each line in that file: the time, the output stream, a tag. */
const LINE_HEAD_BYTES = '2026-11-21T10:00:00.123456789Z stdout F '.length;

export type Account = {
  readonly seqs: readonly number[];
  /** The lines of all log events with their line ends; a part has none. */
  readonly text: string;
  readonly gaps: readonly Extract<RunEvent, { type: 'gap' }>[];
  /** Where in the text they were told. */
  readonly gapsAt: readonly number[];
  readonly parts: number;
  readonly last: RunEvent | undefined;
};

/** Every event of a run until its end: a live one as they come. `onEvent` sees each, and how much text came before it. */
export async function account(
  client: Client,
  runId: string,
  onEvent: (event: RunEvent, before: number) => void = () => undefined,
): Promise<Account> {
  const seqs: number[] = [];
  const text: string[] = [];
  const gaps: Extract<RunEvent, { type: 'gap' }>[] = [];
  const gapsAt: number[] = [];
  let [parts, length] = [0, 0];
  let last: RunEvent | undefined;
  for await (const event of client.watch(runId)) {
    onEvent(event, length);
    seqs.push(event.seq);
    last = event;
    if (event.type === 'gap') {
      gaps.push(event);
      gapsAt.push(length);
    }
    if (event.type !== 'log') continue;
    for (const { message, part } of event.data.lines) {
      const piece = part ? message : `${message}\n`;
      if (part) parts += 1;
      length += piece.length;
      text.push(piece);
    }
  }
  return { seqs, text: text.join(''), gaps, gapsAt, parts, last };
}

/** The bytes of `/log`. */
export async function logBytes(client: Client, runId: string): Promise<Buffer> {
  const body = await client.logStream(runId);
  if (!body) throw new Error('the log has no body');
  return Buffer.from(await new Response(body).arrayBuffer());
}

/** Null when they are the same, else where they part, in words. A diff of megabytes helps nobody. */
export function difference(got: Buffer | string, want: Buffer | string): string | null {
  const [a, b] = [Buffer.from(got), Buffer.from(want)];
  if (a.equals(b)) return null;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const around = (bytes: Buffer): string =>
    JSON.stringify(bytes.subarray(Math.max(0, at - 100), at + 200).toString());
  return `${a.length} bytes instead of ${b.length}; from byte ${at} on (of ${b.subarray(0, at).toString().split('\n').length - 1} lines that are right):\n got ${around(a)}\nwant ${around(b)}`;
}

/** The numbers of numbered lines. */
export const numbersOf = (text: string): number[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line.slice(0, 7)));

/** Where lines are missing: offsets in the text, and how many. */
export function holesOf(text: string): { readonly at: number; readonly lines: number }[] {
  const holes: { at: number; lines: number }[] = [];
  let [at, next] = [0, 0];
  for (const [index, number] of numbersOf(text).entries()) {
    if (number !== next) holes.push({ at, lines: number - next });
    next = number + 1;
    at = text.indexOf('\n', at) + 1;
    if (holes.length > 20) throw new Error(`out of order at line ${index}`);
  }
  return holes;
}

/**
 * Offsets in the text of gaps that should not have been told: nothing is missing there. Right is one where
 * the cluster began a new file: who opens a log anew just then does not see its last line again, and
 * cannot know that it was the last of the old file. After a gap a file is read from its beginning.
 */
export function needless(text: string, gapsAt: readonly number[]): number[] {
  const holes = new Set(holesOf(text).map(({ at }) => at));
  return gapsAt.filter((at, index) => {
    const since = text.slice(gapsAt[index - 1] ?? 0, at);
    const bytes = since.length + numbersOf(since).length * LINE_HEAD_BYTES;
    return !holes.has(at) && bytes < LOG_FILE_BYTES;
  });
}
