import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventPage, RunEvent } from '../../../src/core/events/event.ts';
import { Intake, logEvent } from '../../../src/page/log/store/intake.ts';
import { KINDS } from '../../../src/page/log/store/lines.ts';
import { Rows } from '../../../src/page/log/view/rows.ts';

const TIME = '2026-11-29T12:00:00.000000000Z';

type Parts = { readonly container?: string; readonly part?: true };
const entry = (message: string, { container = 'driver', part }: Parts = {}) => ({
  timestamp: TIME,
  message,
  pod: 'pod',
  container,
  ...(part && { part }),
});
const log = (seq: number, ...lines: ReturnType<typeof entry>[]): RunEvent => ({
  seq,
  run_id: 'r',
  type: 'log',
  timestamp: TIME,
  data: { lines, count: lines.length },
});
const page = (events: RunEvent[], last_seq = events.at(-1)?.seq ?? 0): EventPage => ({
  events,
  last_seq,
  complete: false,
});
const textsOf = ({ lines }: Intake): string[] =>
  Array.from({ length: lines.count }, (_, row) => lines.text(row));

test('in whatever order and however often events come, each line is there once and in order', () => {
  const count = 12;
  const all = Array.from({ length: count }, (_, at) => log(at + 1, entry(`${at + 1}`)));
  const moves = fc.array(
    fc.record({
      isPage: fc.boolean(),
      at: fc.integer({ min: 0, max: count - 1 }),
      size: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(moves, (steps) => {
      const intake = new Intake();
      for (const { isPage, at, size } of steps) {
        const event = all[at];
        if (isPage) intake.takePage(page(all.slice(intake.seq, intake.seq + size), count));
        else if (event) intake.takeLive(logEvent(event));
        expect(textsOf(intake)).toEqual(all.slice(0, intake.seq).map(({ seq }) => String(seq)));
      }
      while (intake.isBehind) intake.takePage(page(all.slice(intake.seq, intake.seq + 3), count));
      expect(intake.seq).toBe(intake.lastSeq);
    }),
  );
});

test('what is missed is known', () => {
  const intake = new Intake();
  intake.takeLive(logEvent(log(3, entry('3'))));
  expect(intake.isBehind).toBe(true);
  intake.takePage(page([log(1, entry('1')), log(2, entry('2'))]));
  expect(intake.isBehind).toBe(false);
  expect(textsOf(intake)).toEqual(['1', '2', '3']);
});

test('kinds of rows: lines, their rest, gaps, trouble, notes of failed steps', () => {
  const intake = new Intake();
  const gap = { pod: 'pod', container: 'driver', after: TIME, before: null, message: 'lost' };
  const base = { run_id: 'r', timestamp: TIME };
  intake.takePage(
    page([
      log(1, entry('long', { part: true }), entry('other', { container: 'init' }), entry('rest')),
      { ...base, seq: 2, type: 'gap', data: gap },
      log(3, entry('\x1b[31mERROR\x1b[0m x'), entry('WARN: y')),
      { ...base, seq: 4, type: 'error', data: { message: 'again', level: 'error' } },
      { ...base, seq: 5, type: 'error', data: { message: 'no Job', stage: 'start' } },
    ]),
  );
  const [added] = intake.added();
  if (!added) throw new Error('Nothing was added.');
  const { kinds, sources, newSources, columns } = added;
  expect([...kinds]).toEqual([
    KINDS.line,
    KINDS.line,
    KINDS.more,
    KINDS.gap,
    KINDS.error,
    KINDS.warning,
    KINDS.note,
  ]);
  expect([...sources]).toEqual([0, 1, 0, 0, 0, 0, 0]);
  expect(newSources.map(({ container }) => container)).toEqual(['driver', 'init']);
  expect([...columns]).toEqual([4, 5, 4, 4, 7, 7, 6]);
  expect(intake.added().map((part) => part.columns.length)).toEqual([0]);
});

test('the page gets at most 2,000 rows at once, and their steps with the first', () => {
  const intake = new Intake();
  const all = Array.from({ length: 5_000 }, (_, at) => entry(`${at}`.padEnd((at % 7) + 4)));
  all[10] = entry('##[group]Install');
  all[4_500] = entry('##[endgroup]');
  intake.takePage(page([log(1, ...all)]));
  const parts = intake.added();
  expect(parts.map(({ from, kinds }) => [from, kinds.length])).toEqual([
    [0, 2_000],
    [2_000, 2_000],
    [4_000, 1_000],
  ]);
  for (const { columns, sources, kinds } of parts)
    expect([columns.length, sources.length]).toEqual([kinds.length, kinds.length]);
  expect(parts.flatMap(({ columns }) => [...columns].slice(20, 1_000))).toEqual(
    [0, 2_000, 4_000].flatMap((from) =>
      all.slice(from + 20, from + 1_000).map(({ message }) => message.length),
    ),
  );
  expect(parts.map(({ steps }) => steps.length)).toEqual([1, 0, 0]);
  expect(parts.map(({ newSources }) => newSources.length)).toEqual([1, 0, 0]);
  expect(intake.added()).toHaveLength(1);

  // A step that was folded while it was open hides nothing behind its end, in whatever part that is.
  const rows = new Rows();
  const [first, ...rest] = parts;
  if (!first) throw new Error('Nothing was added.');
  const [step] = first.steps;
  rows.append({ ...first, steps: step ? [{ ...step, to: undefined }] : [] });
  rows.foldAll(true);
  for (const [at, part] of rest.entries())
    rows.append(at === 0 ? { ...part, steps: first.steps } : part);
  expect(rows.rowAt(rows.shown - 1)).toBe(4_999);
});
