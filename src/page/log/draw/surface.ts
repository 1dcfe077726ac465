/** The part of the screen that shows rows: about seventy elements, used again and again, wherever the reader is among a million lines. */
import { Row, type RowContent } from './row.ts';

/** Height of a line on the screen, in pixels; `log.css` has it too. */
export const LINE_PX = 20;
/** Rows above and below the window. */
const OVERSCAN = 6;
const RULER_CHARS = 100;

export type Frame = {
  /** Pixels above the window, and the height of all rows that the scroll bar tells of. */
  readonly top: number;
  readonly inner: number;
  readonly shown: number;
  readonly placeAt: (line: number) => number;
  readonly before: (place: number) => number;
  readonly heightOf: (place: number) => number;
  readonly content: (place: number) => RowContent;
  /** Of the widest row so far, where rows are not wrapped. */
  readonly columns: () => number | undefined;
};

/** Widths of what is beside the text, in columns. */
export type Beside = { readonly digits: number; readonly time: number; readonly container: number };
const GUTTER_EXTRA = 4;
const GAP = 1;
/** Space at the end of a line. */
const END_PX = 16;

export class Surface {
  readonly scroller: HTMLElement;
  readonly #inner = document.createElement('div');
  readonly #layer = document.createElement('div');
  readonly #ruler = document.createElement('span');
  /** By the place that they show. */
  #rows = new Map<number, Row>();
  #spare: Row[] = [];
  #column = 8;
  #beside: Beside = { digits: 0, time: 0, container: 0 };
  height = 0;
  #width = 0;

  constructor(scroller: HTMLElement) {
    this.scroller = scroller;
    this.#inner.className = 'log-inner';
    this.#layer.className = 'log-layer';
    this.#layer.setAttribute('role', 'list');
    this.#layer.setAttribute('aria-label', 'Lines');
    this.#ruler.className = 'log-ruler';
    this.#ruler.setAttribute('aria-hidden', 'true');
    this.#ruler.textContent = '0'.repeat(RULER_CHARS);
    this.#inner.append(this.#layer, this.#ruler);
    scroller.append(this.#inner);
  }

  remove(): void {
    this.#inner.remove();
  }

  /** Looks how large everything is; returns whether that has changed. */
  measure(): boolean {
    const { clientHeight, clientWidth } = this.scroller;
    const column = this.#ruler.getBoundingClientRect().width / RULER_CHARS || this.#column;
    const isSame =
      this.height === clientHeight && this.#width === clientWidth && this.#column === column;
    this.height = clientHeight;
    this.#width = clientWidth;
    this.#column = column;
    return !isSame;
  }

  /** Sets the widths beside the text; returns whether they have changed. */
  setBeside(beside: Beside): boolean {
    const before = this.#beside;
    this.#beside = beside;
    const { style } = this.#inner;
    style.setProperty('--log-gutter', `${beside.digits + GUTTER_EXTRA}ch`);
    style.setProperty('--log-time', beside.time === 0 ? '0px' : `${beside.time + GAP}ch`);
    style.setProperty(
      '--log-container',
      beside.container === 0 ? '0px' : `${beside.container + GAP}ch`,
    );
    return (
      before.digits !== beside.digits ||
      before.time !== beside.time ||
      before.container !== beside.container
    );
  }

  get #besideColumns(): number {
    const { digits, time, container } = this.#beside;
    return digits + GUTTER_EXTRA + (time && time + GAP) + (container && container + GAP);
  }

  /** Columns that a line has. */
  get columns(): number {
    const room = this.#width - END_PX - this.#besideColumns * this.#column;
    return Math.max(1, Math.floor(room / this.#column));
  }

  setInner(height: number): void {
    const text = `${height}px`;
    if (this.#inner.style.height !== text) this.#inner.style.height = text;
  }

  #setWidth(columns: number | undefined): void {
    const text =
      columns === undefined
        ? '100%'
        : `max(100%, ${Math.ceil((columns + this.#besideColumns) * this.#column + END_PX)}px)`;
    if (this.#inner.style.width !== text) this.#inner.style.width = text;
  }

  draw(frame: Frame): void {
    this.setInner(frame.inner);
    this.#layer.style.height = `${this.height}px`;
    const wanted = this.#wanted(frame);
    const kept = new Map<number, Row>();
    for (const [place, row] of this.#rows) {
      if (wanted.has(place)) kept.set(place, row);
      else this.#spare.push(row);
    }
    // At the end of the list, so that below only they are moved, and readers of the screen and selections find the order of the log.
    for (const { element } of this.#spare) this.#layer.append(element);
    const rows = new Map<number, Row>();
    let next = this.#layer.firstChild;
    for (const [place, top] of wanted) {
      const row = kept.get(place) ?? this.#spare.shift() ?? new Row();
      rows.set(place, row);
      row.fill(frame.content(place));
      row.move(top, frame.heightOf(place) * LINE_PX);
      if (next === row.element) next = next.nextSibling;
      else this.#layer.insertBefore(row.element, next);
    }
    for (const { element } of this.#spare) element.remove();
    this.#spare = [];
    this.#rows = rows;
    this.#setWidth(frame.columns());
  }

  /** Places near the window, in order, and where their rows begin. */
  #wanted({ top, shown, placeAt, before, heightOf }: Frame): Map<number, number> {
    const wanted = new Map<number, number>();
    if (shown === 0) return wanted;
    const first = Math.max(0, placeAt(top / LINE_PX) - OVERSCAN);
    let at = before(first) * LINE_PX - top;
    const end = this.height + OVERSCAN * LINE_PX;
    for (let place = first; place < shown && at < end; place += 1) {
      wanted.set(place, at);
      at += heightOf(place) * LINE_PX;
    }
    return wanted;
  }
}
