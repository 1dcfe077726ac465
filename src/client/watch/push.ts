/** One live connection for all that a client watches, runs and the domain; it exists while there is a watch. */
import type { PushMessage } from '../../core/events/event.ts';
import { NEGOTIATED_RUNS_MAX } from '../../core/limits.ts';
import { backoff } from '../backoff.ts';
import { later, type Runtime } from '../runtime.ts';
import type { ConnectPush, Negotiated, PushConnection } from './web-pubsub.ts';

/** Why there is no connection, and in how many milliseconds the next one is tried. */
export type Down = { readonly error: unknown; readonly retryMs: number };

export type PushListener = {
  /** Messages come from now on; earlier ones may have been missed. */
  onOpen(): void;
  onDown(down: Down): void;
  onMessage(message: PushMessage): void;
};

export type Push = {
  /** Listens to one run, or with DOMAIN to changes of state of all; the returned function ends that. */
  subscribe(topic: string, listener: PushListener): () => void;
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

/** The topic of changes of state of all runs of the domain. */
export const DOMAIN = '';

/** A topic's group: `<domain>`, or `<domain>.run.<id>`. */
const groupOf = (domain: string, topic: string): string =>
  topic === DOMAIN ? domain : `${domain}.run.${topic}`;

/** After this much silence a connection of the domain is asked whether it is alive. A run's watch asks by itself. */
const SILENCE_MS = 15_000;
/** A connection that has not confirmed after this long is dead. */
const CONFIRM_MS = 10_000;

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
  /** Topics whose groups the connection is in, once it is open. */
  #joined: Set<string> | undefined;
  #domain: string | undefined;
  #error: unknown;
  #heard = 0;
  /** The connection is asked from time to time whether it is alive. */
  #checked = false;
  /** Aborts when the connection is closed. */
  #over = new AbortController();
  #failures = 0;
  #openedAt = 0;
  #waiting: AbortController | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  subscribe(topic: string, listener: PushListener): () => void {
    const set = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, set.add(listener));
    if (this.#connection === undefined) {
      if (this.#waiting === undefined) this.#connect();
    } else if (this.#joined?.has(topic)) listener.onOpen();
    else if (this.#joined) void this.#join(this.#connection, topic);
    return () => this.#unsubscribe(topic, listener);
  }

  reset(): void {
    this.#connection?.close();
  }

  reconnectNow(): void {
    this.#waiting?.abort();
  }

  #unsubscribe(topic: string, listener: PushListener): void {
    const set = this.#listeners.get(topic);
    if (!set?.delete(listener) || set.size > 0) return;
    this.#listeners.delete(topic);
    const joined = this.#joined?.delete(topic);
    if (this.#listeners.size === 0) {
      this.#waiting?.abort();
      this.#connection?.close();
    } else if (joined && this.#domain) this.#connection?.leave(groupOf(this.#domain, topic));
  }

  #connect(): void {
    const opening = new AbortController();
    let negotiated: Negotiated | undefined;
    const connection = this.#deps.connect({
      negotiate: async () => {
        // More would be refused; the rest is joined when the connection is open.
        const topics = [...this.#listeners.keys()].filter((topic) => topic !== DOMAIN);
        const runIds = topics.slice(0, NEGOTIATED_RUNS_MAX);
        try {
          negotiated = await this.#deps.negotiate(runIds);
        } catch (error) {
          this.#error = error;
          throw error;
        }
        return negotiated;
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
    this.#over = new AbortController();
    this.#checked = false;
    this.#error = undefined;
    void later(this.#deps.runtime, OPEN_TIMEOUT_MS, opening.signal, () => connection.close());
  }

  #opened(connection: PushConnection, groups: readonly string[]): void {
    if (connection !== this.#connection) return;
    this.#openedAt = this.#deps.runtime.now();
    this.#heard = this.#openedAt;
    // Every group that the server names is of the caller's one domain.
    this.#domain = groups[0]?.replace(/\.run\.[^.]*$/, '') ?? this.#domain;
    const domain = this.#domain;
    const topics = [...this.#listeners.keys()];
    this.#joined = new Set(
      topics.filter((topic) => domain !== undefined && groups.includes(groupOf(domain, topic))),
    );
    for (const topic of topics) {
      if (this.#joined.has(topic)) this.#ready(connection, topic);
      else void this.#join(connection, topic);
    }
  }

  /** Joins the group of a topic that was added after the connection's token was made. */
  async #join(connection: PushConnection, topic: string): Promise<void> {
    // Without any group the domain is unknown, so a new token has to name the run.
    if (this.#domain === undefined) return connection.close();
    const group = groupOf(this.#domain, topic);
    try {
      await connection.join(group);
    } catch {
      return connection.close();
    }
    if (connection !== this.#connection || !this.#joined) return undefined;
    if (!this.#listeners.has(topic)) return connection.leave(group);
    this.#joined.add(topic);
    this.#ready(connection, topic);
    return undefined;
  }

  /** Nothing tells that a quiet domain is still connected: joining its group once more does, because that is confirmed. */
  async #checkLiveness(connection: PushConnection, group: string): Promise<void> {
    const { runtime } = this.#deps;
    const { signal } = this.#over;
    for (;;) {
      await runtime.sleep(SILENCE_MS, signal);
      if (signal.aborted) return;
      if (this.#joined?.has(DOMAIN) !== true || runtime.now() - this.#heard < SILENCE_MS) continue;
      const confirmed = new AbortController();
      void later(runtime, CONFIRM_MS, AbortSignal.any([confirmed.signal, signal]), () =>
        connection.close(),
      );
      await connection.join(group).catch(() => connection.close());
      confirmed.abort();
    }
  }

  /** The connection is in the group of this topic. */
  #ready(connection: PushConnection, topic: string): void {
    if (topic === DOMAIN && this.#domain !== undefined && !this.#checked) {
      this.#checked = true;
      void this.#checkLiveness(connection, this.#domain);
    }
    for (const listener of this.#listeners.get(topic) ?? []) listener.onOpen();
  }

  #deliver(data: unknown): void {
    const runId = runOf(data);
    if (runId === undefined) return;
    this.#heard = this.#deps.runtime.now();
    for (const topic of [runId, DOMAIN]) {
      for (const listener of this.#listeners.get(topic) ?? []) {
        listener.onMessage(data as PushMessage);
      }
    }
  }

  async #closed(connection: PushConnection): Promise<void> {
    if (connection !== this.#connection) return;
    const { runtime } = this.#deps;
    const stable = this.#joined !== undefined && runtime.now() - this.#openedAt >= STABLE_MS;
    this.#failures = stable ? 1 : this.#failures + 1;
    this.#connection = undefined;
    this.#joined = undefined;
    this.#over.abort();
    const down = { error: this.#error, retryMs: backoff(this.#failures, runtime.random()) };
    for (const set of this.#listeners.values()) for (const listener of set) listener.onDown(down);
    if (this.#listeners.size === 0) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    await runtime.sleep(down.retryMs, waiting.signal);
    this.#waiting = undefined;
    if (this.#listeners.size > 0) this.#connect();
  }
}

export function createPush(deps: Deps): Push {
  return new SharedPush(deps);
}
