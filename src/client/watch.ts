/** `watch`: every event of a run, in order, once, whatever happens to the connections. */
import type { RunEvent } from '../core/event.ts';
import { Feed, type WatchState } from './feed.ts';
import type { Transports } from './transports.ts';

export type WatchOptions = {
  /** Events up to this seq are known already, default 0: from the start. */
  readonly after?: number;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Called when the state changes. */
  readonly onState?: (state: WatchState) => void;
};

/**
 * Events of a run from `after` on: gapless, in order, each once; ends after the `complete` event.
 * Network trouble, restarts and sleep only delay it. Nothing happens before the first `next()`, and
 * breaking out of a loop closes everything.
 *
 * Rejects with SluiceError when the server will not answer later either: `not_found`,
 * `unauthorized`, `forbidden`, and `gone` when the events after `after` are past their retention.
 */
export function watch(
  transports: Transports,
  runId: string,
  options: WatchOptions = {},
): AsyncIterableIterator<RunEvent, undefined, undefined> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort);

  async function* events(): AsyncGenerator<RunEvent, undefined, undefined> {
    const feed = new Feed(transports, runId, options.after ?? 0, stop.signal, options.onState);
    try {
      feed.start();
      while (!stop.signal.aborted) {
        const event = feed.take();
        if (event !== undefined) {
          yield event;
          if (event.type === 'complete') return undefined;
        } else if (feed.finished()) return undefined;
        else await feed.arrival();
      }
      return undefined;
    } finally {
      options.signal?.removeEventListener('abort', abort);
      stop.abort();
    }
  }

  const generator = events();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => generator.next(),
    // A generator that waits would only return after the next event: the abort wakes it.
    return() {
      abort();
      return generator.return(undefined);
    },
  };
}
