/** A column of numbers that grows; its room doubles. */
type Numbers = Uint8Array | Uint16Array | Uint32Array;

const ROOM_AT_FIRST = 4_096;

export class Growing<T extends Numbers> {
  length = 0;
  #values: T;
  readonly #make: (room: number) => T;

  constructor(make: (room: number) => T) {
    this.#make = make;
    this.#values = make(ROOM_AT_FIRST);
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  push(value: number): void {
    this.#reserve(this.length + 1);
    this.#values[this.length] = value;
    this.length += 1;
  }

  append(values: ArrayLike<number>): void {
    this.#reserve(this.length + values.length);
    this.#values.set(values, this.length);
    this.length += values.length;
  }

  clear(): void {
    this.length = 0;
  }

  /** How many values are smaller; the values have to be in order. */
  below(value: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #reserve(needed: number): void {
    if (needed <= this.#values.length) return;
    const larger = this.#make(Math.max(needed, this.#values.length * 2));
    larger.set(this.#values.subarray(0, this.length));
    this.#values = larger;
  }
}

export const bytes = (): Growing<Uint8Array> => new Growing((room) => new Uint8Array(room));
export const shorts = (): Growing<Uint16Array> => new Growing((room) => new Uint16Array(room));
export const words = (): Growing<Uint32Array> => new Growing((room) => new Uint32Array(room));
