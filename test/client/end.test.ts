/** How a watch ends, and that nothing of it stays. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/client/errors.ts';
import { watch } from '../../src/client/watch/watch.ts';
import { RUN, view, world } from './client-world.ts';

describe('a watch', () => {
  it('ends with the error that no waiting mends, after everything before it', async () => {
    const all = world(100);
    all.server.write(5);
    let calls = 0;
    const viewer = view({
      ...all.server,
      transports: {
        ...all.server.transports,
        push: undefined,
        events: (id, query) => {
          calls += 1;
          if (calls > 1) return Promise.reject(new SluiceError('gone', 410, 'Too old'));
          return all.server.transports.events(id, query);
        },
        stream: () => Promise.reject(new SluiceError('gone', 410, 'Too old')),
      },
    });
    await all.time.pass(60_000);
    expect(viewer.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(viewer.error).toMatchObject({ code: 'gone' });
    expect(calls).toBeLessThan(4);
  });

  it('ends without an error when its signal aborts, and leaves nothing behind', async () => {
    const all = world(100);
    all.server.connect(true);
    const stop = new AbortController();
    const viewer = view(all.server, { signal: stop.signal });
    await all.time.pass(5_000);
    stop.abort();
    await all.time.pass(0);
    expect(viewer.done).toBe(true);
    expect(viewer.error).toBeUndefined();
    expect(all.server.listeners.size).toBe(0);
    expect(all.time.pending()).toBe(0);
  });

  it.each([
    ['before the watch', 0],
    ['between the watch and its first event', 1],
    ['with its first event asked for', 2],
    ['while the history is read', 3],
    ['when it is told the first state', 4],
    ['when it is told the second state', 5],
  ])('opens nothing, or closes it, when its signal aborts %s', async (_when, at) => {
    const all = world(100);
    const stop = new AbortController();
    const { signal } = stop;
    if (at === 0) stop.abort();
    all.server.connect(at === 5);
    let told = 3;
    const onState = (): void => {
      told += 1;
      if (told === at) stop.abort();
    };
    const iterator = watch(all.server.transports, RUN, { signal, onState });
    if (at === 1) stop.abort();
    const first = iterator.next();
    if (at >= 3) await all.time.pass(at === 3 ? 10 : 1_000);
    if (at <= 3) stop.abort();
    expect(await first).toEqual({ done: true, value: undefined });
    await all.time.pass(0);
    expect(all.server.listeners.size).toBe(0);
    expect(all.time.pending()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('leaves nothing at a signal when it is returned before it began', async () => {
    const { signal } = new AbortController();
    const iterator = watch(world(100).server.transports, RUN, { signal });
    await iterator.return?.();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('has closed everything with its last event, also when nobody asks for another', async () => {
    const all = world(3);
    all.server.connect(true);
    all.server.write(3);
    const iterator = watch(all.server.transports, RUN);
    const events = [iterator.next(), iterator.next(), iterator.next()];
    await all.time.pass(1_000);
    expect((await events[2])?.value).toMatchObject({ type: 'complete' });
    expect(all.server.listeners.size).toBe(0);
    expect(all.time.pending()).toBe(0);
  });

  it('asks no more once it cannot go on, also while its reader is busy', async () => {
    const all = world(100);
    all.server.write(5);
    let streams = 0;
    const stream = async (): Promise<never> => {
      streams += 1;
      await all.time.sleep(20, new AbortController().signal);
      throw new SluiceError('gone', 410, 'Too old');
    };
    const transports = { ...all.server.transports, push: undefined, stream };
    const viewer = view({ ...all.server, transports }, {}, 10_000);
    await all.time.pass(30_000);
    expect(viewer.seqs).toEqual([1, 2, 3]);
    expect(streams).toBe(1);
    await all.time.pass(30_000);
    expect(viewer.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(viewer.error).toMatchObject({ code: 'gone' });
  });

  it('ends when it is returned in the middle of waiting', async () => {
    const all = world(100);
    const viewer = view(all.server);
    await all.time.pass(5_000);
    await viewer.iterator.return?.();
    await all.time.pass(0);
    expect(viewer.done).toBe(true);
    expect(all.time.pending()).toBe(0);
  });

  it('ends at once for a run that is over and known', async () => {
    const all = world(5);
    all.server.write(5);
    const viewer = view(all.server, { after: 5 });
    await all.time.pass(1_000);
    expect(viewer.done).toBe(true);
    expect(viewer.seqs).toEqual([]);
  });
});
