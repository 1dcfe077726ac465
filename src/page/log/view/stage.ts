/** Where the reader is among the rows, and what is drawn of them. */
import { zone } from '../../ui/time.tsx';
import type { RowContent } from '../draw/row.ts';
import { LINE_PX, Surface } from '../draw/surface.ts';
import { currentTheme, onTheme } from '../draw/theme.ts';
import type { DrawnLine } from '../store/drawn-line.ts';
import { Heights } from './heights.ts';
import { createPages, type Pages } from './pages.ts';
import { Position } from './position.ts';
import type { Rows } from './rows.ts';

/** The scroll bar is put right when it has rested for so long. */
const REST_MS = 200;
const TIME_COLUMNS = { local: 23, utc: 24 } as const;
const DIGITS_MIN = 4;
const CONTAINER_COLUMNS_MAX = 20;
/** Places that are fetched before they are needed. */
const AHEAD = 128;
/** A row that is gone to has this part of the window above it. */
const ABOVE = 1 / 3;

type Deps = {
  readonly rows: Rows;
  readonly fetch: (rows: Uint32Array) => Promise<readonly DrawnLine[]>;
  readonly isChosen: (number: number | undefined) => boolean;
  readonly marks: (line: DrawnLine) => readonly number[] | undefined;
  /** Before and after a drawing. */
  readonly onDraw: () => void;
  readonly onDrawn: () => void;
};

