/**
 * What the page knows of each row, without its text: about eight bytes. Rows are all there are, in order; a view has those of them that
 * are shown: of the chosen container, and not folded away.
 */
import type { Added, Source } from '../store/intake.ts';
import { isPrinted, KINDS } from '../store/lines.ts';
import type { Step } from '../store/steps.ts';
import { bytes, shorts, words } from './growing.ts';

export class Rows {
  readonly #columns = shorts();
  readonly #sources = shorts();
  readonly #kinds = bytes();
  /** The number of the line that a row is, or that is before it. */
  readonly #numbers = words();
  /** Rows that are shown, where not all are. */
  readonly #view = words();
  #isWhole = true;
  #judged = 0;
  readonly sources: Source[] = [];
  /** By the row of their first line, in order. */
  readonly steps: Step[] = [];
  readonly #stepAt = new Map<number, Step>();
  readonly #folded = new Set<number>();
  /** The last row that a folded step of a source hides. */
  readonly #hiddenTo = new Map<number, number>();
  #container: string | undefined;
  #containers: readonly string[] = [];
  /** Rows of errors and warnings, and those that tell of a failed step, in order. */
  readonly troubles = words();

  get count(): number {
    return this.#kinds.length;
  }
  /** Lines of the log: rows that are neither the rest of a line nor said about the log. */
  get lines(): number {
    return this.#numbers.at(this.count - 1);
  }
  get shown(): number {
    return this.#isWhole ? this.count : this.#view.length;
  }
  get container(): string | undefined {
    return this.#container;
  }
  get foldedSteps(): number {
    return this.#folded.size;
  }

  columns(row: number): number {
    return this.#columns.at(row);
  }
  kind(row: number): number {
    return this.#kinds.at(row);
  }
  source(row: number): Source | undefined {
    return this.sources[this.#sources.at(row)];
  }
  /** Of the line, from 1; undefined for a row that begins none. */
  number(row: number): number | undefined {
    const kind = this.kind(row);
    return isPrinted(kind) && kind !== KINDS.more ? this.#numbers.at(row) : undefined;
  }
  /** The row where a line begins; `count` for one that is not there. */
  rowOf(number: number): number {
    return this.#numbers.below(number);
  }
  /** The row at a place of the view. */
  rowAt(place: number): number {
    return this.#isWhole ? place : this.#view.at(place);
  }
  /** The place of a row in the view, or of the next one that is shown. */
  placeOf(row: number): number {
    return this.#isWhole ? row : this.#view.below(row);
  }
  isShown(row: number): boolean {
    return this.rowAt(this.placeOf(row)) === row && this.placeOf(row) < this.shown;
  }

  /** Rows of the places `[from, to)`, as many as there are. */
  range(from: number, to: number): Uint32Array {
    const length = Math.max(0, Math.min(to, this.shown) - from);
    return Uint32Array.from({ length }, (_, at) => this.rowAt(from + at));
  }
  /** Rows `[from, to)` of the chosen container, folded or not. */
  between(from: number, to: number): Uint32Array {
    const rows = words();
    for (let row = from; row < Math.min(to, this.count); row += 1)
      if (this.#container === undefined || this.source(row)?.container === this.#container)
        rows.push(row);
    return Uint32Array.from({ length: rows.length }, (_, at) => rows.at(at));
  }

  /** Names of the containers, each once. */
  containers(): readonly string[] {
    return this.#containers;
  }
  /** The sources of the chosen container; undefined: all. */
  chosenSources(): number[] | undefined {
    if (this.#container === undefined) return undefined;
    return this.sources.flatMap(({ container }, source) =>
      container === this.#container ? [source] : [],
    );
  }

  /** The step that begins with this row. */
  stepAt(row: number): Step | undefined {
    return this.#stepAt.get(row);
  }
  isFolded(step: Step): boolean {
    return this.#folded.has(step.from);
  }
  /** The innermost step around a row. */
  stepAround(row: number): Step | undefined {
    const source = this.#sources.at(row);
    return this.steps.findLast(
      (step) => step.from <= row && (step.to ?? row) >= row && step.source === source,
    );
  }

  append(added: Added): void {
    if (added.from !== this.count) throw new Error('Rows were lost between worker and page.');
    if (added.newSources.length > 0) {
      this.sources.push(...added.newSources);
      this.#containers = [...new Set(this.sources.map(({ container }) => container))];
    }
    this.#columns.append(added.columns);
    this.#sources.append(added.sources);
    let number = this.lines;
    for (const [at, kind] of added.kinds.entries()) {
      if (isPrinted(kind) && kind !== KINDS.more) number += 1;
      this.#numbers.push(number);
      if (kind === KINDS.error || kind === KINDS.warning || kind === KINDS.note)
        this.troubles.push(added.from + at);
    }
    this.#kinds.append(added.kinds);
    for (const step of added.steps) this.#takeStep(step);
    if (!this.#isWhole) this.#judge();
  }

  choose(container: string | undefined): void {
    this.#container = container;
    this.#rebuild();
  }

  fold(step: Step, folded: boolean): void {
    if (folded) this.#folded.add(step.from);
    else this.#folded.delete(step.from);
    this.#rebuild();
  }

  foldAll(folded: boolean): void {
    this.#folded.clear();
    if (folded) for (const { from } of this.steps) this.#folded.add(from);
    this.#rebuild();
  }

  /** Unfolds what hides a row. */
  reveal(row: number): void {
    const source = this.#sources.at(row);
    for (const from of this.#folded) {
      const step = this.#stepAt.get(from);
      if (!step || step.source !== source || from >= row) continue;
      if ((step.to ?? row) >= row) this.#folded.delete(from);
    }
    this.#rebuild();
  }

  #takeStep(step: Step): void {
    const known = this.#stepAt.get(step.from);
    if (known) known.to = step.to;
    else {
      this.#stepAt.set(step.from, step);
      this.steps.push(step);
    }
    if (this.#folded.has(step.from)) this.#hide(step);
  }

  /** A step that goes on hides what comes. */
  #hide({ source, to }: Step): void {
    const before = this.#hiddenTo.get(source) ?? -1;
    const isOpen = before === Number.POSITIVE_INFINITY;
    this.#hiddenTo.set(
      source,
      to === undefined ? Number.POSITIVE_INFINITY : isOpen ? to : Math.max(before, to),
    );
  }

  #rebuild(): void {
    this.#isWhole = this.#container === undefined && this.#folded.size === 0;
    this.#view.clear();
    this.#hiddenTo.clear();
    this.#judged = 0;
    if (!this.#isWhole) this.#judge();
  }

  /** Adds the rows to the view that came since the last time. */
  #judge(): void {
    const wanted = this.sources.map(
      ({ container }) => this.#container === undefined || container === this.#container,
    );
    for (; this.#judged < this.count; this.#judged += 1) {
      const row = this.#judged;
      const source = this.#sources.at(row);
      // What Sluice says belongs to every container.
      if (wanted[source] !== true && this.kind(row) !== KINDS.note) continue;
      if ((this.#hiddenTo.get(source) ?? -1) >= row) continue;
      this.#view.push(row);
      const step = this.#folded.size > 0 ? this.#stepAt.get(row) : undefined;
      if (step && this.#folded.has(row)) this.#hide(step);
    }
  }
}
