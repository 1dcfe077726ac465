/**
 * A list of runs, newest first, in the pieces in which it was read. Each piece can be read anew by itself: after a lost connection only
 * what the reader looks at is read, whatever the length of the list.
 */
import type { RunView } from '../../../../core/runs/view.ts';

export type Piece = {
  /** Where it begins; undefined for the first. */
  readonly cursor: string | undefined;
  /** Ids of its runs, newest first. */
  readonly ids: readonly string[];
  /** Runs created since then are in it, or in pieces before; null for the last, which goes on to the end of the list. */
  readonly until: string | null;
  /** False: it has to be read, for the first time or because changes may have been missed. */
  readonly fresh: boolean;
};

export type Read = {
  readonly runs: readonly Pick<RunView, 'run_id' | 'created_at'>[];
  readonly next_cursor: string | null;
  readonly scanned_until: string | null;
};

export const NOTHING: readonly Piece[] = [
  { cursor: undefined, ids: [], until: null, fresh: false },
];

export const stale = (pieces: readonly Piece[]): readonly Piece[] =>
  pieces.map((piece) => ({ ...piece, fresh: false }));

export const idsOf = (pieces: readonly Piece[]): readonly string[] =>
  pieces.length === 1 ? (pieces[0]?.ids ?? []) : pieces.flatMap(({ ids }) => ids);

/** Ids begin with the time: a later one is greater. */
const newestFirst = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

/**
 * Puts what was read in place of the piece at `at`. Runs that are not there any more go. Where it reaches less far than the piece did, the
 * rest stays as it was, to be read next; where it reaches further, following pieces give way. `createdAt` tells when a known run was made.
 */
export function replacePiece(
  pieces: readonly Piece[],
  at: number,
  read: Read,
  createdAt: (id: string) => string,
): readonly Piece[] {
  const old = pieces[at];
  if (old === undefined) return pieces;
  const before = pieces.slice(0, at);
  const known = new Set(before.flatMap(({ ids }) => ids));
  const ids = read.runs.map(({ run_id }) => run_id).filter((id) => !known.has(id));
  const { next_cursor, scanned_until } = read;
  if (next_cursor === null || scanned_until === null)
    return [...before, { cursor: old.cursor, ids, until: null, fresh: true }];
  const done: Piece = { cursor: old.cursor, ids, until: scanned_until, fresh: true };
  const after = pieces.slice(at);
  const covered = after.findIndex(({ until }) => until === null || until < scanned_until);
  const partly = after[covered];
  const read_ = new Set(ids);
  const rest: Piece = {
    cursor: next_cursor,
    ids: (partly?.ids ?? []).filter((id) => !read_.has(id) && createdAt(id) <= scanned_until),
    until: partly?.until ?? null,
    fresh: partly?.cursor === next_cursor && partly.fresh,
  };
  // What was covered in full is dropped; a piece that begins where the answer ends needs nothing.
  return [...before, done, rest, ...(covered < 0 ? [] : after.slice(covered + 1))];
}

/** Adds runs where they belong by their time; those that lie beyond all that was read stay out. */
export function insertRuns(
  pieces: readonly Piece[],
  runs: readonly Pick<RunView, 'run_id' | 'created_at'>[],
): readonly Piece[] {
  const known = new Set(pieces.flatMap(({ ids }) => ids));
  const wanted = runs.filter(({ run_id }) => !known.has(run_id));
  if (wanted.length === 0) return pieces;
  const additions = new Map<number, string[]>();
  for (const { run_id, created_at } of wanted) {
    const at = pieces.findIndex(({ until }) => until === null || until <= created_at);
    const piece = pieces[at];
    // The last piece is the one that has not been read yet, or the end.
    if (piece === undefined || (piece.until === null && !piece.fresh)) continue;
    additions.set(at, [...(additions.get(at) ?? []), run_id]);
  }
  return pieces.map((piece, at) => {
    const more = additions.get(at);
    return more ? { ...piece, ids: [...piece.ids, ...more].toSorted(newestFirst) } : piece;
  });
}

export function removeRuns(pieces: readonly Piece[], gone: ReadonlySet<string>): readonly Piece[] {
  return pieces.map((piece) =>
    piece.ids.some((id) => gone.has(id))
      ? { ...piece, ids: piece.ids.filter((id) => !gone.has(id)) }
      : piece,
  );
}

/** The piece to read next for a reader of the rows `first` to `last`; undefined when these are all there. */
export function pieceToRead(
  pieces: readonly Piece[],
  first: number,
  last: number,
): number | undefined {
  let start = 0;
  for (const [at, piece] of pieces.entries()) {
    const end = start + piece.ids.length;
    const isSeen = start <= last && end >= first;
    if (!piece.fresh && (isSeen || (at === 0 && start <= last))) return at;
    if (start > last) return undefined;
    start = end;
  }
  return undefined;
}