export class Stage {
  readonly scroller: HTMLElement;
  readonly #deps: Deps;
  readonly #surface: Surface;
  readonly #heights: Heights;
  readonly #position = new Position();
  readonly #pages: Pages;
  readonly #ends: (() => void)[] = [];
  /** The end is shown, also of what comes. */
  isFollowing: boolean;
  /** The row that the reader has gone to. */
  current: number | undefined;
  #hasTimes = false;
  #isWrapped = false;
  #widest = 0;
  #theme = currentTheme();
  #frame: number | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(scroller: HTMLElement, isFollowing: boolean, deps: Deps) {
    this.scroller = scroller;
    this.isFollowing = isFollowing;
    this.#deps = deps;
    this.#surface = new Surface(scroller);
    const { rows } = deps;
    this.#heights = new Heights({
      get shown() {
        return rows.shown;
      },
      columns: (place) => rows.columns(rows.rowAt(place)),
    });
    this.#pages = createPages({
      rowsOf: (from, to) => rows.range(from, to),
      fetch: deps.fetch,
      onArrival: () => this.draw(),
    });
    this.#surface.measure();
    this.#listen();
  }

  close(): void {
    for (const end of this.#ends) end();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#rest);
    this.#surface.remove();
  }

  get isAtEnd(): boolean {
    return this.#position.isAtEnd;
  }
  get hasTimes(): boolean {
    return this.#hasTimes;
  }
  set hasTimes(hasTimes: boolean) {
    this.#hasTimes = hasTimes;
    this.draw();
  }
  get isWrapped(): boolean {
    return this.#isWrapped;
  }
  set isWrapped(isWrapped: boolean) {
    this.keepingPlace(() => {
      this.#isWrapped = isWrapped;
      this.scroller.dataset['wrapped'] = String(isWrapped);
    });
  }

  /** Draws with the next frame. */
  draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#drawNow();
    });
  }

  /** The row at the top of the window. */
  top(): number {
    return this.#deps.rows.rowAt(this.#topPlace());
  }
  scrollLines(lines: number): void {
    this.#scrollTo(this.#position.top + lines * LINE_PX);
  }
  scrollWindows(windows: number): void {
    const window = Math.max(LINE_PX, this.#surface.height - 2 * LINE_PX);
    this.#scrollTo(this.#position.top + windows * window);
  }
  scrollToStart(): void {
    this.#scrollTo(0);
  }
  follow(): void {
    this.isFollowing = true;
    this.draw();
  }
  /** Shows a row of the view, and says that the reader is there. */
  goTo(row: number): void {
    this.current = row;
    this.#grow();
    const above = this.#heights.before(this.#deps.rows.placeOf(row)) * LINE_PX;
    this.#scrollTo(above - this.#surface.height * ABOVE);
    this.isFollowing = false;
  }

  /** Changes which rows are shown, or how high they are: the row at the top stays there. */
  keepingPlace(change: () => void): void {
    const { rows } = this.#deps;
    const row = this.top();
    const offset = this.#position.top - this.#heights.before(this.#topPlace()) * LINE_PX;
    change();
    this.#pages.clear();
    this.#widest = 0;
    this.#measureRows();
    const kept = rows.isShown(row) ? offset : 0;
    this.#scrollTo(this.#heights.before(rows.placeOf(row)) * LINE_PX + kept, this.isFollowing);
  }

  #topPlace(): number {
    return this.#heights.placeAt(this.#position.top / LINE_PX);
  }

  #scrollTo(top: number, isFollowing?: boolean): void {
    this.#grow();
    this.#position.go(top);
    this.isFollowing = isFollowing ?? this.#position.isAtEnd;
    this.#placeBar();
    this.draw();
  }

  #placeBar(): void {
    const bar = this.#position.anchor();
    this.#surface.setInner(this.#position.inner);
    if (Math.abs(this.scroller.scrollTop - bar) >= 1) this.scroller.scrollTop = bar;
  }

  #measureRows(): void {
    this.#heights.reset(this.#isWrapped ? this.#surface.columns : undefined);
    this.#grow();
  }

  #grow(): void {
    this.#heights.grow();
    this.#position.resize(this.#heights.total * LINE_PX, this.#surface.height);
  }

  #listen(): void {
    const { scroller } = this;
    const on = (listener: () => void): void => {
      scroller.addEventListener('scroll', listener, { passive: true });
      this.#ends.push(() => scroller.removeEventListener('scroll', listener));
    };
    on(() => {
      // A window that becomes higher moves the bar by itself, before it has been measured: only the reader's own scrolling counts.
      const isReader = scroller.clientHeight === this.#surface.height;
      const isMoved = this.#position.scrolled(scroller.scrollTop);
      if (isMoved && isReader) this.isFollowing = this.#position.isAtEnd;
      clearTimeout(this.#rest);
      if (this.#position.isCapped) this.#rest = setTimeout(() => this.#placeBar(), REST_MS);
      this.draw();
    });
    const resize = new ResizeObserver(() => this.draw());
    resize.observe(scroller);
    this.#ends.push(
      () => resize.disconnect(),
      zone.subscribe(() => this.draw()),
      onTheme(() => {
        this.#theme = currentTheme();
        this.draw();
      }),
    );
  }

  #drawNow(): void {
    this.#deps.onDraw();
    const isResized = this.#surface.measure();
    const isShifted = this.#surface.setBeside(this.#beside());
    if ((isResized || isShifted) && this.#isWrapped) this.keepingPlace(() => undefined);
    if (this.isFollowing && this.#isSelecting()) this.isFollowing = false;
    this.#grow();
    if (this.isFollowing) this.#position.go(Number.POSITIVE_INFINITY);
    // A bar that is being dragged is left alone, where it is no measure of the place.
    if (this.isFollowing || isResized || !this.#position.isCapped) this.#placeBar();
    const { rows } = this.#deps;
    const top = this.#topPlace();
    this.#pages.ahead(Math.max(0, top - AHEAD), Math.min(rows.shown - 1, top + AHEAD));
    this.#surface.draw({
      top: this.#position.top,
      inner: this.#position.inner,
      shown: rows.shown,
      placeAt: (line) => this.#heights.placeAt(line),
      before: (place) => this.#heights.before(place),
      heightOf: (place) => this.#heights.of(place),
      content: (place) => this.#content(place),
      columns: () => (this.#isWrapped ? undefined : this.#widest),
    });
    this.#deps.onDrawn();
  }

  /** A selection that runs away cannot be copied. */
  #isSelecting(): boolean {
    const selection = getSelection();
    return (
      selection !== null &&
      !selection.isCollapsed &&
      selection.anchorNode !== null &&
      this.scroller.contains(selection.anchorNode)
    );
  }

  get #hasContainers(): boolean {
    const { rows } = this.#deps;
    return rows.container === undefined && rows.containers().length > 1;
  }

  #beside() {
    const { rows } = this.#deps;
    const names = rows.containers().map(({ length }) => length);
    return {
      digits: Math.max(DIGITS_MIN, String(rows.lines).length),
      time: this.#hasTimes ? TIME_COLUMNS[zone.get()] : 0,
      container: this.#hasContainers ? Math.min(CONTAINER_COLUMNS_MAX, Math.max(...names)) : 0,
    };
  }

  #content(place: number): RowContent {
    const { rows, isChosen, marks } = this.#deps;
    const row = rows.rowAt(place);
    const number = rows.number(row);
    const line = this.#pages.line(place);
    const step = rows.stepAt(row);
    this.#widest = Math.max(this.#widest, rows.columns(row));
    return {
      row,
      place,
      shown: rows.shown,
      number,
      kind: rows.kind(row),
      line,
      marks: line && marks(line),
      zone: this.#hasTimes ? zone.get() : undefined,
      container: this.#hasContainers ? rows.source(row)?.container : undefined,
      theme: this.#theme,
      isChosen: isChosen(number),
      isCurrent: row === this.current,
      isFolded: step && rows.isFolded(step),
    };
  }
}
