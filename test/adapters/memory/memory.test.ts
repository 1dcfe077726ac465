import { describe, expect, it } from 'vitest';
import { MESSAGE_SECONDS } from '../../../src/adapters/checks/queue-message.ts';
import { createManualClock } from '../../../src/adapters/memory/clock.ts';
import { type Fault, InjectedFault, withFaults } from '../../../src/adapters/memory/faults.ts';
import { withLatency } from '../../../src/adapters/memory/latency.ts';
import { createMemoryQueue } from '../../../src/adapters/memory/queue.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { ReceiptLost } from '../../../src/ports/follow-queue.ts';

/** Whether the promise is still open after everything that could settle it has run. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  const settled = Promise.allSettled([promise]).then(() => false);
  return Promise.race([settled, new Promise<true>((r) => setImmediate(() => r(true)))]);
}

const put = [{ op: 'put', key: 'k', values: {} }] as const;

describe('the manual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = createManualClock(1_000);
    const sleep = clock.sleep(10);
    await clock.advance(9);
    expect([clock.now(), clock.sleeping(), clock.nextDueAt()]).toEqual([1_009, 1, 1_010]);
    expect(await isOpen(sleep)).toBe(true);
    await clock.advance(1);
    expect(await isOpen(sleep)).toBe(false);
  });

  it('wakes sleepers in order, each at its own time, and those that sleep again too', async () => {
    const clock = createManualClock(0);
    const seen: string[] = [];
    const every = async (name: string, ms: number) => {
      for (;;) {
        await clock.sleep(ms);
        seen.push(`${name}@${clock.now()}`);
      }
    };
    void every('a', 20);
    void every('b', 30);
    await clock.advance(60);
    expect(seen).toEqual(['a@20', 'b@30', 'a@40', 'b@60', 'a@60']);
    expect(clock.now()).toBe(60);
  });

  it('ends a sleep at once and without error when its signal aborts', async () => {
    const clock = createManualClock(0);
    const abort = new AbortController();
    const sleep = clock.sleep(1_000, abort.signal);
    abort.abort();
    await sleep;
    await clock.sleep(1_000, abort.signal);
    expect(clock.sleeping()).toBe(0);
  });

  it('jumps without waking anyone', async () => {
    const clock = createManualClock(1_000);
    const sleep = clock.sleep(10);
    clock.jump(0);
    await clock.advance(500);
    expect(await isOpen(sleep)).toBe(true);
    clock.jump(5_000);
    expect(await isOpen(sleep)).toBe(true);
    await clock.advance(0);
    expect([await isOpen(sleep), clock.now()]).toEqual([false, 5_000]);
  });
});

describe('the memory queue', () => {
  it('hands out the message that has been due longest, and shows what waits', async () => {
    const clock = createManualClock(0);
    const queue = createMemoryQueue(clock);
    await queue.send('slow', 20);
    await queue.send('fast', 10);
    expect(queue.take()).toBeUndefined();
    expect([queue.messages.length, queue.nextDueAt()]).toEqual([2, 10_000]);
    await clock.advance(30_000);
    expect([queue.take()?.message, queue.take()?.message]).toEqual(['fast', 'slow']);
  });

  it('throws away what nobody receives, also when it is postponed', async () => {
    const clock = createManualClock(0);
    const queue = createMemoryQueue(clock);
    await queue.send('now');
    const receipt = await queue.send('later', 60);
    await clock.advance(MESSAGE_SECONDS * 1_000 - 1);
    expect(queue.messages).toHaveLength(2);
    const postponed = await queue.postpone(receipt, 300);
    await clock.advance(1);
    expect(queue.messages.map(({ message }) => message)).toEqual(['later']);
    await clock.advance(60_000);
    expect(queue.messages).toEqual([]);
    await expect(queue.postpone(postponed, 1)).rejects.toBeInstanceOf(ReceiptLost);
  });
});

describe('injected faults', () => {
  const world = (fault: Fault) => {
    const store = createMemoryStore();
    const faulty = withFaults(store, (method) => (method === 'commit' ? fault : 'none'));
    return { store, commit: () => faulty.commit('runs', 'p', put), faulty };
  };
  const isThere = async (store: ReturnType<typeof createMemoryStore>) =>
    (await store.read('runs', 'p', 'k')) !== undefined;

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('`%s` rejects, with the call carried out: %s', async (fault, done) => {
    const { store, commit } = world(fault);
    await expect(commit()).rejects.toBeInstanceOf(InjectedFault);
    expect(await isThere(store)).toBe(done);
  });

  it.each([
    ['hang', false],
    ['hang-after', true],
  ] as const)('`%s` never answers, with the call carried out: %s', async (fault, done) => {
    const { store, commit } = world(fault);
    expect(await isOpen(commit())).toBe(true);
    expect(await isThere(store)).toBe(done);
  });

  it('changes nothing without a fault, and passes real errors on', async () => {
    const { store, commit, faulty } = world('none');
    expect((await commit()).has('k')).toBe(true);
    expect(await faulty.read('runs', 'p', 'k')).toEqual(await store.read('runs', 'p', 'k'));
    await expect(faulty.read('runs', 'p', '/')).rejects.toThrow(RangeError);
  });

  it('awaits the hook before and after the real call, also when that fails', async () => {
    const seen: string[] = [];
    const store = createMemoryStore();
    const faulty = withFaults(store, () => 'none', {
      onCall: async (method, phase) => {
        await Promise.resolve();
        seen.push(`${method} ${phase} ${await isThere(store)}`);
      },
    });
    await faulty.commit('runs', 'p', put);
    await faulty.read('runs', 'p', '/').catch(() => {});
    expect(seen).toEqual([
      'commit before false',
      'commit after true',
      'read before true',
      'read after true',
    ]);
  });

  const logs = {
    async *readLog(_pod: string, options: { signal?: AbortSignal } = {}) {
      yield 'a';
      yield 'b';
      options.signal?.throwIfAborted();
      yield 'c';
    },
  };
  const collect = async (plan: (method: string, index: unknown) => Fault) => {
    const seen: string[] = [];
    const faulty = withFaults(logs, (method, args) => plan(method, args[0]));
    try {
      for await (const chunk of faulty.readLog('pod')) seen.push(chunk);
    } catch (error) {
      seen.push((error as Error).name);
    }
    return seen;
  };

  it.each<[string, (method: string, index: unknown) => Fault, string[]]>([
    ['without a fault', () => 'none', ['a', 'b', 'c']],
    ['before it starts', (method) => (method === 'readLog' ? 'before' : 'none'), ['InjectedFault']],
    [
      'in place of its end',
      (method) => (method === 'readLog' ? 'after' : 'none'),
      ['a', 'b', 'c', 'InjectedFault'],
    ],
    ['before a chunk', (_, index) => (index === 1 ? 'before' : 'none'), ['a', 'InjectedFault']],
    ['after a chunk', (_, index) => (index === 1 ? 'after' : 'none'), ['a', 'b', 'InjectedFault']],
  ])('cuts a stream %s', async (_what, plan, want) => {
    expect(await collect(plan)).toEqual(want);
  });

  it('takes the watch on pods for a stream, with the signal as an argument of its own', async () => {
    const port = {
      async *watchPods(_run: string, _signal: AbortSignal) {
        yield 'a';
      },
    };
    const plan = (wanted: Fault) => (method: string) => (method === 'watchPods' ? wanted : 'none');
    const { signal } = new AbortController();
    const seen: string[] = [];
    for await (const pods of withFaults(port, plan('none')).watchPods('r', signal)) seen.push(pods);
    expect(seen).toEqual(['a']);

    const abort = new AbortController();
    const hanging = withFaults(port, plan('hang')).watchPods('r', abort.signal);
    const next = hanging[Symbol.asyncIterator]().next();
    expect(await isOpen(next)).toBe(true);
    abort.abort();
    await expect(next).rejects.toThrow();
  });

  it('lets a hanging stream end when its reader aborts', async () => {
    const abort = new AbortController();
    const faulty = withFaults(logs, (method) => (method === 'readLog' ? 'hang' : 'none'));
    const next = faulty.readLog('pod', { signal: abort.signal })[Symbol.asyncIterator]().next();
    expect(await isOpen(next)).toBe(true);
    abort.abort();
    await expect(next).rejects.toThrow();
  });

  it('closes the real stream when the reader stops early', async () => {
    let closed = false;
    const port = {
      async *readLog() {
        try {
          yield 1;
          yield 2;
        } finally {
          closed = true;
        }
      },
    };
    for await (const _ of withFaults(port, () => 'none').readLog()) break;
    expect(closed).toBe(true);
  });

  it('wraps ports that a port returns, the same one for the same one', async () => {
    const store = createMemoryStore();
    const clusters = withFaults({ connect: () => store }, (m) =>
      m === 'read' ? 'before' : 'none',
    );
    expect(clusters.connect()).toBe(clusters.connect());
    await expect(clusters.connect().read('runs', 'p', 'k')).rejects.toBeInstanceOf(InjectedFault);
  });
});

describe('the store with latencies', () => {
  const parts = () => {
    const clock = createManualClock(0);
    const inner = createMemoryStore();
    return { clock, inner, store: withLatency(inner, clock, () => 0.5) };
  };

  it('takes the times of Azure Tables: a read 6 ms, a commit 8, a list 4 and 0.055 a row', async () => {
    const { clock, inner, store } = parts();
    await inner.commit('runs', 'p', put);
    const took = async (act: Promise<unknown>): Promise<number> => {
      const from = clock.now();
      while (await isOpen(act)) await clock.advance((clock.nextDueAt() ?? 0) - clock.now());
      return Number((clock.now() - from).toFixed(3));
    };
    expect(await took(store.read('runs', 'p', 'k'))).toBe(6);
    expect(await took(store.commit('runs', 'p', put))).toBe(8);
    expect(await took(store.list('runs', 'p', { limit: 10 }))).toBe(4.055);
  });

  it('takes effect half-way, for better and for worse', async () => {
    const { clock, inner, store } = parts();
    const first = store.commit('runs', 'p', [{ op: 'insert', key: 'k', values: {} }]);
    const second = store.commit('runs', 'p', [{ op: 'insert', key: 'k', values: {} }]);
    second.catch(() => undefined);
    await clock.advance(3.9);
    expect(inner.dump('runs')).toEqual([]);
    await clock.advance(0.2);
    expect(inner.dump('runs')).toHaveLength(1);
    expect(await isOpen(first)).toBe(true);
    await clock.advance(4);
    await first;
    await expect(second).rejects.toThrow('exists');
  });
});
