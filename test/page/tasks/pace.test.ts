/** When the list of tasks is read again. */
import { expect, it } from 'vitest';
import { createPace } from '../../../src/page/screens/run/tasks/live/pace.ts';

function made() {
  let now = 0;
  let calls: { at: number; call: () => void }[] = [];
  const ends: (() => void)[] = [];
  const pace = createPace({
    now: () => now,
    later(ms, call) {
      const entry = { at: now + ms, call };
      calls.push(entry);
      return () => (calls = calls.filter((each) => each !== entry));
    },
    read: () => new Promise<void>((resolve) => ends.push(resolve)),
  });
  /** Lets `ms` pass. */
  const pass = (ms: number): void => {
    now += ms;
    const due = calls.filter(({ at }) => at <= now);
    calls = calls.filter(({ at }) => at > now);
    for (const { call } of due) call();
  };
  /** The read that goes on ends. */
  const end = async (): Promise<void> => {
    ends.at(-1)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { pace, pass, end, reads: () => ends.length };
}

it('reads at once, then once more for all that was asked for meanwhile, after a rest', async () => {
  const { pace, pass, end, reads } = made();
  pace.ask();
  pass(0);
  expect(reads()).toBe(1);
  for (let more = 0; more < 5; more += 1) pace.ask();
  pass(100);
  expect(reads()).toBe(1);
  await end();
  pass(2_999);
  expect(reads()).toBe(1);
  pass(1);
  expect(reads()).toBe(2);
  await end();
  pass(60_000);
  expect(reads()).toBe(2);
});

it('rests longer after a read that took long', async () => {
  const { pace, pass, end, reads } = made();
  pace.ask();
  pass(0);
  pass(1_000);
  await end();
  pace.ask();
  pass(9_999);
  expect(reads()).toBe(1);
  pass(1);
  expect(reads()).toBe(2);
});

it('waits for nothing where somebody does, also while it reads', async () => {
  const { pace, pass, end, reads } = made();
  pace.ask();
  pass(0);
  pace.askNow();
  expect(reads()).toBe(1);
  await end();
  pass(0);
  expect(reads()).toBe(2);
  await end();
  pace.askNow();
  pass(0);
  expect(reads()).toBe(3);
});

it('reads no more once it has ended', async () => {
  const { pace, pass, end, reads } = made();
  pace.ask();
  pass(0);
  pace.ask();
  pace.end();
  await end();
  pass(60_000);
  expect(reads()).toBe(1);
});
