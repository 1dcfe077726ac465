/** One live connection for all runs that a client watches; it exists while there is a watch. */
import type { PushMessage } from '../../core/events/event.ts';
import { NEGOTIATED_RUNS_MAX } from '../../core/limits.ts';
import { backoff } from '../backoff.ts';
import { later, type Runtime } from '../runtime.ts';
import type { ConnectPush, PushConnection } from './web-pubsub.ts';

export type Negotiated = {
  /** WebSocket address with its token. */
  readonly url: string;
  /** Groups that the connection is a member of from the start. */
  readonly groups: readonly string[];
  readonly expires_at: string;
};

export type PushListener = {
  /** Messages of this run come from now on; earlier ones may have been missed. */
  onOpen(): void;
  onDown(): void;
  onMessage(message: PushMessage): void;
};

export type Push = {
  /** Listens to one run; the returned function ends that. */
  subscribe(runId: string, listener: PushListener): () => void;
  /** Closes a connection that seems dead, and makes a new one. */
  reset(): void;
  /** Ends a pause before a reconnect. */
  reconnectNow(): void;
};

type Deps = {
  readonly connect: ConnectPush;
  readonly negotiate: (runIds: readonly string[]) => Promise<Negotiated>;
  readonly runtime: Runtime;
};

/** A connection that is not open after this long is given up. */
const OPEN_TIMEOUT_MS = 15_000;
/** After a connection has lasted this long, failures are counted from the start again. */
const STABLE_MS = 10_000;

/** The run's group among those that the server named: `<domain>.run.<id>`. */
const groupOf = (groups: readonly string[], runId: string): string | undefined =>
  groups.find((group) => group.endsWith(`.run.${runId}`));

/** The run of a message; undefined for an unknown message. */
function runOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if ('events' in message && Array.isArray(message.events)) {
    const first: unknown = message.events[0];
    const id = (first as { run_id?: unknown } | undefined)?.run_id;
    return typeof id === 'string' ? id : undefined;
  }
  const id = (message as { head?: { run_id?: unknown } }).head?.run_id;
  return typeof id === 'string' ? id : undefined;
}

class SharedPush implements Push {
  readonly #deps: Deps;
  readonly #listeners = new Map<string, Set<PushListener>>();
  #connection: PushConnection | undefined;
  /** Groups of the connection by run, once it is open. */
  #groups: Map<string, string> | undefined;
  #prefix: string | undefined;
  #failures = 0;
  #openedAt = 0;
  #waiting: AbortController | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  subscribe(runId: string, listener: PushListener): () => void {
    const set = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, set.add(listener));
    if (this.#connection === undefined) {
      if (this.#waiting === undefined) this.#connect();
    } else if (this.#groups?.has(runId)) listener.onOpen();
    else if (this.#groups) void this.#join(this.#connection, runId);
    return () => this.#unsubscribe(runId, listener);
  }

  reset(): void {
    this.#connection?.close();
  }

  reconnectNow(): void {
    this.#waiting?.abort();
  }

  #unsubscribe(runId: string, listener: PushListener): void {
    const set = this.#listeners.get(runId);
    if (!set?.delete(listener) || set.size > 0) return;
    this.#listeners.delete(runId);
    const group = this.#groups?.get(runId);
    this.#groups?.delete(runId);
    if (this.#listeners.size === 0) {
      this.#waiting?.abort();
      this.#connection?.close();
    } else if (group) this.#connection?.leave(group);
  }

  #connect(): void {
    const opening = new AbortController();
    let negotiated: Negotiated | undefined;
    const connection = this.#deps.connect({
      url: async () => {
        // More would be refused; the rest is joined when the connection is open.
        const runIds = [...this.#listeners.keys()].slice(0, NEGOTIATED_RUNS_MAX);
        negotiated = await this.#deps.negotiate(runIds);
        return negotiated.url;
      },
      onOpen: () => {
        opening.abort();
        this.#opened(connection, negotiated?.groups ?? []);
      },
      onMessage: (data) => this.#deliver(data),
      onClosed: () => {
        opening.abort();
        // A test double may report the end before `connect` has returned.
        queueMicrotask(() => void this.#closed(connection));
      },
    });
    this.#connection = connection;
    void later(this.#deps.runtime, OPEN_TIMEOUT_MS, opening.signal, () => connection.close());
  }

  #opened(connection: PushConnection, groups: readonly string[]): void {
    if (connection !== this.#connection) return;
    this.#openedAt = this.#deps.runtime.now();
    this.#groups = new Map();
    for (const runId of this.#listeners.keys()) {
      const group = groupOf(groups, runId);
      if (group === undefined) continue;
      this.#groups.set(runId, group);
      this.#prefix = group.slice(0, -runId.length);
    }
    for (const [runId, set] of this.#listeners) {
      if (this.#groups.has(runId)) for (const listener of set) listener.onOpen();
      else void this.#join(connection, runId);
    }
  }

  /** Joins the group of a run that was added after the connection's token was made. */
  async #join(connection: PushConnection, runId: string): Promise<void> {
    // Without any group the domain is unknown, so a new token has to name the run.
    if (this.#prefix === undefined) return connection.close();
    const group = `${this.#prefix}${runId}`;
    try {
      await connection.join(group);
    } catch {
      return connection.close();
    }
    if (connection !== this.#connection || !this.#groups) return undefined;
    if (!this.#listeners.has(runId)) return connection.leave(group);
    this.#groups.set(runId, group);
    for (const listener of this.#listeners.get(runId) ?? []) listener.onOpen();
    return undefined;
  }

  #deliver(data: unknown): void {
    const runId = runOf(data);
    if (runId === undefined) return;
    for (const listener of this.#listeners.get(runId) ?? []) {
      listener.onMessage(data as PushMessage);
    }
  }

  async #closed(connection: PushConnection): Promise<void> {
    if (connection !== this.#connection) return;
    const { runtime } = this.#deps;
    const stable = this.#groups !== undefined && runtime.now() - this.#openedAt >= STABLE_MS;
    this.#failures = stable ? 1 : this.#failures + 1;
    this.#connection = undefined;
    this.#groups = undefined;
    for (const set of this.#listeners.values()) for (const listener of set) listener.onDown();
    if (this.#listeners.size === 0) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    await runtime.sleep(backoff(this.#failures, runtime.random()), waiting.signal);
    this.#waiting = undefined;
    if (this.#listeners.size > 0) this.#connect();
  }
}

export function createPush(deps: Deps): Push {
  return new SharedPush(deps);
}
