/** A run's event log behind a network that loses, doubles, reorders and delays, in virtual time. */

import { SluiceError } from '../../src/client/errors.ts';
import type { Runtime } from '../../src/client/runtime.ts';
import type { WatchState } from '../../src/client/watch/feed.ts';
import type { Push, PushListener } from '../../src/client/watch/push.ts';
import type { EventsQuery, Transports } from '../../src/client/watch/transports.ts';
import { type WatchOptions, watch } from '../../src/client/watch/watch.ts';
import type { EventPage, RunEvent } from '../../src/core/events/event.ts';

export const RUN = 'r0123456789abcde';

/** Event `seq` of a run that has `count`. */
export function event(seq: number, count: number): RunEvent {
  const timestamp = '2026-01-01T00:00:00.000Z';
  const envelope = { seq, run_id: RUN, timestamp };
  if (seq < count) {
    return { ...envelope, type: 'log', data: { lines: [], count: seq } };
  }
  const run = {
    run_id: RUN,
    status: 'succeeded' as const,
    started_at: null,
    finished_at: null,
    job_name: null,
    message: null,
  };
  const data = { status: run.status, reason: null, exit_code: 0, duration_seconds: 1, run };
  return { ...envelope, type: 'complete', data };
}

/** A generator of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Timer = { readonly at: number; readonly ring: () => void };

export type VirtualTime = Runtime & {
  /** Lets time pass, timer by timer, until `until` says so or `ms` are over. */
  pass(ms: number, until?: () => boolean): Promise<void>;
  /** What a page does when it is looked at again. */
  wake(): void;
  /** Timers that are still set. */
  pending(): number;
};

export function virtualTime(random: () => number): VirtualTime {
  let now = 0;
  const timers = new Set<Timer>();
  const wakers = new Set<() => void>();
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    random,
    uniqueKey: () => 'key',
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const timer = { at: now + ms, ring: (): void => done() };
        const done = (): void => {
          timers.delete(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        timers.add(timer);
        signal.addEventListener('abort', done);
        return undefined;
      }),
    onWake(listener) {
      wakers.add(listener);
      return () => wakers.delete(listener);
    },
    wake: () => {
      for (const waker of wakers) waker();
    },
    pending: () => timers.size,
    async pass(ms, until = () => false) {
      const end = now + ms;
      for (;;) {
        await settle();
        if (until()) return;
        const next = [...timers].reduce<Timer | undefined>(
          (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
          undefined,
        );
        if (next === undefined || next.at > end) break;
        now = Math.max(now, next.at);
        next.ring();
      }
      now = end;
    },
  };
}

export type Faults = {
  /** Chance that a message is lost, that it comes twice, that it comes late. */
  lose: number;
  double: number;
  delay: number;
  /** Chance that a request fails. */
  fail: number;
};

/** The server: a growing log, read over "HTTP" and pushed, with faults in both. */
export function createServer(time: VirtualTime, random: () => number, total: number) {
  const faults: Faults = { lose: 0, double: 0, delay: 0, fail: 0 };
  const listeners = new Set<PushListener>();
  const never = new AbortController().signal;
  let written = 0;
  let open = false;
  const calls = { events: 0, stream: 0, resets: 0 };
  const complete = (): boolean => written >= total;

  async function send(message: Parameters<PushListener['onMessage']>[0]): Promise<void> {
    if (random() < faults.delay) await time.sleep(random() * 2_000, never);
    if (!open || random() < faults.lose) return;
    const times = random() < faults.double ? 2 : 1;
    for (let n = 0; n < times; n += 1) for (const one of listeners) one.onMessage(message);
  }

  function page({ after = 0, limit = 500 }: EventsQuery): EventPage {
    const to = Math.min(written, after + limit);
    const events = Array.from({ length: Math.max(0, to - after) }, (_, index) =>
      event(after + index + 1, total),
    );
    return { events, last_seq: written, complete: complete() };
  }

  const push: Push = {
    subscribe(_runId, listener) {
      listeners.add(listener);
      if (open) listener.onOpen();
      return () => listeners.delete(listener);
    },
    reset() {
      calls.resets += 1;
    },
    reconnectNow: () => undefined,
  };

  const transports: Transports = {
    push,
    runtime: time,
    async events(_runId, query) {
      calls.events += 1;
      await time.sleep(20, query.signal ?? never);
      query.signal?.throwIfAborted();
      if (random() < faults.fail) throw new SluiceError('unavailable', 503, 'No');
      const until = time.now() + (query.wait ?? 0) * 1_000;
      while (written <= (query.after ?? 0) && time.now() < until && !complete()) {
        await time.sleep(100, query.signal ?? never);
        query.signal?.throwIfAborted();
      }
      return page(query);
    },
    async stream(_runId, after, signal, onOpen, onValue) {
      calls.stream += 1;
      if (random() < faults.fail) throw new SluiceError('unreachable', 0, 'No');
      onOpen();
      for (let seq = after; !signal.aborted && seq < total; ) {
        if (random() < faults.fail / 10) throw new SluiceError('unreachable', 0, 'Cut');
        while (seq < written) onValue(event((seq += 1), total));
        await time.sleep(100, signal);
      }
    },
  };

  return {
    faults,
    calls,
    transports,
    listeners,
    /** Opens or cuts the live connection. */
    connect(now: boolean) {
      if (open === now) return;
      open = now;
      for (const listener of listeners)
        if (now) listener.onOpen();
        else listener.onDown({ error: undefined, retryMs: 0 });
    },
    /** Writes `count` events and publishes them in one message. */
    write(count: number) {
      const from = written + 1;
      written = Math.min(total, written + count);
      const events = page({ after: from - 1, limit: count }).events;
      if (events.length > 0) void send({ events });
    },
    head() {
      void send({ head: { run_id: RUN, last_seq: written, complete: complete() } });
    },
    complete,
  };
}

/** A viewer that collects; `pace` makes it slow. */
export function view(
  server: ReturnType<typeof createServer>,
  options: WatchOptions = {},
  pace = 0,
) {
  const seqs: number[] = [];
  const states: WatchState[] = [];
  const time = server.transports.runtime;
  const never = new AbortController().signal;
  const iterator = watch(server.transports, RUN, {
    onState: (state) => states.push(state),
    ...options,
  });
  const viewer = { seqs, states, iterator, done: false, error: undefined as unknown };
  void (async () => {
    try {
      for await (const event of iterator) {
        seqs.push(event.seq);
        if (pace > 0) await time.sleep(pace, never);
      }
    } catch (error) {
      viewer.error = error;
    }
    viewer.done = true;
  })();
  return viewer;
}

/** A server with a log of `total` events to come, and its time. */
export function world(total: number, seed = 1) {
  const random = dice(seed);
  const time = virtualTime(random);
  return { random, time, server: createServer(time, random, total) };
}
