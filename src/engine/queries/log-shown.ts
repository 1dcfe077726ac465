/**
 * The shown bytes of a container's log, from any position. Each event has the lines and bytes of the driver's log before it, so a
 * position is found without reading what comes before; with timestamps too, since all of them have the same length.
 */

import { invalid } from '../../core/errors.ts';
import type { StoredEvent } from '../../core/events/event-row.ts';
import { LOG_SCAN_BYTES } from '../../core/limits.ts';
import type { LogEntry } from '../../core/log/position.ts';
import { DRIVER_CONTAINER } from '../../core/names.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { seekArchive } from '../archive/archive.ts';
import { storedFrom } from '../events/events.ts';

export type Source = {
  readonly world: World;
  readonly run: Run;
  readonly container: string;
  /** Each line starts with its time and a space. */
  readonly timestamps: boolean;
  /** Positions are known from the stored events: true for the driver's log. Otherwise everything has to be read. */
  readonly indexed: boolean;
};
export type Total = { readonly bytes: number; readonly lines: number };

/** Where to begin to read: after this event, and not before this line. */
export type Place = { readonly after: number; readonly line: number };
const START: Place = { after: 0, line: 0 };

/** A timestamp and a space. */
const STAMP_BYTES = 31;
const PAGE = 20;
/** Blobs are read whole, whatever part is needed. */
const ARCHIVE_PAGE = 1_000;
const encoder = new TextEncoder();

/** The size of an indexed source, known without reading it. */
export function totalOf({ run, timestamps }: Source): Total {
  const { log_bytes, log_lines } = run;
  if (!timestamps) return { bytes: log_bytes, lines: log_lines };
  const underWay = Object.entries(run.log).some(
    ([key, { part }]) => key.endsWith(`/${DRIVER_CONTAINER}`) && part > 0,
  );
  return { bytes: log_bytes + STAMP_BYTES * (log_lines + (underWay ? 1 : 0)), lines: log_lines };
}

export async function count(source: Source): Promise<Total> {
  let [bytes, lines] = [0, 0];
  for await (const shown of shownFrom(source, START)) {
    bytes += shown.bytes.length;
    if (shown.ends) lines += 1;
  }
  return { bytes, lines };
}

type Shown = {
  readonly bytes: Uint8Array;
  /** Shown bytes before these. */
  readonly at: number;
  /** Whether a line ends with them. */
  readonly ends: boolean;
};

function show(entry: LogEntry, stamped: boolean): Uint8Array {
  const stamp = stamped ? encoder.encode(`${entry.time} `) : new Uint8Array(0);
  const bytes = new Uint8Array(
    stamp.length + entry.bytes.length + (entry.end === 'newline' ? 1 : 0),
  );
  bytes.set(stamp);
  bytes.set(entry.bytes, stamp.length);
  if (entry.end === 'newline') bytes[bytes.length - 1] = 10;
  return bytes;
}

/** From a place on. With timestamps it has to be the start of a line, or after an event in which the line before it ends. */
export async function* shownFrom(source: Source, place: Place): AsyncGenerator<Shown> {
  const { world, run, container, timestamps } = source;
  // What was printed before: from a place in the middle, the first event tells it.
  let printed: Total | undefined = place.after === 0 ? { bytes: 0, lines: 0 } : undefined;
  let midLine = false;
  for (let next = place.after; next < run.last_seq; ) {
    const page = next < run.archived_seq ? ARCHIVE_PAGE : PAGE;
    const events: readonly StoredEvent[] = await storedFrom(world, run, next, page);
    for (const { draft, line, byte } of events) {
      if (draft.type !== 'log' || draft.container !== container) continue;
      printed ??= { bytes: byte, lines: line };
      for (const entry of draft.entries) {
        const before: Total = printed;
        const { bytes, lines } = before;
        const ends = entry.end !== 'part';
        if (lines >= place.line) {
          const at = bytes + (timestamps ? STAMP_BYTES * (lines + (midLine ? 1 : 0)) : 0);
          yield { bytes: show(entry, timestamps && !midLine), at, ends };
        }
        midLine = !ends;
        printed = {
          bytes: bytes + entry.bytes.length + (entry.end === 'newline' ? 1 : 0),
          lines: lines + (ends ? 1 : 0),
        };
      }
    }
    const last = events.at(-1);
    if (!last) return;
    next = last.seq;
  }
}

/** Lines and bytes of the driver's log before an event. */
type Before = { readonly line: number; readonly byte: number };

/** Number of an event before, and near, the last one for which `isBefore` holds. `isBefore` has to be monotonic. */
async function seek(
  { world, run }: Source,
  isBefore: (before: Before) => boolean,
): Promise<number> {
  // While a log is being compacted, its beginning is in the archive and the rest in rows.
  const [rest] =
    run.archived_seq < run.last_seq ? await storedFrom(world, run, run.archived_seq, 1) : [];
  if (run.archived_seq > 0 && !(rest && isBefore(rest))) return seekArchive(world, run, isBefore);
  let [low, high] = [run.archived_seq, run.last_seq];
  while (high - low > PAGE) {
    const middle = Math.floor((low + high) / 2);
    const [event] = await storedFrom(world, run, middle - 1, 1);
    if (event && isBefore(event)) low = middle - 1;
    else high = middle - 1;
  }
  return low;
}

/** The start of a line, counted from 0. */
export async function lineStart(source: Source, line: number): Promise<Place> {
  if (!source.indexed || line === 0) return { after: 0, line };
  // At least one event back: the line before has to end after it, or it would be unknown whether this one has begun.
  return { after: await seek(source, (before) => before.line < line), line };
}

/**
 * A place at or before this offset of the shown bytes. Rejects with `invalid` when the offset is in a line with a
 * timestamp that is too long to find its start.
 */
export async function placeOf(source: Source, offset: number): Promise<Place> {
  if (!source.indexed || offset === 0) return START;
  if (!source.timestamps)
    return { after: await seek(source, ({ byte }) => byte <= offset), line: 0 };
  const { world, run } = source;
  // The event may be in the middle of a line, whose timestamp then comes before it too.
  const isBefore = ({ line, byte }: Before): boolean => byte + STAMP_BYTES * (line + 1) <= offset;
  const [event] = await storedFrom(world, run, await seek(source, isBefore), 1);
  if (!event) return START;
  const place = await lineStart(source, event.line);
  const [first] = await storedFrom(world, run, place.after, 1);
  if (first && event.byte - first.byte > LOG_SCAN_BYTES)
    throw invalid('query.timestamps', 'leads into a line that is too long; read it without');
  return place;
}
