/** Live events for a log viewer: one watch of the run feeds everything on the screen. */
import type { RunEvent } from '../../core/events/event.ts';

export type LogFeed = {
  /** Calls back for each event that is pushed from now on; the returned function ends it. */
  readonly subscribe: (listener: (event: RunEvent) => void) => () => void;
};

/**
 * A feed to push the events of `client.watch` into: `for await (const event of client.watch(…)) feed.push(event)`. It keeps nothing:
 * what a viewer has missed, it reads by itself.
 */
export function createLogFeed(): LogFeed & { push(event: RunEvent): void } {
  const listeners = new Set<(event: RunEvent) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    push(event) {
      for (const listener of listeners) listener(event);
    },
  };
}
