/** What a watch says of itself, and when. */
import { describe, expect, it } from 'vitest';
import { type WatchOptions, watch } from '../../src/client/watch/watch.ts';
import { createServer, dice, RUN, virtualTime } from './client-world.ts';

type Start = {
  readonly connected?: boolean;
  readonly written?: number;
  readonly options?: WatchOptions;
};

/** A watch of a run of 1,000 events whose states are noted with the time since the last `since()`. */
function watched({ connected = true, written = 0, options = {} }: Start) {
  const random = dice(1);
  const time = virtualTime(random);
  const server = createServer(time, random, 1_000);
  server.write(written);
  server.connect(connected);
  let begin = 0;
  const told: { state: string; after: number; pages: number }[] = [];
  const onState = (state: string): void => {
    told.push({ state, after: time.now() - begin, pages: server.calls.events });
  };
  let error: unknown;
  let seen = 0;
  void (async () => {
    try {
      for await (const { seq } of watch(server.transports, RUN, { onState, ...options }))
        seen = seq;
    } catch (caught) {
      error = caught;
    }
  })();
  return {
    time,
    server,
    told,
    states: () => told.map(({ state }) => state),
    seen: () => seen,
    error: () => error,
    /** From here on times and states are counted anew. */
    since() {
      begin = time.now();
      told.length = 0;
    },
  };
}

describe('the state of a watch', () => {
  it('is catching up until the history is read, then live, each told once', async () => {
    const { told, states, time, server, seen } = watched({ written: 900 });
    await time.pass(10);
    expect(states()).toEqual(['catching_up']);
    await time.pass(5_000);
    expect(states()).toEqual(['catching_up', 'live']);
    // 900 events are two pages.
    expect(told[1]?.pages).toBeGreaterThanOrEqual(2);
    expect(seen()).toBe(900);
    server.write(50);
    await time.pass(20_000);
    expect(states()).toEqual(['catching_up', 'live']);
    expect(seen()).toBe(950);
  });

  it('is catching up from the moment that the connection goes until it is back', async () => {
    const { told, time, server, since } = watched({ written: 10 });
    await time.pass(5_000);
    since();
    server.connect(false);
    expect(told).toMatchObject([{ state: 'catching_up', after: 0 }]);
    await time.pass(1_000);
    server.connect(true);
    await time.pass(1_000);
    expect(told.map(({ state }) => state)).toEqual(['catching_up', 'live']);
    expect(told[1]?.after).toBe(1_000);
  });

  it('is live again on the event stream when the connection stays away', async () => {
    const { told, states, time, server, since } = watched({ written: 10 });
    await time.pass(5_000);
    since();
    server.connect(false);
    await time.pass(60_000);
    expect(states()).toEqual(['catching_up', 'live']);
    expect(told[1]?.after).toBeLessThanOrEqual(4_000);
  });

  it('is paused once the server was not reached twice, not for one lost request', async () => {
    const { time, server, states, since } = watched({ written: 10 });
    await time.pass(5_000);
    since();
    server.faults.fail = 1;
    server.connect(false);
    await time.pass(1_990);
    // The safety net asks, and the event stream has not been tried yet.
    expect(states()).toEqual(['catching_up']);
    await time.pass(60_000);
    expect(states()).toEqual(['catching_up', 'paused']);
  });

  it('is not paused for one request that fails', async () => {
    const { time, server, states } = watched({ connected: false, written: 10 });
    server.faults.fail = 1;
    await time.pass(100);
    server.faults.fail = 0;
    await time.pass(60_000);
    expect(server.calls.events).toBeGreaterThan(1);
    expect(states()).toEqual(['catching_up', 'live']);
  });

  it.each(['by itself', 'when someone looks'])('goes from paused to live %s', async (how) => {
    const { time, server, told, states, since, seen } = watched({ connected: false, written: 10 });
    server.faults.fail = 1;
    await time.pass(300_000);
    expect(states()).toEqual(['catching_up', 'paused']);
    since();
    server.faults.fail = 0;
    if (how === 'when someone looks') time.wake();
    await time.pass(60_000);
    expect(states()).toEqual(['catching_up', 'live']);
    expect(seen()).toBe(10);
    if (how === 'when someone looks') expect(told[0]?.after).toBeLessThan(100);
    else expect(told[0]?.after).toBeLessThanOrEqual(30_000);
  });

  it('is told no more once the watch has ended, and who cannot bear it ends the watch', async () => {
    const stop = new AbortController();
    const options = { signal: stop.signal };
    // On the event stream, which closes with the watch.
    const { time, states } = watched({ connected: false, written: 10, options });
    await time.pass(10_000);
    expect(states()).toEqual(['catching_up', 'live']);
    stop.abort();
    await time.pass(60_000);
    expect(states()).toEqual(['catching_up', 'live']);

    const onState = (state: string): void => {
      if (state === 'live') throw new Error('no');
    };
    const strict = watched({ written: 10, options: { onState } });
    await strict.time.pass(5_000);
    expect(strict.error()).toEqual(new Error('no'));
  });
});
