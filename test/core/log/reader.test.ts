import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LINE_PART_BYTES } from '../../../src/core/limits.ts';
import {
  LOG_START,
  type LogEntry,
  type LogPosition,
  type ReadEntry,
  sinceTime,
} from '../../../src/core/log/position.ts';
import { type Answer, LogReader } from '../../../src/core/log/reader.ts';

type Line = { readonly ms: number; readonly text: Uint8Array };
const encoder = new TextEncoder();
const START = Date.parse('2026-01-01T00:00:00Z');
const bytes = (text: string): Uint8Array => encoder.encode(text);
const stamp = (line: Line, order: number): string =>
  `${new Date(START + line.ms).toISOString().slice(0, 23)}${String(order % 1_000_000).padStart(6, '0')}Z`;

/** What the kubelet answers: whole lines from `since` (cut to seconds) on, as they are in the file. */
function serve(lines: readonly Line[], since: string | undefined, openEnd = false): Uint8Array {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const parts = lines.flatMap((line, order) => {
    if (START + line.ms < from) return [];
    const last = openEnd && order === lines.length - 1;
    return [bytes(`${stamp(line, order)} `), line.text, bytes(last ? '' : '\n')];
  });
  return Buffer.concat(parts);
}

/** One read as the engine does it, of a log whose clock is never set: the answer in pieces. */
function read(
  position: LogPosition,
  answer: Uint8Array,
  piece: number,
  ended: boolean,
): { entries: LogEntry[]; position: LogPosition; gap: boolean } {
  for (const kind of ['since', { rest: 'rotated' }] satisfies Answer[]) {
    const reader = new LogReader(position, kind);
    const entries: ReadEntry[] = [];
    for (let at = 0; at < answer.length; at += piece)
      entries.push(...reader.push(answer.subarray(at, at + piece)));
    entries.push(...reader.end(ended));
    expect(reader.stale).toBe(false);
    if (ended && reader.lost && reader.hasSkipped) continue;
    const gap = entries.some((entry) => entry.gap !== undefined) || (ended && reader.lost);
    return { entries, position: reader.position(ended), gap };
  }
  throw new Error('no answer fits');
}

const join = (entries: readonly LogEntry[]): Buffer =>
  Buffer.concat(
    entries.flatMap((entry) =>
      entry.end === 'newline' ? [entry.bytes, bytes('\n')] : [entry.bytes],
    ),
  );
const printed = (lines: readonly Line[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [line.text, bytes('\n')]));

const text = fc
  .oneof(
    fc.constantFrom('', 'same', 'ERROR x', '\u001b[31mred\u001b[0m', ' leading', 'a\r'),
    fc.string({ maxLength: 20 }).map((each) => each.replaceAll('\n', ' ')),
  )
  .map(bytes);
const raw = fc
  .uint8Array({ maxLength: 12 })
  .map((each) => each.map((byte) => (byte === 10 ? 0xff : byte)));
/** Mostly forward in time, with the two output streams sometimes swapped by a few milliseconds. */
const log = fc
  .array(
    fc.record({
      step: fc.constantFrom(0, 0, 1, 300, 999, 1_000, 2_500),
      back: fc.constantFrom(0, 0, 0, 3),
      text: fc.oneof(text, raw),
    }),
    { maxLength: 40 },
  )
  .map((items) => {
    let ms = 0;
    return items.map((item): Line => {
      ms += item.step;
      return { ms: Math.max(0, ms - item.back), text: item.text };
    });
  });

test('however often a read stops and resumes, every line comes once, in order, byte for byte', () => {
  fc.assert(
    fc.property(
      log,
      fc.array(fc.nat(40), { maxLength: 6 }),
      fc.integer({ min: 1, max: 70 }),
      (lines, cuts, piece) => {
        let position = LOG_START;
        const entries: LogEntry[] = [];
        for (const cut of [
          ...cuts.map((each) => Math.min(each, lines.length)).sort((a, b) => a - b),
          lines.length,
        ]) {
          const result = read(
            position,
            serve(lines.slice(0, cut), sinceTime(position)),
            piece,
            cut === lines.length,
          );
          expect(result.gap).toBe(false);
          entries.push(...result.entries);
          position = result.position;
        }
        expect(join(entries)).toEqual(printed(lines));
        expect(position).toMatchObject({
          lines: lines.length,
          bytes: printed(lines).length,
          done: true,
        });
      },
    ),
    { numRuns: 2_000 },
  );
});

