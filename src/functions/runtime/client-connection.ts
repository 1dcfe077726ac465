/**
 * The connection to the client of a request. The Functions library gives handlers none: it neither reports that a client
 * has left, nor waits for a slow one, and an answer whose source fails stays open until the host gives up after 240 s. But it
 * serves requests with Node's HTTP server, which announces each one on a diagnostics channel before the library gets it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ANSWER_BUFFER_BYTES,
  ANSWER_MS,
  ANSWER_STALLED_MS,
  HEADER_BYTES_MAX,
} from '../../core/function-limits.ts';

type Started = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Connections of current requests, by invocation id. */
const open = new Map<string, ClientConnection>();
/** Whether the host forwards requests to the library's server; then each has a connection while its client is there. */
let forwards = false;

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as Started;
  const id = request.headers['x-ms-invocation-id'];
  if (typeof id !== 'string') return;
  forwards = true;
  const connection = new ClientConnection(response);
  open.set(id, connection);
  response.once('close', () => {
    if (open.get(id) === connection) open.delete(id);
  });
});

// By default Node refuses more than 16 KiB of headers, and a request that the library's server refuses hangs in the host.
subscribe('tracing:net.server.listen:asyncStart', (message) => {
  const { server } = message as { readonly server: { maxHeaderSize?: number } };
  server.maxHeaderSize ??= HEADER_BYTES_MAX;
});

/** The signal of a client that left before its connection was asked for. */
const left = AbortSignal.abort();

/** The connection of an invocation's client; undefined when the client has left, or the host forwards no requests. */
export const connectionOf = (invocationId: string): ClientConnection | undefined =>
  open.get(invocationId);

/** Aborts when the client leaves before it has the whole answer; undefined when that cannot be known. */
export const goneSignal = (connection: ClientConnection | undefined): AbortSignal | undefined =>
  connection ? connection.gone : forwards ? left : undefined;

export class ClientConnection {
  readonly #response: ServerResponse;
  readonly #gone = new AbortController();
  /** Resumes a source that waits until the client has taken what was sent. */
  #goOn: (() => void) | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('drain', () => this.#goOn?.());
    response.once('close', () => {
      if (!response.writableFinished) this.#gone.abort();
      this.#goOn?.();
    });
  }

  /** Aborts when the client leaves before it has the whole answer. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * The same bytes as an answer's body, read at most `ANSWER_BUFFER_BYTES` ahead of the client. When the source fails, the
   * connection is broken, so that the client does not take a part for the whole. The source is cancelled when the client leaves,
   * does not take the buffer within `ANSWER_STALLED_MS`, or does not have everything after `ANSWER_MS`.
   */
  body(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const response = this.#response;
    const reader = source.getReader();
    // A pending read then ends too.
    const stop = (): void => void reader.cancel(this.gone.reason).catch(() => undefined);
    if (this.gone.aborted) stop();
    else {
      this.gone.addEventListener('abort', stop);
      const tooLong = setTimeout(() => response.destroy(), ANSWER_MS);
      response.once('close', () => clearTimeout(tooLong));
    }
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            await this.#room();
            const { done, value } = await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          } catch (error) {
            response.destroy();
            controller.error(error);
          }
        },
        cancel: (reason) => reader.cancel(reason),
      },
      // No buffer besides the connection's own.
      { highWaterMark: 0 },
    );
  }

  /** Resolves when the client has taken enough, or has left. */
  async #room(): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.writableLength <= ANSWER_BUFFER_BYTES) return;
    const stalled = setTimeout(() => response.destroy(), ANSWER_STALLED_MS);
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
    clearTimeout(stalled);
  }
}
