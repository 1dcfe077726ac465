/** The pieces of a list always show what the server would, once each has been read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  idsOf,
  insertRuns,
  NOTHING,
  type Piece,
  pieceToRead,
  type Read,
  removeRuns,
  replacePiece,
  stale,
} from '../../../src/page/screens/runs/list/pieces.ts';

type Made = { readonly run_id: string; readonly created_at: string };
const made = (at: number): Made => ({
  run_id: `r${String(at).padStart(4, '0')}`,
  created_at: new Date(at * 1_000).toISOString(),
});

/** A server whose cursors are the id of the last run that was looked at. */
function read(all: readonly Made[], cursor: string | undefined, limit: number): Read {
  const from = all.filter(({ run_id }) => cursor === undefined || run_id < cursor);
  const runs = from.slice(0, limit);
  const last = runs.at(-1);
  if (from.length <= limit || last === undefined)
    return { runs, next_cursor: null, scanned_until: null };
  return { runs, next_cursor: last.run_id, scanned_until: last.created_at };
}

const createdAt = (id: string): string => made(Number(id.slice(1))).created_at;

function readAll(pieces: readonly Piece[], all: readonly Made[], limit: number): readonly Piece[] {
  let now = pieces;
  for (let reads = 0; reads < 1_000; reads += 1) {
    const at = pieceToRead(now, 0, Number.POSITIVE_INFINITY);
    if (at === undefined) return now;
    now = replacePiece(now, at, read(all, now[at]?.cursor, limit), createdAt);
  }
  throw new Error('It never ends.');
}

const newestFirst = (runs: Iterable<number>): readonly Made[] =>
  [...new Set(runs)].sort((a, b) => b - a).map(made);

describe('pieces of a list', () => {
  it('are read one after the other, and only where one looks', () => {
    const all = newestFirst(Array.from({ length: 10 }, (_, at) => at));
    const first = replacePiece(NOTHING, 0, read(all, undefined, 3), createdAt);
    expect(idsOf(first)).toEqual(['r0009', 'r0008', 'r0007']);
    expect(pieceToRead(first, 0, 2)).toBeUndefined();
    expect(pieceToRead(first, 0, 3)).toBe(1);
  });

  it('stay as they are until they are read anew', () => {
    const all = newestFirst([1, 2, 3, 4, 5, 6]);
    const pieces = stale(readAll(NOTHING, all, 2));
    expect(idsOf(pieces)).toHaveLength(6);
    const again = replacePiece(pieces, 0, read(newestFirst([2, 4, 5, 7]), undefined, 2), createdAt);
    // 6 is gone, 7 came, and what lies behind is not known yet.
    expect(idsOf(again)).toEqual(['r0007', 'r0005', 'r0004', 'r0003', 'r0002', 'r0001']);
  });

  it('show the same as the server after any changes, whatever the sizes of pages', () => {
    const runs = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    const size = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(runs, size, runs, size, runs, (before, limit, after, other, live) => {
        const known = readAll(NOTHING, newestFirst(before), limit);
        const told = insertRuns(known, live.map(made));
        const all = newestFirst(after);
        const again = readAll(stale(told), all, other);
        expect(idsOf(again)).toEqual(all.map(({ run_id }) => run_id));
      }),
    );
  });

  it('take runs that come live where they belong, once, and not beyond what was read', () => {
    const all = newestFirst([10, 20, 30, 40]);
    const first = replacePiece(NOTHING, 0, read(all, undefined, 2), createdAt);
    const more = insertRuns(first, [50, 35, 40, 5].map(made));
    expect(idsOf(more)).toEqual(['r0050', 'r0040', 'r0035', 'r0030']);
    const complete = readAll(more, newestFirst([5, 10, 20, 30, 35, 40, 50]), 2);
    expect(idsOf(insertRuns(complete, [made(1)])).at(-1)).toBe('r0001');
    expect(idsOf(removeRuns(complete, new Set(['r0040', 'r0005'])))).not.toContain('r0040');
  });
});
