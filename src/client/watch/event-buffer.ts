/**
 * Puts events that come late, twice, out of order or not at all into the order 1, 2, 3, …. Pure: no clock, no
 * network. It holds only a window of seqs after the last one taken; events beyond it are dropped, count as missing,
 * and are read again from the history.
 */
import type { RunEvent } from '../../core/events/event.ts';

/** Whether a value has the fields that the buffer relies on; the rest of an event is not validated. */
export const isEvent = (value: unknown): value is RunEvent =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger((value as RunEvent).seq) &&
  typeof (value as RunEvent).type === 'string';

export type Range = { readonly after: number; readonly limit: number };

export type EventBuffer = {
  /** Keeps new events inside the window, and the highest seq seen. */
  add(events: readonly RunEvent[]): void;
  /** Takes a notice with the last seq of the log. */
  head(lastSeq: number, complete: boolean): void;
  /** The next event in order, once. */
  take(): RunEvent | undefined;
  /** Number of events held. */
  size(): number;
  /** Every event up to this seq was taken or is held. */
  front(): number;
  /** Whether events exist that are not held. */
  isBehind(): boolean;
  /** How many more events after `front` fit into the window. */
  room(): number;
  /** The missing seqs inside the window, oldest first, as at most `count` ranges of `limit`. */
  missing(limit: number, count: number): Range[];
  /** The run is over and every event was taken. */
  finished(): boolean;
};

/** @param after the last seq that the caller has already. @param window seqs kept at most. */
export function createEventBuffer(after: number, window: number): EventBuffer {
  const held = new Map<number, RunEvent>();
  let last = after;
  let front = after;
  let known = after;
  let end: number | undefined;

  const room = (): number => last + window - front;

  function note(seq: number, complete: boolean): void {
    known = Math.max(known, seq);
    if (complete) end = Math.max(end ?? 0, seq);
  }

  return {
    add(events) {
      for (const event of events) {
        note(event.seq, event.type === 'complete');
        if (event.seq > front && event.seq <= last + window) held.set(event.seq, event);
      }
      while (held.has(front + 1)) front += 1;
    },
    head: note,
    take() {
      const event = held.get(last + 1);
      if (event === undefined) return undefined;
      held.delete(event.seq);
      last = event.seq;
      return event;
    },
    size: () => held.size,
    front: () => front,
    isBehind: () => known > front,
    room,
    missing(limit, count) {
      const ranges: Range[] = [];
      const until = Math.min(known, last + window);
      for (let seq = front + 1; seq <= until && ranges.length < count; ) {
        if (held.has(seq)) {
          seq += 1;
          continue;
        }
        let next = seq + 1;
        while (next <= until && next - seq < limit && !held.has(next)) next += 1;
        ranges.push({ after: seq - 1, limit: next - seq });
        seq = next;
      }
      return ranges;
    },
    finished: () => end !== undefined && last >= end && last >= known,
  };
}
