import type { Clock } from '../../ports/world.ts';

export type ManualClock = Clock & {
  /**
   * Moves time on by `ms`. Sleepers wake in order of their due time, each at its own time, and what they do
   * without further waiting is done before the next one wakes. When no sleeper is due, time has moved as soon as
   * the call returns; otherwise once the promise resolves.
   */
  advance(ms: number): Promise<void>;
  /** Sets the time, also backwards, without waking sleepers: a clock that jumps. */
  jump(toMs: number): void;
  /** Number of sleepers. */
  sleeping(): number;
  /** When the next sleeper is due, or undefined. */
  nextDueAt(): number | undefined;
};

type Sleeper = { readonly dueAt: number; readonly wake: () => void };

/** A clock that stands still until a test moves it. */
export function createManualClock(startMs: number): ManualClock {
  let time = startMs;
  const sleepers = new Set<Sleeper>();
  // Sets keep insertion order, so that equal due times wake in order of falling asleep.
  const next = () =>
    [...sleepers].reduce<Sleeper | undefined>(
      (found, each) => (found && found.dueAt <= each.dueAt ? found : each),
      undefined,
    );

  return {
    now: () => time,
    sleep(ms, signal) {
      if (signal?.aborted || ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { dueAt: time + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
      });
    },
    async advance(ms) {
      const end = time + ms;
      for (let due = next(); due && due.dueAt <= end; due = next()) {
        time = Math.max(time, due.dueAt);
        due.wake();
        await settle();
      }
      time = end;
    },
    jump(toMs) {
      time = toMs;
    },
    sleeping: () => sleepers.size,
    nextDueAt: () => next()?.dueAt,
  };
}

/** Runs everything that waits only for settled promises. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
