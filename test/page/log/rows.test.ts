import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KINDS } from '../../../src/page/log/store/lines.ts';
import { Heights } from '../../../src/page/log/view/heights.ts';
import { Position } from '../../../src/page/log/view/position.ts';
import { Rows } from '../../../src/page/log/view/rows.ts';

type Given = {
  readonly kinds: number[];
  readonly sources?: number[];
  readonly steps?: [number, number][];
};

function rowsOf({ kinds, sources = kinds.map(() => 0), steps = [] }: Given): Rows {
  const rows = new Rows();
  rows.append({
    from: 0,
    columns: Uint16Array.from(kinds, () => 10),
    kinds: Uint8Array.from(kinds),
    sources: Uint16Array.from(sources),
    newSources: [...new Set(sources)].map((source) => ({ pod: 'pod', container: `c${source}` })),
    steps: steps.map(([from, to]) => ({ from, to, source: sources[from] ?? 0 })),
  });
  return rows;
}
const shownOf = (rows: Rows): number[] => [...rows.range(0, rows.shown)];

test('numbers count lines: not gaps, notes and the rest of a long line', () => {
  const { line, more, gap, note, error } = KINDS;
  const rows = rowsOf({ kinds: [line, more, gap, line, note, error] });
  expect([0, 1, 2, 3, 4, 5].map((row) => rows.number(row))).toEqual([
    1,
    undefined,
    undefined,
    2,
    undefined,
    3,
  ]);
  expect([1, 2, 3, 4].map((number) => rows.rowOf(number))).toEqual([0, 3, 5, 6]);
  expect(rows.lines).toBe(3);
});

test('a container and folded steps leave out rows, also of what comes', () => {
  const rows = rowsOf({ kinds: [0, 0, 0, 0, 0, 0], sources: [0, 0, 1, 0, 1, 0], steps: [[1, 3]] });
  const [step] = rows.steps;
  if (!step) throw new Error('no step');
  rows.fold(step, true);
  expect(shownOf(rows)).toEqual([0, 1, 2, 4, 5]);
  rows.choose('c0');
  expect(shownOf(rows)).toEqual([0, 1, 5]);
  expect(rows.placeOf(5)).toBe(2);
  expect(rows.isShown(3)).toBe(false);
  rows.append({
    from: 6,
    columns: new Uint16Array(3),
    kinds: new Uint8Array(3),
    sources: Uint16Array.from([1, 0, 0]),
    newSources: [],
    steps: [],
  });
  expect(shownOf(rows)).toEqual([0, 1, 5, 7, 8]);
  rows.reveal(3);
  expect(shownOf(rows)).toEqual([0, 1, 3, 5, 7, 8]);
  rows.choose(undefined);
  expect(rows.shown).toBe(9);
});

test('a folded step that goes on hides what comes, until it ends', () => {
  const rows = rowsOf({ kinds: [0, 0] });
  const add = (from: number, count: number, to: number | undefined): void =>
    rows.append({
      from,
      columns: new Uint16Array(count),
      kinds: new Uint8Array(count),
      sources: new Uint16Array(count),
      newSources: [],
      steps: [{ from: 2, to, source: 0 }],
    });
  add(2, 2, undefined);
  rows.foldAll(true);
  expect(shownOf(rows)).toEqual([0, 1, 2]);
  add(4, 4, 5);
  expect(shownOf(rows)).toEqual([0, 1, 2, 6, 7]);
});

test('heights are the sums of all rows before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 2_000, size: 'max' }),
      fc.integer({ min: 1, max: 120 }),
      fc.array(fc.nat(2_000), { maxLength: 10 }),
      (columns, width, places) => {
        let shown = Math.floor(columns.length / 2);
        const heights = new Heights({
          get shown() {
            return shown;
          },
          columns: (place) => columns[place] ?? 0,
        });
        heights.reset(width);
        shown = columns.length;
        heights.grow();
        const each = columns.map((count) => Math.max(1, Math.ceil(count / width)));
        const before = (place: number): number => each.slice(0, place).reduce((a, b) => a + b, 0);
        expect(heights.total).toBe(before(columns.length));
        for (const wanted of places) {
          const place = Math.min(wanted, columns.length - 1);
          if (place < 0) continue;
          expect(heights.before(place)).toBe(before(place));
          expect(heights.placeAt(before(place))).toBe(place);
          expect(heights.placeAt(before(place + 1) - 1)).toBe(place);
        }
      },
    ),
  );
});

test('a scroll bar that is too short for the log: steps count one to one, drags in proportion', () => {
  const position = new Position();
  position.resize(20_000_000, 800);
  expect(position.inner).toBe(6_000_000);
  const bar = position.go(10_000_000);
  expect(position.scrolled(bar + 100)).toBe(true);
  expect(position.top).toBe(10_000_100);
  expect(position.scrolled(position.anchor())).toBe(false);
  position.scrolled(5_999_200);
  expect(position.isAtEnd).toBe(true);
  position.scrolled(0);
  expect(position.top).toBe(0);
  // Lines that come move nothing.
  position.go(1_000);
  position.resize(21_000_000, 800);
  expect(position.top).toBe(1_000);
});
