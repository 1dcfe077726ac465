/** `watchRuns`: changes of state of all runs of the domain, for lists that stay live. */
import type { PushMessage, RunEvent } from '../../core/events/event.ts';
import type { Runtime } from '../runtime.ts';
import { DOMAIN, type Down, type Push } from './push.ts';

/** A run changed its state, or what it waits for. */
export type RunChange = Extract<RunEvent, { type: 'status' | 'complete' }>;

export type RunsListener = {
  /** Changes come from now on. Earlier ones may have been missed: read what is shown anew. */
  onOpen(): void;
  /** The same change may come twice, and late: its `seq` orders those of one run. */
  onChange(change: RunChange): void;
  /** No changes come until the next `onOpen`; the connection is tried again by itself. */
  onDown(down: Down): void;
};

const isChange = (event: RunEvent): event is RunChange =>
  event.type === 'status' || event.type === 'complete';

/** Listens until the returned function is called. Without Web PubSub nothing ever comes. */
export function watchRuns(
  push: Push | undefined,
  runtime: Runtime,
  listener: RunsListener,
): () => void {
  if (push === undefined) {
    listener.onDown({ error: undefined, retryMs: Number.POSITIVE_INFINITY });
    return () => undefined;
  }
  const sleepAgain = runtime.onWake(() => push.reconnectNow());
  const end = push.subscribe(DOMAIN, {
    onOpen: () => listener.onOpen(),
    onDown: (down) => listener.onDown(down),
    onMessage: (message: PushMessage) => {
      if ('events' in message)
        for (const event of message.events) if (isChange(event)) listener.onChange(event);
    },
  });
  return () => {
    sleepAgain();
    end();
  };
}
