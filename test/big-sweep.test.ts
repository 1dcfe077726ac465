/** The deletion of very many old runs, in the model of Azure Tables. Not among the tests of the engine: each mutant would pay for it. */
import { expect, test } from 'vitest';
import { SWEEP_PAUSE_MS, SWEEP_SLICE_MS } from '../src/core/retention-limits.ts';
import { timerTick } from '../src/engine/reconcile/timer.ts';
import { bigSweep } from './engine/retention/big-sweep.ts';

const MINUTE_MS = 60_000;
const ALL = 100_000;

test('of 100,000 runs the 40,000 old ones are deleted within the hour, and ticks stay in time', {
  // Real time, of which it needs a fraction: the figures are in virtual time.
  timeout: 900_000,
}, async () => {
  const old = ALL * 0.4;
  const { model, world, held, young } = await bigSweep({ old, young: ALL - old });
  const took: number[] = [];
  /** Whether the sweep pauses now: it has looked at everything. */
  const tick = async (): Promise<boolean> => {
    const began = model.clock.now();
    await model.drive(timerTick(world));
    took.push(model.clock.now() - began);
    await model.clock.advance(Math.max(0, began + MINUTE_MS - model.clock.now()));
    const row = await model.store.read('meta', 'meta', 'retention');
    return Number(JSON.parse(String(row?.values['body'])).next_at) > 0;
  };
  while (!(await tick()) && took.length < 100);
  console.info(`${ALL} runs: ${took.length} ticks, the longest ${Math.max(...took)} ms`);
  expect(took.length).toBeLessThan(60);
  // What slices had no time for.
  await model.clock.advance(SWEEP_PAUSE_MS);
  await tick();
  expect(Math.max(...took)).toBeLessThan(SWEEP_SLICE_MS + 1_000);
  const keys = model.store.dump('idempotency').map(({ values }) => values['run_id']);
  const kept = [...held, ...young];
  const left = new Set(model.store.dump('runs').map(({ partition }) => partition));
  expect(left).toEqual(new Set(kept));
  expect(model.blobs.list()).toHaveLength(kept.length);
  expect(keys.every((id) => held.includes(String(id)))).toBe(true);
  expect(keys).toHaveLength(held.length);
  const lists = model.store.dump('index').filter(({ key }) => key.startsWith('all!'));
  expect(lists).toHaveLength(kept.length);
});
