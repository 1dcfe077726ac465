/** Fills one run's event buffer from push, history and fallbacks, whichever work. */
import type { EventPage, RunEvent } from '../../core/events/event.ts';
import { backoff } from '../backoff.ts';
import { isTransient, SluiceError } from '../errors.ts';
import { createEventBuffer, type EventBuffer, isEvent, type Range } from './event-buffer.ts';
import { Fallback } from './fallback.ts';
import { createNotify } from './notify.ts';
import type { Transports } from './transports.ts';

/**
 * `live`: events come as they happen. `catching_up`: older events are being read, or a live connection is being
 * made. `paused`: the server cannot be reached; the watch continues by itself when it can.
 */
export type WatchState = 'live' | 'catching_up' | 'paused';

/** Events held for a slow reader or after a gap; a log event is at most 128 KiB. */
const WINDOW = 2_048;
const PAGE = 500;
const PARALLEL_PAGES = 4;
/** Messages may come out of order: wait this long for a missing one before reading it. */
const GAP_GRACE_MS = 150;
/** After this much silence the server is asked. It sends something every 10 s while a run lives. */
const SAFETY_MS = 15_000;
/** Safety checks in a row that found undelivered events, after which the connection counts as dead. */
const STALE_MAX = 2;
/** How long there may be no live connection before a fallback starts, plus a random part of the same length. */
const FALLBACK_GRACE_MS = 2_000;

export class Feed {
  readonly #deps: Transports;
  readonly #runId: string;
  readonly #signal: AbortSignal;
  readonly #onState: ((state: WatchState) => void) | undefined;
  readonly #buffer: EventBuffer;
  readonly #fallback: Fallback;
  readonly #arrived = createNotify();
  readonly #wanted = createNotify();
  readonly #changed = createNotify();
  readonly #roomy = createNotify();
  #state: WatchState = 'catching_up';
  #fatal: unknown;
  /** Ask the server although nothing is known to be missing. */
  #check = true;
  /** The history has not been read up to the known `last_seq`. */
  #behind = true;
  #reached = false;
  #failures = 0;
  #pushOpen = false;
  #pushed = 0;
  #fallbackOpen = false;
  #lastSign = 0;
  #pause = new AbortController();

