/** The page's side of the worker that holds the log: brings it the bytes that it wants, and asks it for lines. */
import type { Client } from '../../../client/client.ts';
import type { LogFeed } from '../feed.ts';
import type { DrawnLine } from '../store/drawn-line.ts';
import { type Added, logEvent } from '../store/intake.ts';
import type { FromStore, ToStore } from '../store/messages.ts';

export type Loaded = {
  readonly seq: number;
  readonly lastSeq: number;
  /** The log is longer than a tab can hold. */
  readonly full: boolean;
};

export type StoreLink = {
  /** Lines of these rows, as they are drawn. */
  lines(rows: Uint32Array): Promise<readonly DrawnLine[]>;
  /** Text of these rows, without colours, with line ends in between. */
  text(rows: Uint32Array): Promise<string>;
  /** Gives a search worker its way to the lines. */
  search(port: MessagePort): void;
  /** Tries at once what has failed. */
  again(): void;
  close(): void;
};

type Handlers = {
  readonly onAdded: (added: Added, loaded: Loaded) => void;
  /** What is missing cannot be read; `retryMs`: it is tried again by then. Undefined: it could be read. */
  readonly onProblem: (error: unknown, retryMs: number | undefined) => void;
};

/** Pauses between attempts: the first, and the longest. */
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 30_000;
/** Between two parts of a page of events: then it is asked for again. */
const SILENCE_MS = 30_000;

/** The client's errors that no repetition mends. */
const FINAL: readonly string[] = ['not_found', 'gone', 'forbidden', 'unauthorized'];
const isFinal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && FINAL.includes(String(error.code));

class Link implements StoreLink {
  readonly #worker = new Worker(new URL('../store/store-worker.ts', import.meta.url), {
    type: 'module',
  });
  readonly #client: Client;
  readonly #runId: string;
  readonly #handlers: Handlers;
  readonly #stop = new AbortController();
  readonly #answers = new Map<number, (answer: never) => void>();
  #asked = 0;
  #failures = 0;
  #retry: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(client: Client, runId: string, handlers: Handlers) {
    this.#client = client;
    this.#runId = runId;
    this.#handlers = handlers;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromStore>) =>
      this.#take(data),
    );
    this.#worker.addEventListener('error', () =>
      handlers.onProblem(
        new Error('The part of the page that holds the log has stopped.'),
        undefined,
      ),
    );
  }

  /** Feeds the log from now on; what it missed is read when the next event comes, or when no more will come. */
  follow(feed: LogFeed | undefined): void {
    if (this.#unsubscribe && !feed) this.#send({ type: 'again' });
    this.#unsubscribe?.();
    this.#unsubscribe = feed?.subscribe((event) =>
      this.#send({ type: 'event', event: logEvent(event) }),
    );
  }

  lines(rows: Uint32Array): Promise<readonly DrawnLine[]> {
    return this.#ask((id) => ({ type: 'draw', id, rows }));
  }
  text(rows: Uint32Array): Promise<string> {
    return this.#ask((id) => ({ type: 'copy', id, rows }));
  }
  search(port: MessagePort): void {
    this.#send({ type: 'search', port }, [port]);
  }
  again(): void {
    clearTimeout(this.#timer);
    this.#retry?.();
  }
  close(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#unsubscribe?.();
    this.#worker.terminate();
  }

  #send(message: ToStore, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #ask<T>(message: (id: number) => ToStore): Promise<T> {
    const id = (this.#asked += 1);
    return new Promise<T>((resolve) => {
      this.#answers.set(id, resolve);
      this.#send(message(id));
    });
  }

  #answer(id: number, answer: unknown): void {
    this.#answers.get(id)?.(answer as never);
    this.#answers.delete(id);
  }

  #take(message: FromStore): void {
    if (message.type === 'want') void this.#bring(message.after);
    else if (message.type === 'drawn') this.#answer(message.id, message.lines);
    else if (message.type === 'copied') this.#answer(message.id, message.text);
    else if (message.type === 'failed')
      this.#failed(new Error(message.message), () => this.#send({ type: 'again' }));
    else {
      if (this.#failures > 0) this.#handlers.onProblem(undefined, undefined);
      this.#failures = 0;
      const { seq, lastSeq, full } = message;
      this.#handlers.onAdded(message.added, { seq, lastSeq, full });
    }
  }

  /** Only bytes pass through here: reading events would stop the page for longer than a frame. */
  async #bring(after: number): Promise<void> {
    const { signal } = this.#stop;
    const silence = new AbortController();
    let alarm: ReturnType<typeof setTimeout> | undefined;
    try {
      const call = { after, signal: AbortSignal.any([signal, silence.signal]) };
      const body = await this.#client.eventBytes(this.#runId, call);
      const reader = body?.getReader();
      for (;;) {
        clearTimeout(alarm);
        alarm = setTimeout(() => silence.abort(new Error('The log stopped coming.')), SILENCE_MS);
        const part = await reader?.read();
        if (part?.value === undefined) break;
        const { value: bytes } = part;
        this.#send({ type: 'bytes', bytes }, [bytes.buffer]);
      }
      this.#send({ type: 'page_end' });
    } catch (error) {
      if (signal.aborted) return;
      this.#send({ type: 'page_lost' });
      this.#failed(error, () => void this.#bring(after));
    } finally {
      clearTimeout(alarm);
    }
  }

  #failed(error: unknown, again: () => void): void {
    const pause = Math.min(RETRY_MS * 2 ** this.#failures, RETRY_MAX_MS);
    this.#failures += 1;
    this.#retry = () => {
      this.#retry = undefined;
      again();
    };
    if (!isFinal(error)) this.#timer = setTimeout(() => this.#retry?.(), pause);
    this.#handlers.onProblem(error, isFinal(error) ? undefined : pause);
  }
}

/** Begins to read the log at once. */
export const openStore = (client: Client, runId: string, handlers: Handlers): Link =>
  new Link(client, runId, handlers);
export type { Link };
