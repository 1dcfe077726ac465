/**
 * Reads a container's log as the kubelet serves it: only the newest file when logs rotate, `tail`
 * before `since`, times only at the beginning of lines, parts of a long line joined.
 */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { logFile } from './line-log.ts';
import { type LogFiles, type LogHold, logIndexes } from './log-files.ts';

export type LogOptions = {
  readonly timestamps: boolean;
  /** Entries from this time on, inclusive: a nine-digit UTC time. */
  readonly since?: string;
  /** Entries (a line over 16 KiB is several) from the end. */
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Absent: end at what is there now. */
  readonly follow?: {
    /** Asked for before reading, so that nothing falls in between: resolves at the next change. */
    readonly change: () => Promise<void>;
    /** Waits for that change; rejects when the reader should stop. */
    readonly wait: (change: Promise<void>) => Promise<void>;
    /** Whether the container has ended: then the end of the file is the end. */
    readonly ended: () => boolean;
  };
};

const CHUNK = 64 * 1_024;
const NEWLINE = 10;
/** `2026-01-02T03:04:05.123456789Z stdout F `: all parts have fixed lengths. */
const TIME_LENGTH = 30;
const HEAD_LENGTH = TIME_LENGTH + 1 + 6 + 1 + 1 + 1;
const PARTIAL = 'P'.charCodeAt(0);

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Where the last `lines` entries of the first `size` bytes begin. */
async function tailStart(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size;
  // The last byte ends the last entry; it is not the newline in front of it.
  let wanted = lines + 1;
  for (let end = size; end > 0; ) {
    const begin = Math.max(0, end - CHUNK);
    const chunk = await readAt(file, begin, end - begin);
    for (let at = chunk.length; at > 0 && wanted > 0; ) {
      at = chunk.lastIndexOf(NEWLINE, at - 1);
      if (at < 0) break;
      wanted -= 1;
      if (wanted === 0) return begin + at + 1;
    }
    end = begin;
  }
  return 0;
}

/** Start of the first entry at or after `from`; `size` when there is none. */
async function entryAfter(file: FileHandle, from: number, size: number): Promise<number> {
  if (from === 0) return 0;
  for (let position = from - 1; position < size; position += CHUNK) {
    const chunk = await readAt(file, position, CHUNK);
    const at = chunk.indexOf(NEWLINE);
    if (at >= 0) return position + at + 1;
    if (chunk.length === 0) break;
  }
  return size;
}

/** Where the entries from `since` on begin. Times in a log never go back, so halving finds it. */
async function sinceStart(file: FileHandle, size: number, since: string): Promise<number> {
  let low = 0;
  let high = size;
  while (high - low > CHUNK) {
    const middle = low + Math.floor((high - low) / 2);
    const entry = await entryAfter(file, middle, size);
    const time = (await readAt(file, entry, TIME_LENGTH)).toString('latin1');
    if (entry < size && time < since) low = entry;
    else high = middle;
  }
  return low;
}

/** Turns entries into what a client gets. */
class Writer {
  readonly #options: LogOptions;
  #left: number;
  #newLine = true;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  get full(): boolean {
    return this.#left <= 0;
  }

  /** `block` holds whole entries. */
  write(block: Buffer): Buffer {
    const parts: Buffer[] = [];
    for (let start = 0; start < block.length && !this.full; ) {
      const end = block.indexOf(NEWLINE, start);
      this.#entry(parts, block.subarray(start, end + 1));
      start = end + 1;
    }
    return Buffer.concat(parts);
  }

  #entry(parts: Buffer[], entry: Buffer): void {
    const { since, timestamps } = this.#options;
    if (since !== undefined && entry.toString('latin1', 0, TIME_LENGTH) < since) return;
    // As in the kubelet, a new line is known only by what was sent before, whatever the stream.
    if (timestamps && this.#newLine) this.#push(parts, entry.subarray(0, TIME_LENGTH + 1));
    const partial = entry[HEAD_LENGTH - 2] === PARTIAL;
    this.#push(parts, entry.subarray(HEAD_LENGTH, partial ? entry.length - 1 : entry.length));
    this.#newLine = !partial;
  }

  #push(parts: Buffer[], bytes: Buffer): void {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    if (part.length > 0) parts.push(part);
  }
}

type Position = { readonly hold: LogHold; index: number; file: FileHandle; at: number };

async function firstPosition(
  { directory }: LogFiles,
  hold: LogHold,
  options: LogOptions,
): Promise<Position | undefined> {
  // A pod that goes meanwhile takes its log with it.
  const indexes = logIndexes(await readdir(directory).catch(() => []));
  if (indexes.length === 0) return undefined;
  const index = Math.max(...indexes);
  hold.advance(index);
  const file = await open(logFile(directory, index));
  const position: Position = { hold, index, file, at: 0 };
  const { size } = await file.stat();
  // Only whole entries count: a reader may come in the middle of a write.
  if (options.tailLines !== undefined) {
    position.at = await tailStart(file, size, options.tailLines);
  } else if (options.since !== undefined) {
    position.at = await sinceStart(file, size, options.since);
  }
  return position;
}

/** The container's log in `files`. Throws what `follow.wait` rejects with. */
export async function* readLog(files: LogFiles, options: LogOptions): AsyncGenerator<Buffer> {
  const hold = files.hold();
  let position: Position | undefined;
  try {
    position = await firstPosition(files, hold, options);
    if (position !== undefined) yield* readFrom(files, position, options);
  } finally {
    hold.release();
    await position?.file.close();
  }
}

async function* readFrom(
  files: LogFiles,
  position: Position,
  options: LogOptions,
): AsyncGenerator<Buffer> {
  const writer = new Writer(options);
  while (!writer.full) {
    // Asked before reading: what was written before the end is then read after asking.
    const ended = options.follow?.ended() ?? true;
    const change = options.follow?.change();
    const block = await wholeEntries(position);
    if (block.length > 0) {
      const bytes = writer.write(block);
      if (bytes.length > 0) yield bytes;
    } else if (options.follow === undefined) return;
    else if (!(await nextFile(files, position))) {
      if (ended) return;
      if (change !== undefined) await options.follow.wait(change);
    }
  }
}

/**
 * Goes on to the next file of a rotated log; true when there is something to read, here or there.
 * Throws when the next file cannot be opened: a gap would look like a whole log.
 */
async function nextFile({ directory }: LogFiles, position: Position): Promise<boolean> {
  const index = position.index + 1;
  let file: FileHandle;
  try {
    file = await open(logFile(directory, index));
  } catch (error) {
    // The hold keeps all later files, so what is not there has not been begun.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const old = position.file;
  // The old file may have grown until the new one was made; since then it is whole.
  if ((await old.stat()).size > position.at) {
    await file.close();
    return true;
  }
  Object.assign(position, { index, file, at: 0 });
  await old.close();
  position.hold.advance(index);
  return true;
}

async function wholeEntries(position: Position): Promise<Buffer> {
  const chunk = await readAt(position.file, position.at, CHUNK);
  const block = chunk.subarray(0, chunk.lastIndexOf(NEWLINE) + 1);
  position.at += block.length;
  return block;
}
