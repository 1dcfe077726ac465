/** A line as it is drawn. */
import type { Pen } from '../../../core/log/pen.ts';
import { drawn, shown } from '../../../core/log/terminal.ts';
import { columnsOf, expandTabs } from './columns.ts';

/** So much of a line is drawn: a window of longer ones would take longer than a frame. Copies and downloads have all of it. */
export const CHARS_DRAWN_MAX = 4_096;
/** Columns of the words that say how much is not drawn. */
const NOTE_COLUMNS = 32;

/** At most `max` characters; no pair of surrogates is split. */
const cut = (text: string, max: number): string =>
  text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');

export type DrawnLine = {
  /** What is drawn, without colours. */
  readonly text: string;
  /** The same in pieces with their pens; undefined where all of it is plain. */
  readonly pieces: readonly { readonly text: string; readonly pen: Pen }[] | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Characters that are not drawn. */
  readonly rest: number;
};

export function drawnColumns(text: string): number {
  const line = expandTabs(text);
  return line.length <= CHARS_DRAWN_MAX
    ? columnsOf(line)
    : columnsOf(cut(line, CHARS_DRAWN_MAX)) + NOTE_COLUMNS;
}

export function drawnLine(raw: string, time: number): DrawnLine {
  const all = expandTabs(shown(raw));
  const text = cut(all, CHARS_DRAWN_MAX);
  const rest = all.length - text.length;
  let column = 0;
  let left = text.length;
  const pieces: { text: string; pen: Pen }[] = [];
  for (const piece of drawn(raw)) {
    if (left <= 0) break;
    const part = expandTabs(piece.text, column).slice(0, left);
    pieces.push({ text: part, pen: piece.pen });
    if (raw.includes('\t')) column += columnsOf(part);
    left -= part.length;
  }
  const isPlain = pieces.every(({ pen }) => Object.keys(pen).length === 0);
  return { text, pieces: isPlain ? undefined : pieces, time, rest };
}
