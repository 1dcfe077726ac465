/**
 * The connection to the client of a request. The Functions library gives its handlers none: it neither tells them that
 * a client has left, nor waits for a slow one, and an answer whose source fails stays open until the host gives up after 240 s. But
 * it serves requests with a server of Node, which tells of each one on a channel of Node's own, before the library has it.
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

/** Of requests under way, by the id of their invocation. */
const open = new Map<string, ClientConnection>();
/** The host forwards requests to the server of the library: each one has a connection for as long as its client is there. */
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

// By default Node refuses more than 16 KiB of headers, and a request that the library's server refuses hangs on the host.
subscribe('tracing:net.server.listen:asyncStart', (message) => {
  const { server } = message as { readonly server: { maxHeaderSize?: number } };
  server.maxHeaderSize ??= HEADER_BYTES_MAX;
});

/** Of a client that left before anybody asked for it. */
const left = AbortSignal.abort();

/** The connection of an invocation's client; undefined when it has left already, or the host forwards no requests. */
export const connectionOf = (invocationId: string): ClientConnection | undefined =>
  open.get(invocationId);

/** Aborts when the client goes away before it has the whole answer; undefined when nothing is known of it. */
export const goneSignal = (connection: ClientConnection | undefined): AbortSignal | undefined =>
  connection ? connection.gone : forwards ? left : undefined;

export class ClientConnection {
  readonly #response: ServerResponse;
  readonly #gone = new AbortController();
  /** Lets go on who waits until the client has taken what was sent. */
  #goOn: (() => void) | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('drain', () => this.#goOn?.());
    response.once('close', () => {
      if (!response.writableFinished) this.#gone.abort();
      this.#goOn?.();
    });
  }

  /** Aborts when the client goes away before it has the whole answer. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * The same bytes as an answer's body that is read only as fast as the client takes it, `ANSWER_BUFFER_BYTES` ahead.
   * When the source fails the connection is broken, so that nobody takes the half for the whole; when the client goes away, does not
   * take what waits for it within `ANSWER_STALLED_MS`, or has not all of it after `ANSWER_MS`, the source is cancelled.
   */
  body(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const response = this.#response;
    const reader = source.getReader();
    // Also while it is read: a read that waits then ends.
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
      // Nothing ahead of what the connection itself holds.
      { highWaterMark: 0 },
    );
  }

  /** Resolves once the client has taken enough, or has gone. */
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