test('after a rotation nothing is doubled, and a gap is told exactly when lines are missing', () => {
  fc.assert(
    fc.property(
      log.filter((lines) => lines.length > 2),
      fc.nat(),
      fc.nat(),
      (lines, a, b) => {
        const taken = 1 + (a % (lines.length - 1));
        const first = b % lines.length;
        const before = read(LOG_START, serve(lines.slice(0, taken), undefined), 50, false);
        const kept = lines.slice(first);
        const orders = lines.map((line, order) => ({ line, order })).slice(first);
        const since = Date.parse(sinceTime(before.position) ?? '');
        const answer = Buffer.concat(
          orders
            .filter(({ line }) => START + line.ms >= since)
            .map(({ line, order }) =>
              Buffer.concat([bytes(`${stamp(line, order)} `), line.text, bytes('\n')]),
            ),
        );
        const after = read(before.position, answer, 50, true);
        const ordered = lines.every(
          (line, index) => index === 0 || line.ms >= (lines[index - 1]?.ms ?? 0),
        );
        if (!ordered) return;
        if (first < taken) {
          expect(after.gap).toBe(false);
          expect(join(after.entries)).toEqual(printed(lines.slice(taken)));
        } else {
          expect(after.gap).toBe(true);
          expect(join(after.entries)).toEqual(printed(kept));
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a line over the part size comes in flagged parts, also when the read stops in its middle', () => {
  const long = new Uint8Array(LINE_PART_BYTES * 3 + 17).map((_, index) => 97 + (index % 26));
  const lines = [
    { ms: 0, text: bytes('first') },
    { ms: 5, text: long },
    { ms: 10, text: bytes('last') },
  ];
  const whole = serve(lines, undefined);
  const reader = new LogReader(LOG_START);
  const head = reader.push(whole.subarray(0, LINE_PART_BYTES * 2 + 500));
  expect(head.map((entry) => entry.end)).toEqual(['newline', 'part', 'part']);
  const rest = read(reader.position(), serve(lines, sinceTime(reader.position())), 1_000, true);
  expect(rest.entries.map((entry) => entry.end)).toEqual(['part', 'newline', 'newline']);
  expect(join([...head, ...rest.entries])).toEqual(printed(lines));
  expect(rest.position.lines).toBe(3);
});

test('a last line without a line end is taken only when the container has ended', () => {
  const lines = [
    { ms: 0, text: bytes('whole') },
    { ms: 1, text: bytes('half') },
  ];
  const answer = serve(lines, undefined, true);
  const early = read(LOG_START, answer, 9, false);
  expect(early.entries.map((entry) => entry.end)).toEqual(['newline']);
  const late = read(early.position, serve(lines, sinceTime(early.position), true), 9, true);
  expect(late.entries.map((entry) => [Buffer.from(entry.bytes).toString(), entry.end])).toEqual([
    ['half', 'none'],
  ]);
});

test.each([
  [
    'a line without a timestamp belongs to the time of the line before it',
    '2026-01-01T00:00:01.5Z one\ntwo three\n',
    ['2026-01-01T00:00:01.500000000Z one', '2026-01-01T00:00:01.500000000Z two three'],
  ],
  [
    'another zone is told in UTC',
    '2026-01-01T02:00:00.000000001+02:00 x\n',
    ['2026-01-01T00:00:00.000000001Z x'],
  ],
  [
    'a blank line is a line',
    '2026-01-01T00:00:00.000000001Z \n',
    ['2026-01-01T00:00:00.000000001Z '],
  ],
])('%s', (_sentence, answer, want) => {
  const { entries } = read(LOG_START, bytes(answer), 3, true);
  expect(entries.map((entry) => `${entry.time} ${Buffer.from(entry.bytes).toString()}`)).toEqual(
    want,
  );
});
