/**
 * Reads a container's log, as Kubernetes serves it with timestamps, from where an earlier read
 * stopped: every line once, although a log can only be asked for by whole seconds. Pure.
 */
import { LINE_PART_BYTES } from './limits.ts';
import { wholeCharacters } from './shorten.ts';

/**
 * Where a read stopped; constant size. Kubernetes cuts `sinceTime` to whole seconds and filters line
 * by line, and the lines of two output streams may swap around a full second. So the next read asks
 * for the last second and the one before it, and skips the lines of these two that were taken.
 */
export type LogPosition = {
  /** Unix seconds of the newest line taken; null before the first. */
  readonly second: number | null;
  /** Lines taken of that second, and of the one before it. */
  readonly taken: number;
  readonly taken_before: number;
  /** Timestamp and hash of the last of the lines that the next read will serve again. */
  readonly last_time: string;
  readonly last_hash: number;
  /** Bytes taken of a line whose end has not been taken. */
  readonly part: number;
  /** Lines and bytes taken in all; bytes as they were printed, line ends included. */
  readonly lines: number;
  readonly bytes: number;
  /** The container has ended and its log was read to the end. */
  readonly done: boolean;
};

export const LOG_START: LogPosition = {
  second: null,
  taken: 0,
  taken_before: 0,
  last_time: '',
  last_hash: 0,
  part: 0,
  lines: 0,
  bytes: 0,
  done: false,
};

/** What to ask Kubernetes for; undefined for the whole log. */
export function sinceTime(position: LogPosition): string | undefined {
  if (position.second === null) return undefined;
  return new Date((position.second - 1) * 1000).toISOString().replace('.000Z', 'Z');
}

/** A line, or a part of one that is longer than `LINE_PART_BYTES`; a part ends with a whole character. */
export type LogEntry = {
  /** RFC 3339, nine decimals, UTC: 30 characters. */
  readonly time: string;
  readonly bytes: Uint8Array;
  /** `part`: the line goes on in the next entry. `none`: the log ended without a line end. */
  readonly end: 'newline' | 'part' | 'none';
};

/** `whole`: no part, neither the first nor the last. Only such a one tells what a line tells. */
export type ReadEntry = LogEntry & { readonly whole: boolean };

/**
 * How to find the place to go on. `count` skips as many lines as were taken and checks the last one.
 * `match` looks for the last line taken, wherever it is (the log was rotated). `after` takes what is
 * newer than it: lines may be missing. Each is tried when the one before it ends in a mismatch.
 */
export type ResumeMode = 'count' | 'match' | 'after';

