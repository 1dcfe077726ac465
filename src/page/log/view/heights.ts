/** How high the rows of a view are, in lines of the screen; sums of 512 rows each make a place among a million quick to find. */
const BLOCK = 512;

export type Measured = { readonly shown: number; columns(place: number): number };

export class Heights {
  readonly #rows: Measured;
  /** Columns of the window; undefined: nothing is wrapped, each row is one line high. */
  #width: number | undefined;
  /** Lines before each block. */
  #sums: number[] = [];
  #total = 0;
  /** Rows that are summed. */
  #known = 0;

  constructor(rows: Measured) {
    this.#rows = rows;
  }

  /** Measures anew, such as for another view of the rows. */
  reset(width: number | undefined): void {
    this.#width = width === undefined ? undefined : Math.max(1, width);
    this.#sums = [];
    this.#total = 0;
    this.#known = 0;
    this.grow();
  }

  /** Takes the rows that came. */
  grow(): void {
    if (this.#width === undefined) return;
    for (const { shown } = this.#rows; this.#known < shown; this.#known += 1) {
      if (this.#known % BLOCK === 0) this.#sums.push(this.#total);
      this.#total += this.of(this.#known);
    }
  }

  of(place: number): number {
    return this.#width === undefined
      ? 1
      : Math.max(1, Math.ceil(this.#rows.columns(place) / this.#width));
  }

  get total(): number {
    return this.#width === undefined ? this.#rows.shown : this.#total;
  }

  /** Lines before this place. */
  before(place: number): number {
    if (this.#width === undefined) return place;
    const block = Math.min(Math.floor(place / BLOCK), this.#sums.length - 1);
    let sum = this.#sums[block] ?? 0;
    for (let at = block * BLOCK; at < place; at += 1) sum += this.of(at);
    return sum;
  }

  /** The place that has this line, counted from 0; the last one for what is behind the end. */
  placeAt(line: number): number {
    const last = Math.max(0, this.#rows.shown - 1);
    if (this.#width === undefined) return Math.min(last, Math.max(0, Math.floor(line)));
    let [low, high] = [0, this.#sums.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sums[middle] ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    const block = Math.max(0, low - 1);
    let sum = this.#sums[block] ?? 0;
    for (let at = block * BLOCK; at < last; at += 1) {
      sum += this.of(at);
      if (sum > line) return at;
    }
    return last;
  }
}
