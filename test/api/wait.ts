import type { ManualClock } from '../../src/adapters/memory/clock.ts';

/** Everything that can go on without time passing goes on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Moves the clock by `stepMs` whenever someone sleeps, until the promise settles. */
export async function whileWaiting<T>(
  clock: ManualClock,
  stepMs: number,
  promise: Promise<T>,
  each: () => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const state = { open: true };
  const close = () => {
    state.open = false;
  };
  promise.then(close, close);
  while (state.open) {
    await settle();
    if (state.open && clock.sleeping() > 0) {
      await clock.advance(stepMs);
      await each();
    }
  }
  return promise;
}

/** Until someone sleeps on the clock. */
export async function asleep(clock: ManualClock): Promise<void> {
  while (clock.sleeping() === 0) await settle();
}
