/** Events as they are stored, in rows and in blobs, and as they are shown. Pure. */

import { jsonLine } from '../json/line.ts';
import { LOG_BATCH_BYTES_MAX, LOG_BATCH_LINES_MAX } from '../limits.ts';
import type { LogEntry } from '../log/position.ts';
import type { EventBody, LogLine, RunEvent } from './event.ts';

/** Log lines of one container, bytes as they were printed. */
export type LogDraft = {
  readonly type: 'log';
  readonly pod: string;
  readonly container: string;
  readonly entries: readonly LogEntry[];
};

/** An event before it has a number: its body, or log lines as bytes. */
export type EventDraft = Exclude<EventBody, { type: 'log' }> | LogDraft;

/** An event with its number and time. `line` and `byte` count the driver's own log before this event. */
export type StoredEvent = {
  readonly seq: number;
  readonly at: string;
  readonly line: number;
  readonly byte: number;
  readonly draft: EventDraft;
};

export const eventKey = (seq: number): string => `e.${String(seq).padStart(12, '0')}`;
export const EVENTS_END = 'e.~';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const MARKS: Readonly<Record<LogEntry['end'], string>> = { newline: ' ', part: '+', none: '$' };
const ENDS = new Map(
  Object.entries(MARKS).map(([end, mark]) => [mark.charCodeAt(0), end as LogEntry['end']]),
);
const STAMP_BYTES = 30;
/** Timestamp, mark, line end. */
const FRAME_BYTES = STAMP_BYTES + 2;

/** Stored form of lines: timestamp (30 bytes), mark of how the entry ends, bytes, newline; one after the other. */
export function packEntries(entries: readonly LogEntry[]): Uint8Array {
  const packed = new Uint8Array(
    entries.reduce((sum, entry) => sum + entry.bytes.length + FRAME_BYTES, 0),
  );
  let at = 0;
  for (const entry of entries) {
    packed.set(encoder.encode(entry.time + MARKS[entry.end]), at);
    packed.set(entry.bytes, at + STAMP_BYTES + 1);
    at += entry.bytes.length + FRAME_BYTES;
    packed[at - 1] = 10;
  }
  return packed;
}

export function unpackEntries(packed: Uint8Array): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let at = 0; at < packed.length; ) {
    const newline = packed.indexOf(10, at + STAMP_BYTES + 1);
    const end = ENDS.get(packed[at + STAMP_BYTES] ?? 0);
    if (newline < 0 || end === undefined) throw new Error('stored log lines are damaged');
    entries.push({
      time: decoder.decode(packed.subarray(at, at + STAMP_BYTES)),
      bytes: packed.slice(at + STAMP_BYTES + 1, newline),
      end,
    });
    at = newline + 1;
  }
  return entries;
}

/** Bytes that the entry had when it was printed. */
export const printedBytes = (entry: LogEntry): number =>
  entry.bytes.length + (entry.end === 'newline' ? 1 : 0);
const isLine = (entry: LogEntry): boolean => entry.end !== 'part';

/** Lines (ended ones) and bytes of entries. */
export function measure(entries: readonly LogEntry[]): {
  readonly lines: number;
  readonly bytes: number;
} {
  return {
    lines: entries.filter(isLine).length,
    bytes: entries.reduce((sum, entry) => sum + printedBytes(entry), 0),
  };
}

/** Cuts entries into batches that fit an event. */
export function batchEntries<Entry extends LogEntry>(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const last = batches.at(-1);
    const bytes = entry.bytes.length + FRAME_BYTES;
    if (!last || size + bytes > LOG_BATCH_BYTES_MAX || last.length >= LOG_BATCH_LINES_MAX) {
      batches.push([entry]);
      size = bytes;
    } else {
      last.push(entry);
      size += bytes;
    }
  }
  return batches;
}

export const entryText = (entry: LogEntry): string => decoder.decode(entry.bytes);

/** Column values of the event's row. */
export function toRow(event: StoredEvent): Record<string, string | number | Uint8Array> {
  const { draft } = event;
  const common = { type: draft.type, at: event.at, line: event.line, byte: event.byte };
  if (draft.type !== 'log') return { ...common, data: JSON.stringify(draft.data) };
  return { ...common, pod: draft.pod, container: draft.container, raw: packEntries(draft.entries) };
}

export function fromRow(key: string, values: Readonly<Record<string, unknown>>): StoredEvent {
  const common = {
    seq: Number(key.slice(2)),
    at: String(values['at']),
    line: Number(values['line']),
    byte: Number(values['byte']),
  };
  const raw = values['raw'];
  if (values['type'] === 'log' && raw instanceof Uint8Array) {
    return {
      ...common,
      draft: {
        type: 'log',
        pod: String(values['pod']),
        container: String(values['container']),
        entries: unpackEntries(raw),
      },
    };
  }
  // The row was written from an EventDraft; the column `type` says which one.
  return {
    ...common,
    draft: { type: values['type'], data: JSON.parse(String(values['data'])) } as EventDraft,
  };
}

/** The event as the API shows it. */
export function toEvent(runId: string, { seq, at, draft }: StoredEvent): RunEvent {
  const common = { seq, run_id: runId, timestamp: at };
  if (draft.type !== 'log') return { ...common, ...draft };
  const { pod, container } = draft;
  const lines = draft.entries.map((entry): LogLine => {
    const line = { timestamp: entry.time, message: entryText(entry), pod, container };
    return entry.end === 'part' ? { ...line, part: true } : line;
  });
  return { ...common, type: 'log', data: { lines, count: lines.length } };
}

type ArchivedEntry = { t: string; m?: string; b?: string; e?: 'part' | 'none' };

/** One line of an archive blob: JSON; bytes that are no UTF-8 as base64 in `b` instead of text in `m`. */
export function toArchiveLine(event: StoredEvent): string {
  const { draft, ...common } = event;
  if (draft.type !== 'log') return jsonLine({ ...common, ...draft });
  const lines = draft.entries.map((entry): ArchivedEntry => {
    const text = entryText(entry);
    const exact = encoder.encode(text);
    const same =
      exact.length === entry.bytes.length &&
      exact.every((byte, index) => byte === entry.bytes[index]);
    const body = same
      ? { m: text }
      : { b: btoa(Array.from(entry.bytes, (byte) => String.fromCharCode(byte)).join('')) };
    return entry.end === 'newline'
      ? { t: entry.time, ...body }
      : { t: entry.time, ...body, e: entry.end };
  });
  return jsonLine({
    ...common,
    type: 'log',
    pod: draft.pod,
    container: draft.container,
    lines,
  });
}

export function fromArchiveLine(line: string): StoredEvent {
  const {
    seq,
    at,
    line: first,
    byte,
    ...rest
  } = JSON.parse(line) as Omit<StoredEvent, 'draft'> & { type: string };
  const common = { seq, at, line: first, byte };
  if (rest.type !== 'log') return { ...common, draft: rest as unknown as EventDraft };
  const { pod, container, lines } = rest as unknown as {
    pod: string;
    container: string;
    lines: ArchivedEntry[];
  };
  const entries = lines.map(
    (entry): LogEntry => ({
      time: entry.t,
      bytes:
        entry.b === undefined
          ? encoder.encode(entry.m)
          : Uint8Array.from(atob(entry.b), (char) => char.charCodeAt(0)),
      end: entry.e ?? 'newline',
    }),
  );
  return { ...common, draft: { type: 'log', pod, container, entries } };
}
