/** What the client needs from its environment: clock, random numbers, and wake-up events of a page. */

export type Runtime = {
  /** Monotonic milliseconds; only differences are meaningful. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** A new unique key. */
  uniqueKey(): string;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back when the page becomes visible again or the network returns; the returned function ends that. */
  onWake(listener: () => void): () => void;
};

/** Runs a function after `ms`, unless the signal aborts before. */
export async function later(
  runtime: Runtime,
  ms: number,
  signal: AbortSignal,
  action: () => void,
): Promise<void> {
  await runtime.sleep(ms, signal);
  if (!signal.aborted) action();
}

type EventSource = {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
};
type Page = EventSource & {
  readonly document?: EventSource & { readonly visibilityState?: string };
};

/** Listens on a page's window and document; in Node, which has none, it never calls back. */
function onPageWake(page: Page, listener: () => void): () => void {
  const { document } = page;
  const onVisible = (): void => {
    if (document?.visibilityState === 'visible') listener();
  };
  // `pageshow` covers a page restored from the back-forward cache, whose sockets are all dead.
  page.addEventListener?.('online', listener);
  page.addEventListener?.('pageshow', listener);
  document?.addEventListener?.('visibilitychange', onVisible);
  return () => {
    page.removeEventListener?.('online', listener);
    page.removeEventListener?.('pageshow', listener);
    document?.removeEventListener?.('visibilitychange', onVisible);
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

export const defaultRuntime: Runtime = {
  now: () => performance.now(),
  random: () => Math.random(),
  // Not randomUUID: pages served over plain http do not have it.
  uniqueKey: () =>
    [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(''),
  sleep,
  onWake: (listener) => onPageWake(globalThis as Page, listener),
};
