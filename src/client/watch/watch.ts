/** `watch`: every event of a run, in order, once, across lost connections. */
import type { RunEvent } from '../../core/events/event.ts';
import { Feed, type WatchState } from './feed.ts';
import type { Transports } from './transports.ts';

export type WatchOptions = {
  /** Events up to this seq are left out; default 0: from the start. */
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
 * Rejects with SluiceError where a retry cannot help: `not_found`, `unauthorized`, `forbidden`, and `gone` when the
 * events after `after` are past their retention.
 */
export function watch(
  transports: Transports,
  runId: string,
  options: WatchOptions = {},
): AsyncIterableIterator<RunEvent, undefined, undefined> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();

  async function* events(): AsyncGenerator<RunEvent, undefined, undefined> {
    const { signal, after = 0, onState } = options;
    if (signal?.aborted) return undefined;
    signal?.addEventListener('abort', abort, { signal: stop.signal });
    try {
      const feed = new Feed(transports, runId, after, stop.signal, onState);
      feed.start();
      while (!stop.signal.aborted) {
        const event = feed.take();
        if (event !== undefined) {
          // Closes everything also when the caller does not ask for more after the last event.
          if (event.type === 'complete') abort();
          yield event;
        } else if (feed.finished()) return undefined;
        else await feed.arrival();
      }
      return undefined;
    } finally {
      abort();
    }
  }

  const generator = events();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => generator.next(),
    // A waiting generator would return only after the next event: the abort wakes it.
    return() {
      abort();
      return generator.return(undefined);
    },
  };
}
