/** Every line of a log in memory: UTF-8 in chunks, and what is known of each in columns of numbers. */

const CHUNK_BYTES = 1 << 20;
/** Room in the first columns; they double. */
const ROWS_AT_FIRST = 4_096;
/** Text that one tab may hold; a longer log is shown up to here. */
const TEXT_BYTES_MAX = 2 ** 30;

export const KINDS = {
  line: 0,
  /** The line before was longer than 64 KiB, and goes on here. */
  more: 1,
  /** Lines may be missing here: the text says why. */
  gap: 2,
  error: 3,
  warning: 4,
  /** What Sluice itself says of a step that failed. */
  note: 5,
} as const;
export type Kind = (typeof KINDS)[keyof typeof KINDS];

/** Whether it is a line of the log, and not something said about it. */
export const isPrinted = (kind: number): boolean => kind !== KINDS.gap && kind !== KINDS.note;

export class Lines {
  readonly #chunks: Uint8Array[] = [];
  #filled = CHUNK_BYTES;
  #offsets = new Uint32Array(ROWS_AT_FIRST);
  #lengths = new Uint32Array(ROWS_AT_FIRST);
  #times = new Float64Array(ROWS_AT_FIRST);
  #sources = new Uint16Array(ROWS_AT_FIRST);
  #kinds = new Uint8Array(ROWS_AT_FIRST);
  count = 0;
  bytes = 0;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  get isFull(): boolean {
    return this.bytes >= TEXT_BYTES_MAX;
  }

  /** `time` in milliseconds since 1970. */
  add(text: string, time: number, source: number, kind: Kind): void {
    if (this.count === this.#offsets.length) this.#grow();
    // Each UTF-16 unit takes three bytes at most.
    const room = text.length * 3;
    if (this.#filled + room > CHUNK_BYTES) {
      this.#chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, room)));
      this.#filled = 0;
    }
    const chunk = this.#chunks.length - 1;
    const { written } = this.#encoder.encodeInto(
      text,
      (this.#chunks[chunk] as Uint8Array<ArrayBuffer>).subarray(this.#filled),
    );
    this.#offsets[this.count] = chunk * CHUNK_BYTES + this.#filled;
    this.#lengths[this.count] = written;
    this.#times[this.count] = time;
    this.#sources[this.count] = source;
    this.#kinds[this.count] = kind;
    this.#filled += written;
    this.bytes += written;
    this.count += 1;
  }

  /** As it was printed. */
  text(row: number): string {
    const offset = this.#offsets[row] ?? 0;
    const from = offset % CHUNK_BYTES;
    const chunk = this.#chunks[(offset - from) / CHUNK_BYTES];
    return this.#decoder.decode(chunk?.subarray(from, from + this.length(row)));
  }

  length(row: number): number {
    return this.#lengths[row] ?? 0;
  }
  time(row: number): number {
    return this.#times[row] ?? 0;
  }
  source(row: number): number {
    return this.#sources[row] ?? 0;
  }
  kind(row: number): Kind {
    return (this.#kinds[row] ?? 0) as Kind;
  }
  /** Copies of what is known of the rows `[from, to)`. */
  range(from: number, to: number): { readonly sources: Uint16Array; readonly kinds: Uint8Array } {
    return { sources: this.#sources.slice(from, to), kinds: this.#kinds.slice(from, to) };
  }

  #grow(): void {
    const size = this.#offsets.length * 2;
    const into = <T extends { set(from: T): void }>(larger: T, from: T): T => {
      larger.set(from);
      return larger;
    };
    this.#offsets = into(new Uint32Array(size), this.#offsets);
    this.#lengths = into(new Uint32Array(size), this.#lengths);
    this.#times = into(new Float64Array(size), this.#times);
    this.#sources = into(new Uint16Array(size), this.#sources);
    this.#kinds = into(new Uint8Array(size), this.#kinds);
  }
}
