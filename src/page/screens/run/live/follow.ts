/** Follows one run: its view is brought up to date by its events, which come through one watch. */
import type { Client } from '../../../../client/client.ts';
import type { WatchState } from '../../../../client/watch/feed.ts';
import type { RunEvent } from '../../../../core/events/event.ts';
import { isTerminal } from '../../../../core/events/state.ts';
import { foldEvent } from '../../../../core/runs/fold.ts';
import type { RunView } from '../../../../core/runs/view.ts';
import { createStore, type Store } from '../../../app/store.ts';
import { createLogFeed, type LogFeed } from '../../../log/feed.ts';
import { RunEvents } from './run-events.ts';

export type Followed = {
  readonly view: RunView;
  /** The answer that the view began with, as text: params have their digits there. */
  readonly text: string;
  /** The watch of its events; `ended` once it is over, `resting` in a hidden tab. */
  readonly watch: WatchState | 'ended' | 'resting';
  /** Grows with each change of `events`, which grows in place. */
  readonly version: number;
  /** Why nothing more comes: the run was deleted, or rights are gone. */
  readonly fatal: unknown;
};

export type Follow = {
  readonly store: Store<Followed>;
  /** Those after the first view. */
  readonly events: RunEvents;
  /** All that come, also for the log viewer. */
  readonly feed: LogFeed;
  /** A view that was read anew: an older one than what is shown is dropped. */
  take(text: string): void;
  /** Watches while the tab is looked at; the returned function ends it. */
  start(client: Client): () => void;
};

/** A hidden tab goes on for so long: a glance elsewhere costs nothing. */
const HIDDEN_MS = 20_000;

export function createFollow(text: string): Follow {
  const first = JSON.parse(text) as RunView;
  const events = new RunEvents(first.last_seq);
  const store = createStore<Followed>({
    view: first,
    text,
    watch: isTerminal(first.state) ? 'ended' : 'catching_up',
    version: 0,
    fatal: undefined,
  });
  const feed = createLogFeed();
  let waiting: RunEvent[] = [];
  let frame: number | undefined;
  const change = (part: Partial<Followed>): void => store.set({ ...store.get(), ...part });

  /** All that came since the last frame, in one drawing. */
  function flush(): void {
    frame = undefined;
    const came = waiting;
    waiting = [];
    for (const event of came) events.add(event);
    const { view, version } = store.get();
    change({ view: came.reduce(foldEvent, view), version: version + 1 });
    for (const event of came) feed.push(event);
  }

  async function watch(client: Client, signal: AbortSignal): Promise<void> {
    const onState = (watching: WatchState): void => {
      if (!signal.aborted) change({ watch: watching });
    };
    const after = waiting.at(-1)?.seq ?? events.lastSeq;
    for await (const event of client.watch(first.run_id, { after, signal, onState })) {
      waiting.push(event);
      frame ??= requestAnimationFrame(flush);
    }
    if (!signal.aborted) change({ watch: 'ended' });
  }

  function begin(client: Client): () => void {
    const stop = new AbortController();
    watch(client, stop.signal).catch((fatal: unknown) => {
      if (!stop.signal.aborted) change({ fatal, watch: 'ended' });
    });
    return () => stop.abort();
  }

  return {
    store,
    events,
    feed,
    take(newer) {
      const view = JSON.parse(newer) as RunView;
      if (view.last_seq >= store.get().view.last_seq) change({ view, text: newer });
    },
    start(client) {
      const end = whileVisible(
        () => (store.get().watch === 'ended' ? undefined : begin(client)),
        () => {
          if (store.get().watch !== 'ended') change({ watch: 'resting' });
        },
      );
      return () => {
        if (frame !== undefined) cancelAnimationFrame(frame);
        frame = undefined;
        end();
      };
    },
  };
}

/** Begins while the tab is looked at, and rests after it has been hidden for a while; the returned function ends both. */
function whileVisible(begin: () => (() => void) | undefined, onRest: () => void): () => void {
  let end: (() => void) | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const rest = (): void => {
    end?.();
    end = undefined;
    onRest();
  };
  const look = (): void => {
    clearTimeout(hiding);
    if (document.visibilityState === 'visible') end ??= begin();
    else hiding = setTimeout(rest, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(hiding);
    end?.();
  };
}
