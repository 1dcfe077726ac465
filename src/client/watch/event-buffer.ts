/**
 * Turns events that come late, twice, out of order or not at all into the numbered list 1, 2, 3, …
 * Pure: no time, no network. Memory is bounded by a window of seqs after the last one taken; what
 * lies beyond is let go and remembered as missing, to be read again from the history.
 */
import type { RunEvent } from '../../core/events/event.ts';

/** Has a value what the merge relies on? The rest of an event is the server's promise. */
export const isEvent = (value: unknown): value is RunEvent =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger((value as RunEvent).seq) &&
  typeof (value as RunEvent).type === 'string';

export type Range = { readonly after: number; readonly limit: number };

export type EventBuffer = {
  /** Keeps what is new and inside the window; notes how far the log goes. */
  add(events: readonly RunEvent[]): void;
  /** A notice of how far the log goes. */
  head(lastSeq: number, complete: boolean): void;
  /** The next event in order, once. */
  take(): RunEvent | undefined;
  /** Events in memory. */
  size(): number;
  /** Everything up to here was taken or is at hand. */
  front(): number;
  /** Events exist that are not at hand. */
  isBehind(): boolean;
  /** How many more events after `front` fit into the window. */
  room(): number;
  /** The holes inside the window, oldest first, cut into at most `count` ranges of `limit`. */
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
