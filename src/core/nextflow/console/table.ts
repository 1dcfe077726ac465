/** The progress table that Nextflow draws anew at each change (ANSI mode). The last frame counts. Pure. */
import { nameAndTag } from './lines.ts';

/** Most rows of a frame: Nextflow draws what fits on a screen, and pipelines have some hundred processes. */
export const ROWS_MAX = 2_000;
const EXECUTORS_MAX = 20;

export type Row = {
  readonly name: string;
  readonly tag: string | null;
  readonly hash: string | null;
  readonly completed: number;
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  /** A tick, a cross, or what a terminal without them showed; null while the process is open. */
  readonly mark: string | null;
};

const ROW = /^\[(?:([0-9a-f]{2}\/[0-9a-f]{6})|-\s*|skipp(?:ed|ing)\s*)\] (.*)$/;
/** After the name: ` | 1 of 3, failed: 1 ✔` or ` [ 33%] 1 of 3`. The bar or bracket is searched from the end. */
const COUNT =
  /^(?:\| |\[ {0,2}\d{1,3}%\] )(\d{1,9}) of (\d{1,9})((?:, [a-z]{1,12}: \d{1,9}){0,8})(?: (\S{1,3}))?$/;
const EXECUTOR = /^executor > {1,2}(\S.*)$/;
const HIDDEN = /^Plus (\d{1,9}) more process(?:es)? waiting for tasks/;

function countStart(text: string): number {
  const of = text.lastIndexOf(' of ');
  if (of < 0) return -1;
  return Math.max(text.lastIndexOf('| ', of), text.lastIndexOf('[', of));
}

/** Reads one row; null for any other line. */
export function rowOf(line: string): Row | null {
  const found = ROW.exec(line);
  if (!found) return null;
  const [, hash = null, rest = ''] = found;
  const at = countStart(rest);
  const count = at < 1 ? null : COUNT.exec(rest.slice(at));
  if (!count && !(hash === null && rest.endsWith(' -'))) return null;
  const label = (count ? rest.slice(0, at) : rest.slice(0, -2))
    .replace(/^process > /, '')
    .trim()
    .replace(/:$/, '');
  const { name, tag } = nameAndTag(label);
  if (name === '' || /\s/.test(name)) return null;
  const [, completed, total, more = '', mark = null] = count ?? [];
  const counts = Object.fromEntries(
    more
      .split(', ')
      .filter((each) => each !== '')
      .map((each) => each.split(': '))
      .map(([word = '', number]) => [word, Number(number)]),
  );
  return {
    name,
    tag,
    hash,
    completed: Number(completed ?? 0),
    total: Number(total ?? 0),
    counts,
    mark,
  };
}

/** `local (1), k8s (fusion enabled) (3)`. */
function executorsOf(text: string): Readonly<Record<string, number>> | null {
  const parts = text.split(', ', EXECUTORS_MAX).map((part) => /^(.+) \((\d{1,9})\)$/.exec(part));
  if (parts.some((part) => part === null)) return null;
  return Object.fromEntries(parts.map((part) => [part?.[1] ?? '', Number(part?.[2])]));
}

export class Table {
  #frame: Row[] = [];
  #before: readonly Row[] = [];
  /** No blank line stands after the last row, so the next one is of the same frame. Other lines may stand between. */
  #open = false;
  /** The last line was one of the table. */
  #isLast = false;
  #blankAfter = false;
  executors: Readonly<Record<string, number>> | null = null;
  hidden = 0;
  limited = false;

  get seen(): boolean {
    return this.#frame.length > 0 || this.executors !== null || this.hidden > 0;
  }

  /** Whether a blank line stands after the last frame: Nextflow writes one when it has ended, or before the next frame. */
  get closed(): boolean {
    return this.#blankAfter;
  }

  /** The last frame; where the text ends inside of it, its missing rows are those of the frame before. */
  get rows(): readonly Row[] {
    const { length } = this.#frame;
    if (!this.#isLast || length >= this.#before.length) return this.#frame;
    return [...this.#frame, ...this.#before.slice(length)];
  }

  #begin(): void {
    if (this.#frame.length > 0) this.#before = this.#frame;
    this.#frame = [];
    this.hidden = 0;
  }

  /** Takes a line of the table; false for any other. */
  take(line: string): boolean {
    const executors = EXECUTOR.exec(line);
    const found = executors && executorsOf(executors[1] ?? '');
    if (found) {
      this.executors = found;
      this.#begin();
      this.#note();
      return true;
    }
    const hidden = HIDDEN.exec(line);
    if (hidden) {
      this.hidden = Number(hidden[1]);
      this.#open = false;
      this.#isLast = false;
      return true;
    }
    const row = rowOf(line);
    if (row) this.#add(row);
    return row !== null;
  }

  #add(row: Row): void {
    const [first] = this.#frame;
    // After a blank line a row continues its frame, unless it is the first row again. Names alone do not tell: they are cut.
    const isAgain =
      first !== undefined &&
      (this.#open ? first.hash !== null && first.hash === row.hash : true) &&
      first.name === row.name;
    if (isAgain) this.#begin();
    this.#note();
    if (this.#frame.length < ROWS_MAX) this.#frame.push(row);
    else this.limited = true;
  }

  #note(): void {
    this.#open = true;
    this.#isLast = true;
    this.#blankAfter = false;
  }

  /** Any other line. */
  other(line: string): void {
    this.#isLast = false;
    this.#blankAfter = line === '';
    this.#open &&= line !== '';
  }
}
