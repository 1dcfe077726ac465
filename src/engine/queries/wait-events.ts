/** Waits for new events: long polls, and the streams built on them. */
import type { EventPage } from '../../core/events/event.ts';
import type { World } from '../../ports/world.ts';
import { eventsFrom, ofDomain, type PageOptions, pageOf } from '../events/events.ts';
import { perInstance } from '../store/per-instance.ts';
import { enterReaders } from './readers.ts';

/** Current reads of waiting readers, by their parameters. */
const shared = perInstance(() => new Map<string, Promise<unknown>>());

/**
 * Shares one read among all that wait for the same: a thousand viewers without Web PubSub would otherwise throttle the
 * partition that the run's log is written to.
 */
function together<T>(world: World, key: string, act: () => Promise<T>): Promise<T> {
  const running = shared(world);
  const known = running.get(key) as Promise<T> | undefined;
  if (known) return known;
  const mine = act().finally(() => running.delete(key));
  running.set(key, mine);
  return mine;
}

/**
 * Like `readEvents`, but waits up to `waitMs` for a first event, or a quarter of a second longer, until the next shared
 * poll. While it waits, the run is followed.
 */
export async function waitForEvents(
  world: World,
  domain: string,
  runId: string,
  options: PageOptions & { readonly waitMs: number; readonly signal?: AbortSignal },
): Promise<EventPage> {
  const { after, limit, waitMs, signal } = options;
  const until = world.clock.now() + waitMs;
  const reader = enterReaders(world, runId);
  try {
    for (let look = reader.now(); ; look = reader.next()) {
      const { run } = await ofDomain(world, await look, domain, runId);
      const events =
        after < run.last_seq
          ? await together(world, `${runId} ${after} ${limit}`, () =>
              eventsFrom(world, run, after, limit),
            )
          : [];
      const page = pageOf(run, events);
      const over = world.clock.now() >= until || signal?.aborted;
      if (events.length > 0 || page.complete || over) return page;
      reader.ensureFollower(run);
    }
  } finally {
    reader.leave();
  }
}
