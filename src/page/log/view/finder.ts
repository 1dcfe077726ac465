/** What is looked for in a log: a search, its marks in drawn lines, and the next row of some that are in order. */
import type { Pattern } from '../search/matcher.ts';
import { type Search, type SearchState, startSearch } from '../search/search.ts';
import type { DrawnLine } from '../store/drawn-line.ts';
import type { Growing } from './growing.ts';

type Deps = {
  readonly connect: (port: MessagePort) => void;
  /** Something was found, or a mark is to be drawn. */
  readonly onChange: () => void;
};

/** The next row behind, or before, this one; at the end it goes on from the other one. */
export function nextOf(
  rows: Growing<Uint32Array>,
  row: number,
  direction: 1 | -1,
): number | undefined {
  const { length } = rows;
  if (length === 0) return undefined;
  const at = direction === 1 ? rows.below(row + 1) : rows.below(row) - 1;
  return rows.at((at + length) % length);
}

export class Finder {
  readonly #deps: Deps;
  #search: Search | undefined;
  #wrong: SearchState | undefined;
  /** Of the search that is shown. */
  #marks = new WeakMap<DrawnLine, readonly number[]>();
  #unmarked = new Set<DrawnLine>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get state(): SearchState | undefined {
    return this.#wrong ?? this.#search?.state();
  }
  get rows(): Growing<Uint32Array> | undefined {
    return this.#search?.rows;
  }

  /** An empty text ends the search. `sources`: only in lines of these. */
  begin(pattern: Pattern, sources: readonly number[] | undefined, count: number): void {
    this.close();
    if (pattern.text !== '') {
      const { connect, onChange } = this.#deps;
      try {
        this.#search = startSearch({ pattern, sources, connect, onChange }, count);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.#wrong = { pattern, status: 'wrong', found: 0, upTo: 0, count, message };
      }
    }
    this.#deps.onChange();
  }

  grow(count: number): void {
    this.#search?.grow(count);
  }
  stop(): void {
    this.#search?.stop();
  }
  close(): void {
    this.#search?.close();
    this.#search = undefined;
    this.#wrong = undefined;
    this.#marks = new WeakMap();
    this.#unmarked.clear();
  }

  /** Undefined while nothing is searched, or not known yet: `ask` then finds out. */
  marks(line: DrawnLine): readonly number[] | undefined {
    if (!this.#search) return undefined;
    const known = this.#marks.get(line);
    if (!known) this.#unmarked.add(line);
    return known;
  }

  /** Has the marks of the lines found that `marks` did not know. The search worker does it, where a pattern may hang. */
  async ask(): Promise<void> {
    const search = this.#search;
    const lines = [...this.#unmarked];
    this.#unmarked.clear();
    if (!search || lines.length === 0) return;
    const marks = this.#marks;
    for (const line of lines) marks.set(line, []);
    const found = await search.marks(lines.map(({ text }) => text));
    if (!found || marks !== this.#marks) return;
    for (const [at, line] of lines.entries()) marks.set(line, found[at] ?? []);
    this.#deps.onChange();
  }
}
