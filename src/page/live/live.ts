/** Whether the page is up to date, and changes of runs for the screens that show them. */
import type { Client } from '../../client/client.ts';
import { SluiceError } from '../../client/errors.ts';
import type { RunChange } from '../../client/watch/changes.ts';
import { createStore, type Store } from '../app/store.ts';

/**
 * `live`: changes come as they happen. `catching_up`: the connection is being made, or cannot be made and lists are read
 * every few seconds. `offline`: the server cannot be reached.
 */
export type LiveState = {
  readonly status: 'live' | 'catching_up' | 'offline';
  /** Milliseconds since 1970. */
  readonly since: number;
  /** For people: why it is not live. */
  readonly why: string | undefined;
  /** When the connection is tried next, in milliseconds since 1970. */
  readonly retryAt: number | undefined;
};

export type LiveListener = {
  /** Something may have been missed: what is shown has to be read anew. */
  readonly onStale: () => void;
  readonly onChange: (change: RunChange) => void;
};

export type Live = {
  readonly state: Store<LiveState>;
  listen(listener: LiveListener): () => void;
  /** Connects, while the tab is looked at; the returned function ends it. */
  start(client: Client): () => void;
};

/** A hidden tab keeps its connection for so long: a glance elsewhere costs nothing. */
const HIDDEN_MS = 20_000;

const isUnreachable = (error: unknown): boolean =>
  error instanceof SluiceError && error.code === 'unreachable';

function stateOf(error: unknown, retryMs: number, before: LiveState): LiveState {
  const offline = isUnreachable(error) || !navigator.onLine;
  const status = offline ? 'offline' : 'catching_up';
  const refusal = error instanceof SluiceError ? error.detail : undefined;
  return {
    status,
    since: before.status === status ? before.since : Date.now(),
    why: offline
      ? navigator.onLine
        ? 'The server does not answer.'
        : 'This device has no network.'
      : (refusal ?? 'Live events cannot be reached; lists are read every few seconds instead.'),
    retryAt: Number.isFinite(retryMs) ? Date.now() + retryMs : undefined,
  };
}

export function createLive(): Live {
  const listeners = new Set<LiveListener>();
  const connecting = (): LiveState => ({
    status: 'catching_up',
    since: Date.now(),
    why: 'The live connection is being made.',
    retryAt: undefined,
  });
  const state = createStore<LiveState>(connecting());

  function connect(client: Client): () => void {
    state.set(connecting());
    return client.watchRuns({
      onOpen() {
        state.set({ status: 'live', since: Date.now(), why: undefined, retryAt: undefined });
        for (const listener of listeners) listener.onStale();
      },
      onChange(change) {
        for (const listener of listeners) listener.onChange(change);
      },
      onDown: ({ error, retryMs }) => state.set(stateOf(error, retryMs, state.get())),
    });
  }

  return {
    state,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(client) {
      let end: (() => void) | undefined;
      let hiding: ReturnType<typeof setTimeout> | undefined;
      const over = new AbortController();
      const { signal } = over;
      const letGo = (): void => {
        end?.();
        end = undefined;
      };
      const look = (): void => {
        clearTimeout(hiding);
        if (document.visibilityState !== 'visible') hiding = setTimeout(letGo, HIDDEN_MS);
        else if (navigator.onLine) end ??= connect(client);
      };
      // The connection itself would notice only after half a minute.
      const offline = (): void => {
        letGo();
        state.set(stateOf(undefined, Number.POSITIVE_INFINITY, state.get()));
      };
      document.addEventListener('visibilitychange', look, { signal });
      addEventListener('online', look, { signal });
      addEventListener('offline', offline, { signal });
      look();
      return () => {
        over.abort();
        clearTimeout(hiding);
        letGo();
      };
    },
  };
}