const NEWLINE = 10;
const SPACE = 32;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
/** The longest timestamp prefix: `2026-11-21T10:00:00.123456789+02:00`. */
const STAMP_BYTES_MAX = 35;
const ascii = new TextDecoder('latin1');

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/): tells lines of one nanosecond apart. */
function fnv1a(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
const FNV_SEED = 0x811c9dc5;

function parseStamp(text: string): string | undefined {
  const found = STAMP.exec(text);
  if (!found) return undefined;
  const [, whole = '', fraction = '', zone = 'Z'] = found;
  const ms = Date.parse(`${whole}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

const secondOf = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`) / 1000;

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** One pass over one answer of Kubernetes. */
export class LogReader {
  readonly #start: LogPosition;
  readonly #mode: ResumeMode;
  /** Still looking for the place to go on. */
  #seeking: boolean;
  #mismatch = false;
  #gapBefore: string | null = null;
  /** Counts over this answer: what a next read will have to skip. */
  #second: number | null = null;
  #taken = 0;
  #takenBefore = 0;
  #lastTime: string;
  #lastHash: number;
  #lines: number;
  #bytes: number;
  /** The line under way: its time once known, its bytes not yet given out, and those that were. */
  #time = '';
  #rest: Uint8Array = new Uint8Array(0);
  #hash = FNV_SEED;
  #given = 0;
  /** Bytes of the line under way that an earlier read took. */
  #skip = 0;

  constructor(start: LogPosition, mode: ResumeMode = 'count') {
    this.#start = start;
    this.#mode = mode;
    this.#lastTime = start.last_time;
    this.#lastHash = start.last_hash;
    this.#lines = start.lines;
    this.#bytes = start.bytes;
    this.#seeking = start.second !== null && start.taken + start.taken_before > 0;
    if (!this.#seeking) this.#skip = start.part;
  }

  /** The place to go on is not where it should be: read again in the next mode. Nothing was given out. */
  get mismatch(): boolean {
    return this.#mismatch;
  }

  /** The place to go on was found, and not by counting: only from this position on will counting do. */
  get recounted(): boolean {
    return this.#mode !== 'count' && !this.#seeking;
  }

  /** Timestamp of the first line given out after lines that may be missing (mode `after` only). */
  get gapBefore(): string | null {
    return this.#gapBefore;
  }

  /** Mode `after` came to the end without a newer line: what was there is gone. */
  get lost(): boolean {
    return this.#seeking && this.#mode === 'after';
  }

  /** The place to go on was found, and the answer so far ends with a whole line: all of it was given out. */
  get whole(): boolean {
    return !this.#seeking && this.#time === '' && this.#rest.length === 0;
  }

  /** After all entries given out so far. */
  position(done = false): LogPosition {
    if (this.#seeking) return { ...this.#start, done };
    return {
      second: this.#second ?? this.#start.second,
      taken: this.#taken,
      taken_before: this.#takenBefore,
      last_time: this.#lastTime,
      last_hash: this.#lastHash,
      part: this.#given,
      lines: this.#lines,
      bytes: this.#bytes,
      done,
    };
  }

  /** The entries that these bytes complete. */
  push(chunk: Uint8Array): ReadEntry[] {
    const entries: ReadEntry[] = [];
    for (let from = 0; from < chunk.length && !this.#mismatch; ) {
      const newline = chunk.indexOf(NEWLINE, from);
      const to = newline < 0 ? chunk.length : newline;
      this.#rest = join(this.#rest, chunk.subarray(from, to));
      this.#drain(entries, newline >= 0 ? 'newline' : 'part');
      from = to + 1;
    }
    return entries;
  }

  /**
   * The answer is over. With `final` the container has ended, so that a rest without a line end is a
   * line; otherwise the rest is left for the next read.
   */
  end(final: boolean): ReadEntry[] {
    const entries: ReadEntry[] = [];
    if (final && (this.#rest.length > 0 || this.#given > 0)) this.#drain(entries, 'none');
    if (this.#seeking && this.#mode === 'count') this.#mismatch = true;
    if (this.#seeking && this.#mode === 'match') this.#mismatch = true;
    return entries;
  }

  /** Gives out what is complete of the line under way. */
  #drain(entries: ReadEntry[], end: LogEntry['end']): void {
    if (this.#time === '') this.#takeStamp(end !== 'part');
    if (this.#time === '') return;
    while (this.#rest.length > LINE_PART_BYTES) {
      const size = wholeCharacters(this.#rest, LINE_PART_BYTES);
      this.#give(entries, this.#rest.slice(0, size), 'part');
      this.#rest = this.#rest.slice(size);
    }
    if (end === 'part') return;
    this.#give(entries, this.#rest, end);
    this.#rest = new Uint8Array(0);
    this.#closeLine(end);
  }

  /** Splits the timestamp off the line; a line without one belongs to the time of the line before it. */
  #takeStamp(whole: boolean): void {
    const space = this.#rest.indexOf(SPACE);
    if (space < 0 && !whole && this.#rest.length <= STAMP_BYTES_MAX) return;
    const head = space < 0 ? this.#rest.length : space;
    const stamp =
      head <= STAMP_BYTES_MAX ? parseStamp(ascii.decode(this.#rest.slice(0, head))) : undefined;
    this.#time = stamp ?? (this.#lastTime || '1970-01-01T00:00:00.000000000Z');
    this.#rest = stamp === undefined ? this.#rest.slice() : this.#rest.slice(head + 1);
    if (this.#mode === 'after' && this.#seeking && this.#time > this.#start.last_time) {
      this.#seeking = false;
      this.#gapBefore = this.#time;
    }
  }

  #give(entries: ReadEntry[], bytes: Uint8Array, end: LogEntry['end']): void {
    this.#hash = fnv1a(bytes, this.#hash);
    if (this.#seeking) return;
    const skipped = Math.min(this.#skip, bytes.length);
    const whole = this.#given === 0 && skipped === 0 && end !== 'part';
    this.#skip -= skipped;
    this.#given += bytes.length;
    const rest = skipped > 0 ? bytes.slice(skipped) : bytes;
    if (end === 'part' && rest.length === 0) return;
    this.#bytes += rest.length + (end === 'newline' ? 1 : 0);
    if (end !== 'part') this.#lines += 1;
    entries.push({ time: this.#time, bytes: rest, end, whole });
  }

  #closeLine(end: LogEntry['end']): void {
    this.#count(this.#time, this.#hash);
    if (this.#seeking) this.#seek(end);
    this.#time = '';
    this.#hash = FNV_SEED;
    this.#given = 0;
    if (!this.#seeking) this.#skipNext();
  }

  #skipNext(): void {
    if (this.#lines === this.#start.lines && this.#bytes === this.#start.bytes)
      this.#skip = this.#start.part;
  }

  /** Counts a line of this answer under its second. One older than both seconds will not be served again. */
  #count(time: string, hash: number): void {
    const second = secondOf(time);
    if (this.#second === null || second > this.#second) {
      this.#takenBefore = this.#second === second - 1 ? this.#taken : 0;
      this.#taken = 1;
      this.#second = second;
    } else if (second === this.#second) this.#taken += 1;
    else if (second === this.#second - 1) this.#takenBefore += 1;
    else return;
    this.#lastTime = time;
    this.#lastHash = hash;
  }

  #seek(end: LogEntry['end']): void {
    const { last_time, last_hash, taken, taken_before } = this.#start;
    const same = this.#time === last_time && this.#hash === last_hash;
    if (this.#mode === 'match') {
      if (same) this.#seeking = false;
      return;
    }
    if (this.#mode === 'after') return;
    if (this.#taken + this.#takenBefore < taken + taken_before && end === 'newline') {
      if (this.#second !== null && this.#start.second !== null && this.#second > this.#start.second)
        this.#mismatch = true;
      return;
    }
    if (same) this.#seeking = false;
    else this.#mismatch = true;
  }
}