  constructor(
    deps: Transports,
    runId: string,
    after: number,
    signal: AbortSignal,
    onState: ((state: WatchState) => void) | undefined,
  ) {
    this.#deps = deps;
    this.#runId = runId;
    this.#signal = signal;
    this.#onState = onState;
    this.#buffer = createEventBuffer(after, WINDOW);
    this.#fallback = new Fallback({
      signal,
      runtime: deps.runtime,
      needed: () => this.#fallbackNeeded(),
      front: () => this.#buffer.front(),
      fits: async (page) => {
        while (this.#buffer.room() < page && !signal.aborted) await this.#roomy.wait();
      },
      ingest: (value) => this.#ingest(value),
      changed: (open) => {
        this.#fallbackOpen = open;
        if (open) this.#failures = 0;
        this.#show();
      },
      failed: (error) => this.#failed(error),
      events: (query) => deps.events(runId, query),
      stream: (...args) => deps.stream(runId, ...args),
    });
  }

  /** Subscribes before it reads the history; otherwise events in between would be missed. */
  start(): void {
    const { push, runtime } = this.#deps;
    const ends = [
      runtime.onWake(() => this.#wake()),
      push?.subscribe(this.#runId, {
        onOpen: () => this.#pushChanged(true),
        onDown: () => this.#pushChanged(false),
        onMessage: (message) => {
          this.#pushed += 1;
          this.#ingest(message);
        },
      }),
    ];
    this.#signal.addEventListener('abort', () => {
      for (const end of ends) end?.();
      for (const notify of [this.#arrived, this.#wanted, this.#changed, this.#roomy])
        notify.notify();
    });
    // The listener may end the watch: by now the signal is observed.
    this.#onState?.(this.#state);
    this.#lastSign = runtime.now();
    this.#wanted.notify();
    for (const task of [this.#fill(), this.#fallback.run(), this.#checkLiveness()]) {
      task.catch((error: unknown) => this.#fail(error));
    }
  }

  /** The next event, if it is held. Throws the error that ended the watch, after all events before it. */
  take(): RunEvent | undefined {
    const event = this.#buffer.take();
    if (event === undefined) {
      if (this.#fatal !== undefined) throw this.#fatal;
      return undefined;
    }
    if (this.#buffer.room() >= PAGE) {
      this.#roomy.notify();
      if (this.#buffer.isBehind() || this.#check) this.#wanted.notify();
    }
    return event;
  }

  finished(): boolean {
    return this.#buffer.finished();
  }

  /** Resolves when `take` or `finished` may have changed. */
  arrival(): Promise<void> {
    return this.#arrived.wait();
  }

  #fail(error: unknown): void {
    this.#fatal ??= error;
    this.#arrived.notify();
  }

  #show(): void {
    const connected = this.#pushOpen || this.#fallbackOpen;
    const paused = !connected && this.#failures >= 2;
    const state = connected && !this.#behind ? 'live' : paused ? 'paused' : 'catching_up';
    if (state === this.#state || this.#signal.aborted) return;
    this.#state = state;
    try {
      this.#onState?.(state);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes a value from a transport: an event, several events, a notice, or a page. */
  #ingest(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (isEvent(value)) this.#buffer.add([value]);
    else {
      const { events, head, ...page } = value as Partial<EventPage> & { readonly head?: EventPage };
      if (Array.isArray(events)) this.#buffer.add(events.filter(isEvent));
      const { last_seq, complete } = head ?? page;
      if (Number.isSafeInteger(last_seq)) this.#buffer.head(last_seq as number, complete === true);
    }
    this.#lastSign = this.#deps.runtime.now();
    this.#arrived.notify();
    if (this.#buffer.isBehind()) this.#wanted.notify();
  }

  #pushChanged(open: boolean): void {
    this.#pushOpen = open;
    if (open) {
      this.#fallback.stop();
      this.#ask();
    }
    this.#changed.notify();
    this.#show();
  }

  #wake(): void {
    this.#deps.push?.reconnectNow();
    this.#pause.abort();
    this.#pause = new AbortController();
    this.#ask();
  }

  #ask(): void {
    this.#check = true;
    this.#wanted.notify();
  }

  /** Counts a failed request and waits. Rejects with an error that no retry can help: that ends the watch. */
  async #failed(error: unknown): Promise<void> {
    if (this.#signal.aborted) return;
    // If the API was reached before, an answer that is not its own comes from a proxy or a starting host.
    const foreign = error instanceof SluiceError && error.code === 'unexpected' && this.#reached;
    if (!isTransient(error) && !foreign) throw error;
    this.#failures += 1;
    this.#show();
    const { runtime } = this.#deps;
    const atLeast = error instanceof SluiceError ? error.retryAfter : undefined;
    const wait = backoff(this.#failures, runtime.random(), atLeast);
    // It ends early when the page becomes visible again.
    await runtime.sleep(wait, AbortSignal.any([this.#pause.signal, this.#signal]));
  }

  /** Reads what is missing from the history: one round at a time, some pages in parallel. */
  async #fill(): Promise<void> {
    for (;;) {
      await this.#wanted.wait();
      if (!this.#check) await this.#deps.runtime.sleep(GAP_GRACE_MS, this.#signal);
      if (this.#signal.aborted || this.#fatal !== undefined) return;
      const ranges = this.#ranges();
      if (ranges.length === 0) {
        this.#settle();
        continue;
      }
      this.#behind ||= this.#buffer.isBehind();
      this.#show();
      try {
        if (!(await this.#round(ranges))) throw new SluiceError('unexpected', 0, 'A page is short');
        this.#failures = 0;
        this.#reached = true;
        this.#settle();
        // More of the history is read at once, without the wait for a gap.
        if (this.#behind) this.#ask();
      } catch (error) {
        await this.#failed(error);
        this.#ask();
      }
    }
  }

  #settle(): void {
    this.#behind = this.#buffer.isBehind();
    this.#changed.notify();
    this.#show();
  }

  /** What to read next; nothing while a slow reader has enough events. */
  #ranges(): Range[] {
    const buffer = this.#buffer;
    if (buffer.room() < PAGE) return [];
    const ranges = buffer.missing(PAGE, PARALLEL_PAGES);
    if (this.#check && ranges.length === 0) ranges.push({ after: buffer.front(), limit: PAGE });
    this.#check = false;
    return ranges;
  }

  /** False when the server has more events but did not return the next one: an immediate retry would spin. */
  async #round(ranges: readonly Range[]): Promise<boolean> {
    const before = this.#buffer.front();
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#signal]);
    try {
      await Promise.all(
        ranges.map(async (range) => {
          this.#ingest(await this.#deps.events(this.#runId, { ...range, signal }));
        }),
      );
    } finally {
      stop.abort();
    }
    return this.#buffer.front() > before || !this.#buffer.isBehind();
  }

  /** Asks the server after too much silence: the loss of the last message leaves no gap. */
  async #checkLiveness(): Promise<void> {
    const { runtime, push } = this.#deps;
    let stale = 0;
    while (!this.#signal.aborted) {
      const due = this.#lastSign + SAFETY_MS - runtime.now();
      await runtime.sleep(Math.max(due, 0), this.#signal);
      if (due > 0) continue;
      const [front, pushed] = [this.#buffer.front(), this.#pushed];
      this.#lastSign = runtime.now();
      this.#ask();
      await runtime.sleep(SAFETY_MS / 2, this.#signal);
      if (this.#pushed > pushed) stale = 0;
      else if (this.#pushOpen && this.#buffer.front() > front) stale += 1;
      if (stale < STALE_MAX) continue;
      stale = 0;
      push?.reset();
    }
  }

  async #fallbackNeeded(): Promise<void> {
    const { runtime, push } = this.#deps;
    while (!this.#signal.aborted) {
      if (this.#pushOpen || this.#behind) {
        await this.#changed.wait();
        continue;
      }
      if (push === undefined) return;
      await runtime.sleep(FALLBACK_GRACE_MS * (1 + runtime.random()), this.#signal);
      if (!this.#pushOpen) return;
    }
  }
}
