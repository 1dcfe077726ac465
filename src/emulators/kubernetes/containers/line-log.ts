/**
 * Container output in the format of the Container Runtime Interface's logs, as containerd writes
 * it: `<time> <stream> <P|F> <bytes>`. P marks a part whose line goes on (over 16 KiB) or that ended without
 * newline; F a whole line. Times have nine digits and end in Z, so they compare as text.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type Stream = 'stdout' | 'stderr';

/** containerd's max_container_log_line_size. */
const MAX_CONTENT = 16_384;
/** Log files kept when logs rotate, however few are read (the kubelet's containerLogMaxFiles). */
export const KEPT_FILES = 5;
const NEWLINE = 10;
const RETURN = 13;
const MS = 1_000_000n;

/** UTC in nanoseconds that never goes back and never repeats; follows the wall clock when that is set. */
export class NanoClock {
  #wall = BigInt(Date.now()) * MS;
  #mono = process.hrtime.bigint();
  #last = 0n;

  now(): string {
    const mono = process.hrtime.bigint();
    const wall = BigInt(Date.now()) * MS;
    let at = this.#wall + (mono - this.#mono);
    const drift = wall - at;
    if (drift > 5n * MS || drift < -5n * MS) {
      this.#wall = wall;
      this.#mono = mono;
      at = wall;
    }
    if (at <= this.#last) at = this.#last + 1n;
    this.#last = at;
    const second = new Date(Number(at / MS)).toISOString().slice(0, 19);
    return `${second}.${String(at % (1_000n * MS)).padStart(9, '0')}Z`;
  }
}

export const logFile = (directory: string, index: number): string =>
  join(directory, `${index}.log`);

/** Writes a container's log; each write is on disk (as far as a killed process goes) when it returns. */
export class LineLog {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #rotated: (newest: number) => void;
  readonly #clock = new NanoClock();
  readonly #rest: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #index = 0;
  #size = 0;
  #file: number;

  /**
   * `maxBytes`: start a new file when one has reached this size; Infinity for never. `rotated` is
   * told the new file's index; removing old files is its business.
   */
  constructor(directory: string, maxBytes: number, rotated: (newest: number) => void) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#rotated = rotated;
    this.#file = openSync(logFile(directory, 0), 'a', 0o600);
  }

  write(stream: Stream, chunk: Buffer): void {
    const entries: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#take(stream, chunk.subarray(start, end));
      // containerd takes a carriage return before the newline for a part of the line's end.
      const cut = line.at(-1) === RETURN ? line.subarray(0, -1) : line;
      this.#push(entries, stream, cut, true);
      start = end + 1;
    }
    const rest = this.#take(stream, chunk.subarray(start));
    this.#rest[stream] = this.#push(entries, stream, rest, false);
    this.#append(entries);
  }

  /** Writes what is left without a newline. */
  end(): void {
    const entries: Buffer[] = [];
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#rest[stream];
      if (rest.length > 0) entries.push(this.#entry(stream, 'P', rest));
      this.#rest[stream] = Buffer.alloc(0);
    }
    this.#append(entries);
  }

  #take(stream: Stream, tail: Buffer): Buffer {
    const rest = this.#rest[stream];
    if (rest.length === 0) return tail;
    this.#rest[stream] = Buffer.alloc(0);
    return Buffer.concat([rest, tail]);
  }

  /** Adds the entries of `content`; gives back what has to wait for more. */
  #push(entries: Buffer[], stream: Stream, content: Buffer, whole: boolean): Buffer {
    let left = content;
    while (left.length > MAX_CONTENT) {
      entries.push(this.#entry(stream, 'P', left.subarray(0, MAX_CONTENT)));
      left = left.subarray(MAX_CONTENT);
    }
    if (!whole) return Buffer.from(left);
    entries.push(this.#entry(stream, 'F', left));
    return Buffer.alloc(0);
  }

  #entry(stream: Stream, tag: 'P' | 'F', content: Buffer): Buffer {
    const head = Buffer.from(`${this.#clock.now()} ${stream} ${tag} `, 'latin1');
    return Buffer.concat([head, content, Buffer.from('\n')]);
  }

  #append(entries: readonly Buffer[]): void {
    if (entries.length === 0) return;
    const bytes = Buffer.concat(entries);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    this.#size += bytes.length;
    if (this.#size >= this.#maxBytes) this.#rotate();
  }

  #rotate(): void {
    closeSync(this.#file);
    this.#index += 1;
    this.#size = 0;
    this.#file = openSync(logFile(this.#directory, this.#index), 'a', 0o600);
    this.#rotated(this.#index);
  }
}
