/**
 * Where the reader is, in pixels from the start of the log. Browsers cap the height of an element, so the height inside of the scroller
 * is capped, too: this position is the truth, and the scroll bar follows it.
 */

/** Far below the limits of all browsers: Firefox has about 17.9 million, and moves of layers are lost above 8.9. */
const INNER_MAX_PX = 6_000_000;
/** Scrolls up to here are wheel and touch, and count one to one; longer ones are drags of the thumb, and count in proportion. */
const STEP_MAX_PX = 3_000;

export class Position {
  /** Pixels above the window. */
  top = 0;
  #height = 0;
  #window = 0;
  /** Where the scroll bar is, as far as it is known. */
  #bar = 0;

  /** The height inside of the scroller. */
  get inner(): number {
    return Math.min(this.#height, INNER_MAX_PX);
  }
  get #max(): number {
    return Math.max(0, this.#height - this.#window);
  }
  get #barMax(): number {
    return Math.max(0, this.inner - this.#window);
  }
  get isCapped(): boolean {
    return this.#height > INNER_MAX_PX;
  }
  get isAtEnd(): boolean {
    return this.top >= this.#max - 1;
  }

  /** Heights of all rows and of the window; the position stays, as far as it is still there. */
  resize(height: number, window: number): void {
    this.#height = height;
    this.#window = window;
    this.top = Math.min(this.top, this.#max);
  }

  /** Goes to a pixel; returns where the scroll bar belongs. */
  go(top: number): number {
    this.top = Math.max(0, Math.min(top, this.#max));
    return this.anchor();
  }

  /** Where the scroll bar belongs. */
  anchor(): number {
    this.#bar = this.isCapped
      ? this.#max === 0
        ? 0
        : Math.round((this.top / this.#max) * this.#barMax)
      : this.top;
    return this.#bar;
  }

  /** The scroll bar was moved; returns whether the position changed. */
  scrolled(bar: number): boolean {
    const step = bar - this.#bar;
    if (Math.abs(step) < 1) return false;
    this.#bar = bar;
    if (!this.isCapped) this.top = bar;
    else if (Math.abs(step) <= STEP_MAX_PX) this.top += step;
    else this.top = this.#barMax === 0 ? 0 : (bar / this.#barMax) * this.#max;
    this.top = Math.max(0, Math.min(this.top, this.#max));
    return true;
  }
}
