/**
 * The bytes of a container's log as they are shown, from any place in it. Each event says how much of the driver's log comes before
 * it, so that a place in that is found without reading what comes before; with timestamps too, since all of them are of one length.
 */
import { invalid } from '../../core/errors.ts';
import type { StoredEvent } from '../../core/events/event-row.ts';
import { DRIVER_CONTAINER } from '../../core/kubernetes/manifest.ts';
import { LOG_SCAN_BYTES } from '../../core/limits.ts';
import type { LogEntry } from '../../core/log/position.ts';
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
  /** Places are known from what is stored: the driver's log. Else all of it has to be read. */
  readonly indexed: boolean;
};
export type Total = { readonly bytes: number; readonly lines: number };

/** Where to begin to read: behind this event, and not before this line. */
export type Place = { readonly after: number; readonly line: number };
const START: Place = { after: 0, line: 0 };

/** A time and a space. */
const STAMP_BYTES = 31;
const PAGE = 20;
/** A blob is read whole, whatever is asked of it. */
const ARCHIVE_PAGE = 1_000;
const encoder = new TextEncoder();

/** What is known of an indexed source without reading it. */
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
  /** Bytes that are shown before these. */
  readonly at: number;
  /** A line ends with them. */
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

/** From a place on. With timestamps it has to be the start of a line, or behind an event in which the line before it ends. */
export async function* shownFrom(source: Source, place: Place): AsyncGenerator<Shown> {
  const { world, run, container, timestamps } = source;
  // How much was printed before: behind a place in the middle the first event tells.
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

/** What of the driver's log comes before an event. */
type Before = { readonly line: number; readonly byte: number };

/** Number of the last event before one of which `isBefore` holds, near the last such one; it holds of none that comes later than one of which it does not. */
async function seek(
  { world, run }: Source,
  isBefore: (before: Before) => boolean,
): Promise<number> {
  // While the log is being compacted, its beginning is in the archive and the rest is not.
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
  // One event back at least: the line before has to end behind it, or else nobody knows whether this one has begun.
  return { after: await seek(source, (before) => before.line < line), line };
}

/**
 * A place at or before this offset of what is shown. Rejects with `invalid` when a line with a timestamp is so long that
 * its start is out of reach.
 */
export async function placeOf(source: Source, offset: number): Promise<Place> {
  if (!source.indexed || offset === 0) return START;
  if (!source.timestamps)
    return { after: await seek(source, ({ byte }) => byte <= offset), line: 0 };
  const { world, run } = source;
  // The event may be in the middle of a line, whose stamp then comes before it, too.
  const isBefore = ({ line, byte }: Before): boolean => byte + STAMP_BYTES * (line + 1) <= offset;
  const [event] = await storedFrom(world, run, await seek(source, isBefore), 1);
  if (!event) return START;
  const place = await lineStart(source, event.line);
  const [first] = await storedFrom(world, run, place.after, 1);
  if (first && event.byte - first.byte > LOG_SCAN_BYTES)
    throw invalid('query.timestamps', 'leads into a line that is too long; read it without');
  return place;
}
