/** Many who read one run without Web PubSub: they must not keep the store from taking its log. */
import { expect, test } from 'vitest';
import type { ManualClock } from '../../../src/adapters/memory/clock.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { waitForEvents } from '../../../src/engine/queries/wait-events.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';

/** A run in the queue: nothing happens to it, and nobody follows it. */
async function waiting(world: World) {
  const [, { run }] = [
    await submitRun(world, { domain, request: request() }),
    await submitRun(world, { domain, request: request({ on_busy: 'queue' }) }),
  ];
  return run;
}

/** The world with a store that takes 5 ms to answer, and how often it was asked. */
function counted(world: World) {
  const calls = { reads: 0 };
  const asked = async <T>(answer: () => Promise<T>): Promise<T> => {
    calls.reads += 1;
    await world.clock.sleep(5);
    return answer();
  };
  const store: World['store'] = {
    ...world.store,
    read: (...args) => asked(() => world.store.read(...args)),
    list: (...args) => asked(() => world.store.list(...args)),
  };
  return { calls, world: { ...world, store } };
}

/** Lets time pass in steps in which all that waits for the store gets on. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 50) {
    await clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Reads as an event stream does, until it has `last`. */
async function reader(world: World, runId: string, last: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let after = 0; after < last; after = seqs.at(-1) ?? 0) {
    const page = await waitForEvents(world, domain, runId, { after, limit: 9, waitMs: 15_000 });
    seqs.push(...page.events.map(({ seq }) => seq));
  }
  return seqs;
}

test('a hundred readers of one run cost the store what a few do, and each gets every event', async () => {
  const { world, clock } = memoryWorld();
  const run = await waiting(world);
  const { calls, world: counting } = counted(world);
  const first = (await readRun(world, run.run_id))?.run.last_seq ?? 0;
  const readers = Array.from({ length: 100 }, () => reader(counting, run.run_id, first + 20));
  for (let n = 0; n < 20; n += 1) {
    await pass(clock, 1_000);
    const stored = await readRun(world, run.run_id);
    const draft = { type: 'error', data: { message: String(n) } } as const;
    if (stored) await changeRun(world, stored, {}, [draft]);
  }
  await pass(clock, 1_000);
  const all = Array.from({ length: first + 20 }, (_, index) => index + 1);
  for (const seqs of await Promise.all(readers)) expect(seqs).toEqual(all);
  // Some fifteen looks a second and one page for each event, whoever reads; each for itself they were 21,500.
  expect(calls.reads).toBeLessThan(500);
});

test('a reader does not wait for another one, and ends when its time is up', async () => {
  const { world, clock } = memoryWorld();
  const run = await waiting(world);
  const { last_seq } = (await readRun(world, run.run_id))?.run ?? { last_seq: 0 };
  const started = clock.now();
  const wait = async (waitMs: number): Promise<number> => {
    const options = { after: last_seq, limit: 9, waitMs };
    const page = await waitForEvents(world, domain, run.run_id, options);
    expect(page).toEqual({ events: [], last_seq, complete: false });
    return clock.now() - started;
  };
  const waits = [wait(2_000), wait(10_000), wait(100)];
  await pass(clock, 20_000);
  const [two = 0, ten = 0, short = 0] = await Promise.all(waits);
  expect([two, ten, short].map((ms) => Math.round(ms / 1_000))).toEqual([2, 10, 0]);
  await expect(
    waitForEvents(world, 'other', run.run_id, { after: 0, limit: 9, waitMs: 0 }),
  ).rejects.toMatchObject({ code: 'not_found' });
});
