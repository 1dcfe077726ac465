import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../src/client/errors.ts';
import { view, world } from './client-world.ts';

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Writes the whole log in small pieces, with a notice every 10 s. */
async function play(
  { server, time, random }: ReturnType<typeof world>,
  step: () => void = () => undefined,
): Promise<void> {
  for (let n = 0; !server.complete(); n += 1) {
    server.write(1 + Math.floor(random() * 5));
    if (n % 50 === 0) server.head();
    step();
    await time.pass(200);
  }
}

describe('watch', () => {
  it('gives a late joiner the whole history and then what happens', async () => {
    const all = world(3_000);
    all.server.write(2_600);
    all.server.connect(true);
    const viewer = view(all.server);
    await all.time.pass(2_000);
    expect(viewer.seqs.at(-1)).toBe(2_600);
    expect(viewer.states.at(-1)).toBe('live');
    await play(all);
    await all.time.pass(1_000);
    expect(viewer.seqs).toEqual(numbers(1, 3_000));
    expect(viewer.done).toBe(true);
  });

  it('needs no request while push brings everything', async () => {
    const all = world(2_000);
    all.server.connect(true);
    const viewer = view(all.server);
    await all.time.pass(1_000);
    const { events } = all.server.calls;
    await play(all);
    await all.time.pass(1_000);
    expect(viewer.done).toBe(true);
    expect(all.server.calls.events).toBe(events);
    expect(viewer.states).toEqual(['catching_up', 'live']);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'loses and doubles nothing when connections are cut and messages lost, doubled and reordered (seed %i)',
    async (seed) => {
      const all = world(700, seed);
      Object.assign(all.server.faults, { lose: 0.2, double: 0.2, delay: 0.3, fail: 0.3 });
      const early = view(all.server);
      let late: ReturnType<typeof view> | undefined;
      let n = 0;
      await play(all, () => {
        n += 1;
        if (all.random() < 0.05) all.server.connect(all.random() < 0.6);
        if (n === 60) late = view(all.server, { after: 40 });
      });
      await all.time.pass(300_000, () => early.done && late?.done === true);
      expect(early.seqs).toEqual(numbers(1, 700));
      expect(late?.seqs).toEqual(numbers(41, 700));
    },
  );

  it('asks for what came while the connection was away for a moment', async () => {
    const all = world(100);
    all.server.connect(true);
    const viewer = view(all.server);
    await all.time.pass(1_000);
    all.server.connect(false);
    all.server.write(10);
    all.server.connect(true);
    await all.time.pass(100);
    expect(viewer.seqs).toEqual(numbers(1, 10));
  });

  it('notices a lost last message by the notice of the end', async () => {
    const all = world(10);
    all.server.connect(true);
    const viewer = view(all.server);
    await all.time.pass(1_000);
    all.server.write(9);
    await all.time.pass(1_000);
    all.server.faults.lose = 1;
    all.server.write(1);
    all.server.faults.lose = 0;
    all.server.head();
    await all.time.pass(1_000);
    expect(viewer.done).toBe(true);
  });

  it('notices a lost last message within 16 s when every notice is lost too', async () => {
    const all = world(10);
    all.server.connect(true);
    const viewer = view(all.server);
    await all.time.pass(1_000);
    all.server.faults.lose = 1;
    all.server.write(10);
    await all.time.pass(16_000);
    expect(viewer.seqs).toEqual(numbers(1, 10));
    expect(viewer.done).toBe(true);
  });

  it('gives up a connection that claims to be open and brings nothing', async () => {
    const all = world(1_000);
    all.server.connect(true);
    view(all.server);
    await all.time.pass(1_000);
    all.server.faults.lose = 1;
    for (let n = 0; n < 100; n += 1) {
      all.server.write(1);
      await all.time.pass(1_000);
    }
    expect(all.server.calls.resets).toBeGreaterThan(0);
  });

  it('falls back to the event stream while there is no live connection, and leaves it after', async () => {
    const all = world(300);
    const viewer = view(all.server);
    await all.time.pass(5_000);
    expect(all.server.calls.stream).toBe(1);
    all.server.write(50);
    await all.time.pass(200);
    expect(viewer.seqs).toEqual(numbers(1, 50));
    expect(viewer.states.at(-1)).toBe('live');
    all.server.connect(true);
    await all.time.pass(60_000);
    expect(all.server.calls.stream).toBe(1);
  });

  it('polls where event streams do not come through', async () => {
    const all = world(50);
    const transports = {
      ...all.server.transports,
      push: undefined,
      stream: () => Promise.reject(new SluiceError('unexpected', 200, 'No event stream')),
    };
    const viewer = view({ ...all.server, transports });
    await all.time.pass(20_000);
    all.server.write(30);
    await all.time.pass(200);
    expect(viewer.seqs).toEqual(numbers(1, 30));
    all.server.write(20);
    await all.time.pass(1_000);
    expect(viewer.done).toBe(true);
  });

  it('shows that it is paused while nothing can be reached, and goes on at once when someone looks', async () => {
    const all = world(100);
    const viewer = view(all.server);
    await all.time.pass(5_000);
    all.server.faults.fail = 1;
    all.server.write(10);
    const cut = view(all.server);
    await all.time.pass(120_000);
    expect(cut.states.at(-1)).toBe('paused');
    expect(cut.seqs).toEqual([]);
    all.server.faults.fail = 0;
    all.time.wake();
    await all.time.pass(100);
    expect(cut.seqs).toEqual(numbers(1, 10));
    await all.time.pass(10_000);
    expect(viewer.seqs).toEqual(numbers(1, 10));
  });

  it('tries again within minutes, however long somebody between asks it to wait', async () => {
    const all = world(10);
    all.server.write(10);
    let refused = false;
    const events: typeof all.server.transports.events = async (id, query) => {
      if (refused) return all.server.transports.events(id, query);
      refused = true;
      throw new SluiceError('unexpected', 503, 'Maintenance', { retryAfter: 30 * 86_400 });
    };
    const transports = { ...all.server.transports, push: undefined, events };
    const viewer = view({ ...all.server, transports });
    await all.time.pass(400_000);
    expect(viewer.done).toBe(true);
  });

  it('holds no more than its window for a slow reader, and reads the rest when there is room', async () => {
    const all = world(6_000);
    all.server.connect(true);
    const viewer = view(all.server, {}, 10);
    await all.time.pass(100);
    all.server.write(6_000);
    await all.time.pass(1_000);
    const early = all.server.calls.events;
    expect(early).toBeLessThan(10);
    await all.time.pass(70_000);
    expect(viewer.seqs).toEqual(numbers(1, 6_000));
    expect(viewer.done).toBe(true);
    expect(all.server.calls.events).toBeLessThan(40);
  });

  it('does not spin when the server knows of events that it does not give', async () => {
    const all = world(100);
    all.server.connect(true);
    all.server.write(20);
    let calls = 0;
    view({
      ...all.server,
      transports: {
        ...all.server.transports,
        events: () => {
          calls += 1;
          return Promise.resolve({ events: [], last_seq: 20, complete: false });
        },
      },
    });
    await all.time.pass(60_000);
    expect(calls).toBeLessThan(12);
  });
});
