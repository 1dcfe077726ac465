/** Replaces the live connection while there is none: by the event stream, or by long polling. */
import { SluiceError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { EventsQuery } from './transports.ts';

/** What a fallback needs from its feed. */
export type FallbackHost = {
  /** Aborts when the watch ends. */
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
  /** Resolves when there is no live connection and the history has been read. */
  needed(): Promise<void>;
  front(): number;
  /** Resolves when a page of this many events fits. */
  fits(page: number): Promise<void>;
  ingest(value: unknown): void;
  /** Reports whether the fallback is connected. */
  changed(open: boolean): void;
  /** Counts a failure and waits; rejects when a retry cannot help. */
  failed(error: unknown): Promise<void>;
  readonly events: (query: EventsQuery) => Promise<unknown>;
  readonly stream: (
    after: number,
    signal: AbortSignal,
    onOpen: () => void,
    onValue: (value: unknown) => void,
  ) => Promise<void>;
};

const POLL_SECONDS = 20;
const POLL_PAGE = 500;
/** Failed event streams after which only polling is used: some proxies buffer streams. */
const STREAM_FAILURES_MAX = 2;
/** A stream that ends sooner than this without an event counts as failed. */
const STREAM_MIN_MS = 1_000;

export class Fallback {
  readonly #host: FallbackHost;
  #current: AbortController | undefined;
  #streamFailures = 0;

  constructor(host: FallbackHost) {
    this.#host = host;
  }

  /** Stops the fallback: the live connection is back. */
  stop(): void {
    this.#current?.abort();
  }

  async run(): Promise<void> {
    const host = this.#host;
    for (;;) {
      await host.needed();
      if (host.signal.aborted) return;
      this.#current = new AbortController();
      const signal = AbortSignal.any([this.#current.signal, host.signal]);
      try {
        if (this.#streamFailures < STREAM_FAILURES_MAX) await this.#follow(signal);
        else await this.#poll(signal);
      } catch (error) {
        if (signal.aborted) continue;
        host.changed(false);
        await host.failed(error);
      } finally {
        host.changed(false);
      }
    }
  }

  /** Reads one event stream to its end; the server ends each after some minutes. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { runtime } = this.#host;
    const started = runtime.now();
    let brought = false;
    try {
      await this.#host.stream(
        this.#host.front(),
        signal,
        () => this.#host.changed(true),
        (value) => {
          brought = true;
          this.#streamFailures = 0;
          this.#host.ingest(value);
        },
      );
      if (!brought && runtime.now() - started < STREAM_MIN_MS) {
        throw new SluiceError('unexpected', 0, 'The event stream ended at once');
      }
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'unexpected') this.#streamFailures += 1;
      throw error;
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#host.fits(POLL_PAGE);
      const query = { after: this.#host.front(), limit: POLL_PAGE, wait: POLL_SECONDS, signal };
      const started = this.#host.runtime.now();
      const page = await this.#host.events(query);
      const front = this.#host.front();
      this.#host.ingest(page);
      this.#host.changed(true);
      // A server that ignores `wait` must not be polled without pause.
      const idle = this.#host.front() === front;
      if (idle && this.#host.runtime.now() - started < STREAM_MIN_MS) {
        await this.#host.runtime.sleep(STREAM_MIN_MS, signal);
      }
    }
  }
}
