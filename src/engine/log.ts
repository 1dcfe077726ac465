/** A container's log as it was printed, cut to a range or to its last lines. */
import { AppError } from '../core/errors.ts';
import { isTerminal } from '../core/event.ts';
import type { StoredEvent } from '../core/event-row.ts';
import { LOG_CHUNK_BYTES } from '../core/function-limits.ts';
import type { LogEntry } from '../core/log-position.ts';
import { DRIVER_CONTAINER } from '../core/manifest.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { seekArchive } from './archive.ts';
import { findRun, storedFrom } from './events.ts';

export type LogOptions = {
  /** Default: the driver's. */
  readonly container?: string;
  /** Only the last lines. Not together with `range`. */
  readonly tail?: number;
  /** Each line starts with the time at which the cluster took it, and a space. */
  readonly timestamps: boolean;
  /** Bytes, `end` exclusive; `suffix`: the last ones. */
  readonly range?: { readonly start: number; readonly end?: number } | { readonly suffix: number };
};

/** `size` is of the whole log at the moment of the call; `chunks` are its bytes `[start, end)`. */
export type OpenLog = {
  readonly size: number;
  readonly start: number;
  readonly end: number;
  /** The run is over: the log will not grow. */
  readonly complete: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
};

const PAGE = 20;
/** A blob is read whole, whatever is asked of it. */
const ARCHIVE_PAGE = 1_000;
const encoder = new TextEncoder();

/** Rejects with `not_found`, or `range_not_satisfiable` when the range starts behind the end. */
export async function openLog(
  world: World,
  domain: string,
  runId: string,
  options: LogOptions,
): Promise<OpenLog> {
  const run = await findRun(world, domain, runId);
  const container = options.container ?? DRIVER_CONTAINER;
  const source: Source = { world, run, container, timestamps: options.timestamps };
  const quick = container === DRIVER_CONTAINER && !options.timestamps;
  const total = quick ? { bytes: run.log_bytes, lines: run.log_lines } : await count(source);
  const { start, end } =
    options.tail === undefined
      ? cut(total.bytes, options.range)
      : await tailOf(source, total, options.tail, quick);
  return {
    size: total.bytes,
    start,
    end,
    complete: isTerminal(run.state),
    chunks: inChunks(slice(source, start, end, quick)),
  };
}

type Source = {
  readonly world: World;
  readonly run: Run;
  readonly container: string;
  readonly timestamps: boolean;
};
type Total = { readonly bytes: number; readonly lines: number };

function cut(
  size: number,
  range: LogOptions['range'],
): { readonly start: number; readonly end: number } {
  if (!range) return { start: 0, end: size };
  if ('suffix' in range) return { start: Math.max(0, size - range.suffix), end: size };
  if (range.start >= size)
    throw new AppError('range_not_satisfiable', `The log has ${size} bytes so far.`);
  return { start: range.start, end: Math.min(size, range.end ?? size) };
}

/** Where the last `tail` lines begin. */
async function tailOf(
  source: Source,
  total: Total,
  tail: number,
  quick: boolean,
): Promise<{ start: number; end: number }> {
  const skip = Math.max(0, total.lines - tail);
  if (skip === 0) return { start: 0, end: total.bytes };
  const from = quick ? await seek(source, 'line', skip) : 0;
  let position: Total | undefined;
  for await (const { entry, bytes, before } of printed(source, from)) {
    position ??= quick ? before : { bytes: 0, lines: 0 };
    if (position.lines >= skip) return { start: position.bytes, end: total.bytes };
    position = {
      bytes: position.bytes + bytes.length,
      lines: position.lines + (entry.end === 'part' ? 0 : 1),
    };
  }
  return { start: total.bytes, end: total.bytes };
}

async function count(source: Source): Promise<Total> {
  let [bytes, lines] = [0, 0];
  for await (const item of printed(source, 0)) {
    bytes += item.bytes.length;
    if (item.entry.end !== 'part') lines += 1;
  }
  return { bytes, lines };
}

type Printed = {
  readonly entry: LogEntry;
  readonly bytes: Uint8Array /** Of the driver's log, before the event of this entry. */;
  readonly before: Total;
};

/** Entries of the container from events above `after`, with their bytes as they are shown. */
async function* printed(
  { world, run, container, timestamps }: Source,
  after: number,
): AsyncGenerator<Printed> {
  let next = after;
  let midLine = false;
  while (next < run.last_seq) {
    const events: readonly StoredEvent[] = await storedFrom(
      world,
      run,
      next,
      next < run.archived_seq ? ARCHIVE_PAGE : PAGE,
    );
    for (const { fact, line, byte } of events) {
      if (fact.type !== 'log' || fact.container !== container) continue;
      let before: Total = { bytes: byte, lines: line };
      for (const entry of fact.entries) {
        const prefix =
          timestamps && !midLine ? encoder.encode(`${entry.time} `) : new Uint8Array(0);
        const bytes = new Uint8Array(
          prefix.length + entry.bytes.length + (entry.end === 'newline' ? 1 : 0),
        );
        bytes.set(prefix);
        bytes.set(entry.bytes, prefix.length);
        if (entry.end === 'newline') bytes[bytes.length - 1] = 10;
        midLine = entry.end === 'part';
        yield { entry, bytes, before };
        before = {
          bytes: before.bytes + bytes.length,
          lines: before.lines + (entry.end === 'part' ? 0 : 1),
        };
      }
    }
    const last = events.at(-1);
    if (!last) return;
    next = last.seq;
  }
}

/** Number of an event at or before the one that holds this offset of the driver's log. */
async function seek(
  { world, run }: Source,
  unit: 'line' | 'byte',
  offset: number,
): Promise<number> {
  // While the log is being compacted, its beginning is in the archive and the rest is not.
  const [rest] =
    run.archived_seq < run.last_seq ? await storedFrom(world, run, run.archived_seq, 1) : [];
  if (run.archived_seq > 0 && !(rest && rest[unit] <= offset))
    return seekArchive(world, run, unit, offset);
  let [low, high] = [run.archived_seq, run.last_seq];
  while (high - low > PAGE) {
    const middle = Math.floor((low + high) / 2);
    const [event] = await storedFrom(world, run, middle - 1, 1);
    if (event && event[unit] <= offset) low = middle - 1;
    else high = middle - 1;
  }
  return low;
}

async function* slice(
  source: Source,
  start: number,
  end: number,
  quick: boolean,
): AsyncGenerator<Uint8Array> {
  if (start >= end) return;
  const from = quick && start > 0 ? await seek(source, 'byte', start) : 0;
  let at: number | undefined = quick && from > 0 ? undefined : 0;
  for await (const { bytes, before } of printed(source, from)) {
    at ??= before.bytes;
    const [first, last] = [Math.max(start - at, 0), Math.min(end - at, bytes.length)];
    if (first < last) yield bytes.subarray(first, last);
    at += bytes.length;
    if (at >= end) return;
  }
}

/** The same bytes in pieces of `LOG_CHUNK_BYTES`; the last one is shorter. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(LOG_CHUNK_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + LOG_CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < LOG_CHUNK_BYTES) continue;
      yield chunk;
      chunk = new Uint8Array(LOG_CHUNK_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}
