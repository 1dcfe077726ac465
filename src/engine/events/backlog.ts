/**
 * Limits the bytes of events that wait in this instance for Web PubSub. Events without room stay only in the log, and are read
 * back page by page when there is room again.
 */
import type { RunEvent } from '../../core/events/event.ts';
import { toEvent } from '../../core/events/event-row.ts';
import { jsonBytes } from '../../core/json/write.ts';
import { BACKLOG_BYTES, BACKLOG_RUN_BYTES, LOG_BATCH_BYTES_MAX } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { storedFrom } from './events.ts';

/** Events per page that is read back: many small events then make few messages. */
const PAGE_EVENTS = 100;

/** Events in memory, and the room that they hold until it is released. */
export type Batch = { readonly events: readonly RunEvent[]; readonly bytes: number };
export const NOTHING: Batch = { events: [], bytes: 0 };

export const bytesOf = (events: readonly RunEvent[]): number =>
  events.reduce((sum, event) => sum + jsonBytes(event), 0);

type Waiting = { readonly bytes: number; readonly grant: (granted: boolean) => void };

export class Backlog {
  #free = BACKLOG_BYTES;
  readonly #waiting: Waiting[] = [];

  /** Takes room if there is enough and none waits for some. */
  tryTake(bytes: number): boolean {
    if (this.#waiting.length > 0 || bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
    this.#serve();
  }

  /** Waits in line for room; false when the signal aborts before. A waiter must not hold room itself. */
  async #take(bytes: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.tryTake(bytes)) return true;
    return new Promise((resolve) => {
      const cancel = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(mine), 1);
        resolve(false);
        this.#serve();
      };
      const grant = (granted: boolean): void => {
        signal?.removeEventListener('abort', cancel);
        resolve(granted);
      };
      const mine = { bytes, grant };
      this.#waiting.push(mine);
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted) cancel();
    });
  }

  #serve(): void {
    for (let [first] = this.#waiting; first && first.bytes <= this.#free; [first] = this.#waiting) {
      this.#waiting.shift();
      this.#free -= first.bytes;
      first.grant(true);
    }
  }

  /** Events after `after`, as many as a run may hold; nothing when the signal aborts before there is room. */
  async read(world: World, run: Run, after: number, signal?: AbortSignal): Promise<Batch> {
    if (!(await this.#take(BACKLOG_RUN_BYTES, signal))) return NOTHING;
    let batch = NOTHING;
    try {
      batch = await readPage(world, run, after);
      return batch;
    } finally {
      this.give(BACKLOG_RUN_BYTES - batch.bytes);
    }
  }
}

/** Reads one page. Sizes are known only after a read, so it reads at most as many rows as fit at their largest size. */
async function readPage(world: World, run: Run, after: number): Promise<Batch> {
  const events: RunEvent[] = [];
  let bytes = 0;
  for (let next = after; next < run.last_seq && events.length < PAGE_EVENTS; ) {
    const rows = Math.floor((BACKLOG_RUN_BYTES - bytes) / LOG_BATCH_BYTES_MAX);
    if (rows === 0) break;
    const stored = await storedFrom(world, run, next, Math.min(rows, PAGE_EVENTS - events.length));
    if (stored.length === 0) break;
    for (const item of stored) {
      const event = toEvent(run.run_id, item);
      const size = jsonBytes(event);
      if (events.length > 0 && bytes + size > BACKLOG_RUN_BYTES) return { events, bytes };
      events.push(event);
      bytes += size;
      next = item.seq;
    }
  }
  return { events, bytes };
}

/** The backlog of this instance. */
export const backlogOf = perInstance(() => new Backlog());
