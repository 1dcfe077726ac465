/** Takes a run's events in order, each once, and makes rows of them. */
import type { EventPage, LogLine, RunEvent } from '../../../core/events/event.ts';
import { shown } from '../../../core/log/terminal.ts';
import { drawnColumns } from './drawn-line.ts';
import { KINDS, type Kind, Lines } from './lines.ts';
import { createStepFinder, type Step } from './steps.ts';
import { lineTrouble } from './trouble.ts';

/** Where lines come from. */
export type Source = { readonly pod: string; readonly container: string };

/** What of an event makes rows; of the others only the seq counts. */
export type LogEvent = Pick<RunEvent, 'seq' | 'timestamp'> &
  (
    | { readonly type: 'log'; readonly data: { readonly lines: readonly LogLine[] } }
    | {
        readonly type: 'gap';
        readonly data: Source & {
          readonly message: string;
          readonly after: string | null;
          readonly before: string | null;
        };
      }
    | {
        readonly type: 'error';
        readonly data: { readonly message: string; readonly stage?: string };
      }
    | { readonly type: 'other' }
  );

/** Rows that were added. */
export type Added = {
  /** The first of them. */
  readonly from: number;
  readonly columns: Uint16Array;
  readonly sources: Uint16Array;
  readonly kinds: Uint8Array;
  /** New ones; a source is known by its place in the list of all. */
  readonly newSources: readonly Source[];
  readonly steps: readonly Step[];
};

/** Live events that wait for the ones before them; what is beyond is read anew. */
const WAITING_MAX = 200;
/** Rows that the page takes at once: it can draw in between. */
const ADDED_ROWS_MAX = 2_000;

/** The part of an event that makes rows. */
export function logEvent(event: RunEvent): LogEvent {
  const { seq, timestamp } = event;
  if (event.type === 'log') return { seq, timestamp, type: 'log', data: event.data };
  if (event.type === 'gap') return { seq, timestamp, type: 'gap', data: event.data };
  if (event.type !== 'error' || event.data.stage === undefined)
    return { seq, timestamp, type: 'other' };
  const { message, stage } = event.data;
  return { seq, timestamp, type: 'error', data: { message, stage } };
}

export class Intake {
  readonly lines = new Lines();
  /** The seq of the last event that was taken, and of the newest one that is known of. */
  seq = 0;
  lastSeq = 0;
  readonly #sources = new Map<string, number>();
  #newSources: Source[] = [];
  readonly #steps = createStepFinder();
  /** Sources whose last line goes on in the next entry. */
  readonly #midLine = new Set<number>();
  #columns: number[] = [];
  #from = 0;
  #waiting = new Map<number, LogEvent>();

  get isBehind(): boolean {
    return this.seq < this.lastSeq && !this.lines.isFull;
  }

  takePage(page: EventPage): void {
    this.lastSeq = Math.max(this.lastSeq, page.last_seq);
    for (const event of page.events) this.#next(logEvent(event));
    this.#takeWaiting();
  }

  /** From anywhere, in any order. */
  takeLive(event: LogEvent): void {
    this.lastSeq = Math.max(this.lastSeq, event.seq);
    if (event.seq > this.seq + 1) {
      if (this.#waiting.size < WAITING_MAX) this.#waiting.set(event.seq, event);
      return;
    }
    this.#next(event);
    this.#takeWaiting();
  }

  /**
   * What was added since the last call, in order, in parts of 2,000 rows at most; at least one, which may be empty. The first has all
   * sources and steps: where a folded step ends has to be known before the rows behind it come.
   */
  added(): Added[] {
    const parts: Added[] = [];
    let [newSources, steps] = [this.#newSources, this.#steps.changed()];
    const { count } = this.lines;
    let from = this.#from;
    do {
      const to = Math.min(from + ADDED_ROWS_MAX, count);
      const columns = Uint16Array.from(this.#columns.slice(from - this.#from, to - this.#from));
      parts.push({ from, columns, ...this.lines.range(from, to), newSources, steps });
      [newSources, steps] = [[], []];
      from = to;
    } while (from < count);
    this.#from = count;
    this.#columns = [];
    this.#newSources = [];
    return parts;
  }

  #takeWaiting(): void {
    for (let next = this.#waiting.get(this.seq + 1); next; next = this.#waiting.get(this.seq + 1))
      this.#next(next);
    for (const seq of this.#waiting.keys()) if (seq <= this.seq) this.#waiting.delete(seq);
  }

  #next(event: LogEvent): void {
    if (event.seq !== this.seq + 1 || this.lines.isFull) return;
    this.seq = event.seq;
    if (event.type === 'log') for (const line of event.data.lines) this.#line(line);
    else if (event.type === 'gap') {
      const { message, before, after } = event.data;
      this.#add(message, before ?? after ?? event.timestamp, this.#sourceOf(event.data), KINDS.gap);
    } else if (event.type === 'error') {
      this.#add(event.data.message, event.timestamp, 0, KINDS.note);
    }
  }

  #line(line: LogLine): void {
    const source = this.#sourceOf(line);
    const goesOn = this.#midLine.has(source);
    if (line.part) this.#midLine.add(source);
    else this.#midLine.delete(source);
    const text = shown(line.message);
    const kind = goesOn ? KINDS.more : KINDS[lineTrouble(text) ?? 'line'];
    this.#steps.take(this.lines.count, source, line.message, text);
    this.#add(line.message, line.timestamp, source, kind, text);
  }

  #add(raw: string, time: string, source: number, kind: Kind, text = shown(raw)): void {
    this.lines.add(raw, Date.parse(time) || 0, source, kind);
    this.#columns.push(Math.min(drawnColumns(text), 0xffff));
  }

  #sourceOf({ pod, container }: Source): number {
    const key = `${pod}/${container}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source = this.#sources.size;
    this.#sources.set(key, source);
    this.#newSources.push({ pod, container });
    return source;
  }
}
