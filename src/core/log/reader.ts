/** Splits a container's log, as Kubernetes serves it with timestamps, into lines: each once, from a position on. Pure. */
import { LINE_PART_BYTES, LOG_REREAD_BYTES } from '../limits.ts';
import { wholeCharacters } from '../shorten.ts';
import { timestampOf } from '../timestamp.ts';
import {
  covers,
  type GapCause,
  isNarrow,
  type LogEntry,
  type LogPosition,
  type ReadEntry,
  secondOf,
  startOf,
} from './position.ts';

/**
 * What the answer contains. `since`: lines from `sinceTime(position)` on. `tail`: the last lines of the log, whatever their
 * time. Both are skipped up to the position's last line. `rest`: the position's last line is no longer available and all
 * lines come after it; the cause tells why: rotated away (after `since`), or too far from the end (after `tail`).
 */
export type Answer = 'since' | 'tail' | { readonly rest: GapCause };

const NEWLINE = 10;
const SPACE = 32;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
/** The longest timestamp prefix: `2026-11-21T10:00:00.123456789+02:00`. */
const STAMP_BYTES_MAX = 35;
/** The time of a first line without a timestamp. */
const EPOCH = '1970-01-01T00:00:00.000000000Z';
/** Timestamp, space, line end. */
const FRAME_BYTES = 32;
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
  const time = timestampOf(Date.parse(`${whole}${zone}`));
  return time === null ? undefined : `${time.slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

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
  readonly #answer: Answer;
  /** The answer has the lines from these Unix seconds on; null: all lines. */
  readonly #since: number | null;
  /** Still looking for the position's last line. */
  #seeking: boolean;
  #hasSkipped = false;
  #stale = false;
  /** After the last whole line of this answer. */
  #now: LogPosition;
  /** The current line: its time once known, its bytes not yet returned, and the number of those that were. */
  #time = '';
  #rest: Uint8Array = new Uint8Array(0);
  #hash = FNV_SEED;
  #given = 0;
  #gap: GapCause | undefined;
  /** The first line after the position has not begun: an earlier read may have taken a part of it. */
  #first = true;
  /** Bytes of the current line that an earlier read took. */
  #skip = 0;

  constructor(start: LogPosition, answer: Answer = 'since') {
    this.#start = start;
    this.#answer = answer;
    const isTail = answer === 'tail' || (typeof answer === 'object' && answer.rest === 'clock');
    this.#since = isTail ? null : startOf(start);
    this.#now = { ...start, last_time: '', last_number: 0, part: 0, part_time: '' };
    this.#seeking = start.last_time !== '' && typeof answer === 'string';
    if (typeof answer === 'object' && start.last_time !== '') this.#gap = answer.rest;
  }

  /** The position's last line has not been found. At the end of the answer that means that it is gone. */
  get lost(): boolean {
    return this.#seeking;
  }

  /** Whether lines were skipped in search of the position. */
  get hasSkipped(): boolean {
    return this.#hasSkipped;
  }

  /** The clock was set back so far that this answer may miss what is printed next: read anew from `position()`. */
  get stale(): boolean {
    return this.#stale;
  }

  /** The answer would miss lines if the clock were set back by some minutes: covering that would be too much to read again. */
  get narrow(): boolean {
    return isNarrow(this.#since, this.#now.last_time || this.#start.last_time);
  }

  /** The position was found, and the answer so far ends with a complete line: everything was returned. */
  get whole(): boolean {
    return !this.#seeking && this.#time === '' && this.#rest.length === 0;
  }

  /** Whether the answer lacks lines with this timestamp. */
  hides(time: string): boolean {
    return this.#since !== null && secondOf(time) < this.#since;
  }

  /** The position after all entries returned so far. */
  position(done = false): LogPosition {
    if (this.#seeking || this.#now.last_time === '') {
      const begun = !this.#seeking && this.#given > 0;
      return begun ? { ...this.#start, ...this.#underWay(), done } : { ...this.#start, done };
    }
    return { ...this.#now, ...this.#underWay(), done };
  }

  /** The entries that these bytes complete. */
  push(chunk: Uint8Array): ReadEntry[] {
    const entries: ReadEntry[] = [];
    for (let from = 0; from < chunk.length && !this.#stale; ) {
      const newline = chunk.indexOf(NEWLINE, from);
      const to = newline < 0 ? chunk.length : newline;
      this.#rest = join(this.#rest, chunk.subarray(from, to));
      this.#drain(entries, newline >= 0 ? 'newline' : 'part');
      from = to + 1;
    }
    return entries;
  }

  /**
   * Ends the answer. With `final` the container has ended, and a rest without a line end is a line; otherwise
   * the rest is left to the next read.
   */
  end(final: boolean): ReadEntry[] {
    const entries: ReadEntry[] = [];
    if (final && !this.#stale && (this.#rest.length > 0 || this.#given > 0))
      this.#drain(entries, 'none');
    return entries;
  }

  /** The part of the current line that was taken, and the totals. */
  #underWay(): Partial<LogPosition> {
    const { lines, bytes, since_mark } = this.#now;
    const untouched = this.#first || this.#skip > 0;
    const { part, part_time } = untouched
      ? this.#start
      : { part: this.#given, part_time: this.#given > 0 ? this.#time : '' };
    return { part, part_time, lines, bytes, since_mark };
  }

  /** Returns what is complete of the current line. */
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
    this.#closeLine();
  }

  /** Splits the timestamp off the line; a line without one gets that of the line before it. */
  #takeStamp(whole: boolean): void {
    const space = this.#rest.indexOf(SPACE);
    if (space < 0 && !whole && this.#rest.length <= STAMP_BYTES_MAX) return;
    const head = space < 0 ? this.#rest.length : space;
    const stamp =
      head <= STAMP_BYTES_MAX ? parseStamp(ascii.decode(this.#rest.slice(0, head))) : undefined;
    this.#time = stamp ?? (this.#now.last_time || EPOCH);
    this.#rest = stamp === undefined ? this.#rest.slice() : this.#rest.slice(head + 1);
    // Newer than everything taken: the position's line is gone, and lines before this one may be missing too.
    if (this.#seeking && this.#answer === 'since' && this.#time > this.#start.newest) {
      this.#seeking = false;
      this.#gap = 'rotated';
    }
    if (!this.#seeking) this.#begin();
  }

  /** Begins a line that will be returned. */
  #begin(): void {
    const { part, part_time } = this.#start;
    if (this.#first && part > 0) {
      if (this.#time === part_time) this.#skip = part;
      else this.#gap ??= 'rotated';
    }
    this.#first = false;
    const before = this.#now.last_time;
    // The answer may lack the first lines after a clock was set back.
    const isBack = before !== '' && secondOf(this.#time) < secondOf(before) - 1;
    if (isBack && isNarrow(this.#since, before)) this.#gap ??= 'clock';
  }

  #give(entries: ReadEntry[], bytes: Uint8Array, end: LogEntry['end']): void {
    this.#hash = fnv1a(bytes, this.#hash);
    if (this.#seeking) {
      this.#hasSkipped = true;
      return;
    }
    const skipped = Math.min(this.#skip, bytes.length);
    const whole = this.#given === 0 && skipped === 0 && end !== 'part';
    this.#skip -= skipped;
    this.#given += bytes.length;
    const rest = skipped > 0 ? bytes.slice(skipped) : bytes;
    if (end === 'part' && rest.length === 0) return;
    const now = this.#now;
    this.#now = {
      ...now,
      lines: now.lines + (end === 'part' ? 0 : 1),
      bytes: now.bytes + rest.length + (end === 'newline' ? 1 : 0),
      since_mark: now.since_mark + rest.length + FRAME_BYTES,
    };
    const gap = this.#gap;
    this.#gap = undefined;
    entries.push({ time: this.#time, bytes: rest, end, whole, ...(gap && { gap }) });
  }

  #closeLine(): void {
    const { last_time, last_number, newest } = this.#now;
    this.#now = {
      ...this.#now,
      last_time: this.#time,
      last_number: this.#time === last_time ? last_number + 1 : 1,
      last_hash: this.#hash,
      newest: this.#time > newest ? this.#time : newest,
    };
    this.#time = '';
    this.#hash = FNV_SEED;
    this.#given = 0;
    if (this.#seeking) this.#seek();
    else this.#setMark();
  }

  #seek(): void {
    const { last_time, last_number, last_hash } = this.#now;
    const start = this.#start;
    if (last_time !== start.last_time || last_hash !== start.last_hash) return;
    // A tail may begin among lines of one timestamp: their numbers are unknown then.
    if (last_number === start.last_number || this.#answer === 'tail') this.#seeking = false;
  }

  #setMark(): void {
    const { since_mark, next_mark, last_time } = this.#now;
    if (since_mark > LOG_REREAD_BYTES / 2)
      this.#now = {
        ...this.#now,
        mark: next_mark,
        next_mark: secondOf(last_time),
        since_mark: 0,
      };
    this.#stale = !covers(this.#since, this.#now);
  }
}
