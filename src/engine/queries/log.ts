/** A container's log as it was printed: all of it, a range, or its last lines. */

import { AppError, invalid } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/state.ts';
import { LOG_CHUNK_BYTES } from '../../core/function-limits.ts';
import { LOG_SCAN_BYTES } from '../../core/limits.ts';
import { DRIVER_CONTAINER } from '../../core/names.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { findRun } from '../events/events.ts';
import {
  count,
  lineStart,
  type Place,
  placeOf,
  type Source,
  shownFrom,
  type Total,
  totalOf,
} from './log-shown.ts';

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

/** `size` is that of the whole log at the time of the call; `chunks` are its bytes `[start, end)`. */
export type OpenLog = {
  readonly size: number;
  readonly start: number;
  readonly end: number;
  /** The run is over: the log will not grow. */
  readonly complete: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
};

/** Whether such a read has to search more than it shows: the API limits these per token. */
export const scans = ({ container = DRIVER_CONTAINER, timestamps }: LogOptions): boolean =>
  container !== DRIVER_CONTAINER || timestamps;

/**
 * Rejects with `not_found`, also for a container without a log; with `range_not_satisfiable` when the range starts after the
 * end; with `invalid` when it would have to search more than `LOG_SCAN_BYTES`.
 */
export async function openLog(
  world: World,
  domain: string,
  runId: string,
  options: LogOptions,
): Promise<OpenLog> {
  const run = await findRun(world, domain, runId);
  const { container = DRIVER_CONTAINER, timestamps, tail, range } = options;
  const source = sourceOf(world, run, container, timestamps);
  const total = source.indexed ? totalOf(source) : await count(source);
  const { start, end, place } =
    tail === undefined ? cut(total.bytes, range) : await tailOf(source, total, tail);
  return {
    size: total.bytes,
    start,
    end,
    complete: isTerminal(run.state),
    chunks: inChunks(
      start < end
        ? rangeOf(source, place ?? (await placeOf(source, start)), start, end)
        : nothing(),
    ),
  };
}

function sourceOf(world: World, run: Run, container: string, timestamps: boolean): Source {
  const names = Object.keys(run.log).map((key) => key.slice(key.lastIndexOf('/') + 1));
  if (container !== DRIVER_CONTAINER && !names.includes(container)) {
    const there = [...new Set([DRIVER_CONTAINER, ...names])].join(', ');
    throw new AppError(
      'not_found',
      `The run has no log of a container ${container}; of these it may: ${there}.`,
    );
  }
  // Where a second pod continues the driver's log, a line may lack its end, so timestamps have to be counted.
  const pods = names.filter((name) => name === DRIVER_CONTAINER).length;
  const indexed = container === DRIVER_CONTAINER && (!timestamps || pods <= 1);
  const bytes = Object.values(run.log).reduce((sum, position) => sum + position.bytes, 0);
  if (!indexed && bytes > LOG_SCAN_BYTES)
    throw invalid(
      timestamps && container === DRIVER_CONTAINER ? 'query.timestamps' : 'query.container',
      `would search ${bytes} bytes of logs, and ${LOG_SCAN_BYTES} is the most; the events of the run have these lines, too`,
    );
  return { world, run, container, timestamps, indexed };
}

function cut(
  size: number,
  range: LogOptions['range'],
): { readonly start: number; readonly end: number; readonly place?: Place } {
  if (!range) return { start: 0, end: size };
  if ('suffix' in range) return { start: Math.max(0, size - range.suffix), end: size };
  if (range.start >= size)
    throw new AppError('range_not_satisfiable', `The log has ${size} bytes so far.`);
  return { start: range.start, end: Math.min(size, range.end ?? size) };
}

/** The start of the last `tail` lines. */
async function tailOf(
  source: Source,
  total: Total,
  tail: number,
): Promise<{ start: number; end: number; place?: Place }> {
  const skip = Math.max(0, total.lines - tail);
  const end = total.bytes;
  if (skip === 0) return { start: 0, end };
  const place = await lineStart(source, skip);
  for await (const { at } of shownFrom(source, place)) return { start: at, end, place };
  return { start: end, end };
}

async function* rangeOf(
  source: Source,
  place: Place,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for await (const { bytes, at } of shownFrom(source, place)) {
    const [first, last] = [Math.max(start - at, 0), Math.min(end - at, bytes.length)];
    if (first < last) yield bytes.subarray(first, last);
    if (at + bytes.length >= end) return;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

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
