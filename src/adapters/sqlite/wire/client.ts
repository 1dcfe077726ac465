/** Calls to the storage process, over the socket in its folder. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SOCKET } from './operations.ts';
import { decodeFrame, encodeFrame, FRAME_BYTES_MAX, FrameReader } from './packet.ts';

/** A call that has no answer after this long rejects, in milliseconds; repetitions are inside it. */
export const DEADLINE_MS = 10_000;
/** While the process is being started again. */
const PAUSE_MS = 50;
/** Bytes that wait for a process that does not read; more calls than that wait in their callers. */
const UNSENT_BYTES_MAX = 4 * FRAME_BYTES_MAX;

/** No answer before the deadline. Whether the call took effect is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}
/** The connection broke before the answer. Whether the call took effect is unknown. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}
/** The process could not do it, as when its disk is full. */
export class StorageFailed extends Error {
  override readonly name = 'StorageFailed';
}
/** There is no connection: nothing was sent, and nothing has happened. */
class NotSent extends Error {}

export type Answer = { readonly result: unknown; readonly body: Uint8Array };

export type CallOptions = {
  readonly parts?: readonly Uint8Array[];
  /** The call does no harm when it is carried out twice: it is repeated when its connection breaks. */
  readonly repeatable?: boolean;
};

export type StorageClient = {
  /**
   * Rejects with `StorageFailed`, `ConnectionLost` or `NoAnswer`. Waits within its deadline for a process that is not there.
   */
  call(operation: string, args: readonly unknown[], options?: CallOptions): Promise<Answer>;
  /** Breaks the connection; calls under way reject. The next call makes a new one. */
  close(): void;
};

type Waiting = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
};

/** One connection with the calls that wait for an answer on it. */
class Connection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #frames = new FrameReader();
  readonly opened: Promise<void>;
  isOpen = true;
  #corked = false;

  constructor(path: string) {
    const socket = connect(path);
    this.#socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (error) => reject(new NotSent(error.message, { cause: error })));
      socket.once('close', () => reject(new NotSent('closed')));
    });
    this.opened.catch(() => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lose());
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of this.#frames.push(chunk)) this.#take(frame);
      } catch {
        socket.destroy();
      }
    });
    // An idle connection keeps no process alive.
    socket.unref();
  }

  #take(frame: Uint8Array): void {
    const { head, body } = decodeFrame(frame);
    const [id, ok, result] = head as [number, boolean, unknown];
    const waiting = this.#waiting.get(id);
    this.#forget(id);
    if (ok) waiting?.resolve({ result, body });
    else waiting?.reject(new StorageFailed(String(result)));
  }

  #lose(): void {
    this.isOpen = false;
    for (const { reject } of this.#waiting.values())
      reject(new ConnectionLost('the connection to the storage process broke'));
    this.#waiting.clear();
  }

  #forget(id: number): void {
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#socket.unref();
  }

  /** Gives what takes the call back: its answer is then of no interest. */
  send(id: number, frame: Uint8Array, waiting: Waiting): () => void {
    if (!this.isOpen) throw new NotSent('closed');
    if (this.#socket.writableLength > UNSENT_BYTES_MAX) throw new NotSent('too much is unsent');
    if (this.#waiting.size === 0) this.#socket.ref();
    this.#waiting.set(id, waiting);
    // All calls of one turn go out together.
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(frame);
    return () => this.#forget(id);
  }

  close(): void {
    this.#socket.destroy();
    this.#lose();
  }
}

/** `folder` is the one that the process works on. Connects at the first call. */
export function createStorageClient(
  folder: string,
  deadlineMs: number = DEADLINE_MS,
): StorageClient {
  const path = join(folder, SOCKET);
  let connection: Connection | undefined;
  let ids = 0;

  async function attempt(
    operation: string,
    args: readonly unknown[],
    parts: readonly Uint8Array[],
    late: Promise<never>,
  ): Promise<Answer> {
    if (!connection?.isOpen) connection = new Connection(path);
    const current = connection;
    await Promise.race([current.opened, late]);
    const id = (ids += 1);
    const frame = encodeFrame([id, operation, ...args], parts);
    let forget: (() => void) | undefined;
    const answer = new Promise<Answer>((resolve, reject) => {
      forget = current.send(id, frame, { resolve, reject });
    });
    return Promise.race([answer, late]).finally(forget);
  }

  return {
    async call(operation, args, { parts = [], repeatable = false } = {}) {
      const until = performance.now() + deadlineMs;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        const message = `${operation}: no answer within ${deadlineMs} ms`;
        timer = setTimeout(() => reject(new NoAnswer(message)), deadlineMs);
      });
      late.catch(() => undefined);
      try {
        for (;;) {
          try {
            return await attempt(operation, args, parts, late);
          } catch (error) {
            const isHarmless =
              error instanceof NotSent || (repeatable && error instanceof ConnectionLost);
            if (!isHarmless) throw error;
            if (performance.now() + PAUSE_MS > until)
              throw new NoAnswer(`${operation}: no storage process at ${path}`, { cause: error });
          }
          await sleep(PAUSE_MS);
        }
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => connection?.close(),
  };
}
