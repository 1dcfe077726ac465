/** Logs are compacted by messages, in slices; the timer, and a kill, lose little. */
import { expect, test } from 'vitest';
import { withLatency } from '../../../src/adapters/memory/latency.ts';
import { eventKey } from '../../../src/core/events/event-row.ts';
import { TICK_BUDGET_MS } from '../../../src/core/limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { eventsFrom } from '../../../src/engine/events/events.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import { newWork, putWork } from '../../../src/engine/store/work.ts';
import type { World } from '../../../src/ports/world.ts';
import { randomOf } from '../../support/chaos.ts';
import { modelOfTables } from '../../support/model.ts';
import { otherInstance, request } from '../../support/world.ts';

const DOMAIN = 'default';

/** A run that is over but for its log of so many events, of which each holds so much text. */
async function over(model: ReturnType<typeof modelOfTables>, count: number, size: number) {
  const { world } = model;
  const { run } = await submitRun(world, { domain: DOMAIN, request: request() });
  const message = 'x'.repeat(size);
  const at = new Date(world.clock.now()).toISOString();
  const values = { type: 'error', at, line: 0, byte: 0, data: JSON.stringify({ message }) };
  const first = (await readRun(world, run.run_id))?.run.last_seq ?? 0;
  for (let next = first + 1; next <= count; next += 100) {
    const part = Array.from({ length: Math.min(100, count + 1 - next) }, (_, index) => index);
    await world.store.commit(
      'runs',
      run.run_id,
      part.map((index) => ({ op: 'put', key: eventKey(next + index), values })),
    );
  }
  const stored = await readRun(world, run.run_id);
  if (!stored) throw new Error('the run is gone');
  const ended = { state: 'failed', finished_at: at, released: true, swept: true } as const;
  const change = { ...ended, last_seq: count, delivered: { publish: count } };
  // The count of events is what a change derives; here it is set by hand.
  const body = JSON.stringify({ ...stored.run, ...change });
  const row = { state: 'failed', last_seq: count, body };
  await world.store.commit('runs', run.run_id, [{ op: 'put', key: 'run', values: row }]);
  model.queue.clear();
  await putWork(world, { ...newWork(stored.run), attempts: 3, compacting_until: 1 });
  return run.run_id;
}

/** The instance with blobs that take so long. */
const slowBlobs = (world: World, ms: number): World => ({
  ...world,
  blobs: {
    ...world.blobs,
    put: (...args) => world.clock.sleep(ms).then(() => world.blobs.put(...args)),
    get: (...args) => world.clock.sleep(ms).then(() => world.blobs.get(...args)),
  },
});

const archived = async (world: World, runId: string): Promise<number> =>
  (await readRun(world, runId))?.run.archived_seq ?? 0;

test('a log of 1,000,000 events is compacted in slices, and never keeps the timer', async () => {
  const model = modelOfTables({ instances: 2, seed: 14 });
  const [follower, timer] = model.worlds as [World, World];
  const runId = await over(model, 1_000_000, 40);
  await model.drive(tick(timer));
  expect(model.queue.messages).toHaveLength(1);
  let slices = 0;
  for (let next = model.queue.take(); next; next = model.queue.take(), slices += 1) {
    const began = model.clock.now();
    await model.drive(handleMessage(follower, next.message));
    expect(model.clock.now() - began).toBeLessThanOrEqual(31_000);
    const again = model.clock.now();
    await model.drive(tick(timer));
    // While a message is at it, the timer does not even read the run.
    expect(model.clock.now() - again).toBeLessThan(100);
  }
  expect(slices).toBeGreaterThan(1);
  expect(model.store.dump('work')).toEqual([]);
  const { run } = (await readRun(model.world, runId)) ?? {};
  if (!run) throw new Error('the run is gone');
  const left = await model.store.list('runs', runId, { from: 'e.', before: 'e.~', limit: 1 });
  expect(left).toEqual([]);
  for (const after of [0, 17_000, 500_000, 999_990]) {
    const events = await eventsFrom(model.world, run, after, 10);
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: Math.min(10, 1_000_000 - after) }, (_, index) => after + 1 + index),
    );
  }
}, 120_000);

test('a kill in the middle costs one segment', async () => {
  const model = modelOfTables({ instances: 1, seed: 15 });
  const [first] = model.worlds as [World];
  const runId = await over(model, 2_000, 14_000);
  let puts = 0;
  const killed: World = {
    ...otherInstance(first),
    blobs: {
      ...first.blobs,
      put: (...args) => ((puts += 1) < 6 ? first.blobs.put(...args) : new Promise(() => undefined)),
    },
  };
  const message = { kind: 'compact', run_id: runId };
  const dying = model.drive(handleMessage(killed, message)).catch(() => undefined);
  await dying;
  const kept = await archived(model.world, runId);
  expect(kept).toBeGreaterThan(600);
  const second = otherInstance(first);
  const names: string[] = [];
  const put: World['blobs']['put'] = (name, ...rest) => {
    names.push(name);
    return first.blobs.put(name, ...rest);
  };
  await model.drive(handleMessage({ ...second, blobs: { ...first.blobs, put } }, message));
  // It goes on where the other one was.
  expect(names[0]).toContain(`/${String(kept + 1).padStart(12, '0')}-`);
  expect(await archived(model.world, runId)).toBe(2_000);
  expect(model.store.dump('work')).toEqual([]);
});

test('28 MiB and a slow blob store: the timer alone does it, within its budget, after everything else', async () => {
  const model = modelOfTables({ instances: 1, seed: 16 });
  const [instance] = model.worlds as [World];
  const runId = await over(model, 2_000, 14_000);
  const slow = slowBlobs({ ...instance, queue: { ...instance.queue, off: true } }, 5_000);
  for (let ticks = 0; model.store.dump('work').length > 0; ticks += 1) {
    expect(ticks).toBeLessThan(40);
    const { duration_ms } = await model.drive(tick(slow));
    expect(duration_ms).toBeLessThan(TICK_BUDGET_MS / 3);
  }
  expect(await archived(model.world, runId)).toBe(2_000);
});

test('a message that is lost is asked for again', async () => {
  const model = modelOfTables({ instances: 1, seed: 17 });
  const [instance] = model.worlds as [World];
  await over(model, 2_000, 14_000);
  const slow = slowBlobs(instance, 5_000);
  await model.drive(tick(slow));
  expect(model.queue.take()?.message).toMatchObject({ kind: 'compact' });
  for (let minute = 0; minute < 4 && model.queue.messages.length === 0; minute += 1) {
    await model.clock.advance(60_000);
    await model.drive(tick(slow));
  }
  expect(model.queue.messages).toHaveLength(1);
});

test('while no message can be sent, the next pass continues', async () => {
  const model = modelOfTables({ instances: 1, seed: 21 });
  const [instance] = model.worlds as [World];
  await over(model, 2_000, 14_000);
  const send = (): Promise<never> => Promise.reject(new Error('the queue is away'));
  const slow = slowBlobs({ ...instance, queue: { ...instance.queue, send } }, 5_000);
  for (let ticks = 0; model.store.dump('work').length > 0; ticks += 1) {
    expect(ticks).toBeLessThan(40);
    await model.drive(tick(slow));
  }
});

test('an instance compacts one log at a time', async () => {
  const model = modelOfTables({ instances: 1, seed: 18 });
  const [instance] = model.worlds as [World];
  const runs = [await over(model, 50, 10), await over(model, 50, 10), await over(model, 50, 10)];
  let [now, most] = [0, 0];
  const counting: World = {
    ...instance,
    blobs: {
      ...instance.blobs,
      async put(...args) {
        now += 1;
        most = Math.max(most, now);
        await instance.clock.sleep(1_000);
        now -= 1;
        return instance.blobs.put(...args);
      },
    },
  };
  const messages = runs.map((run_id) => handleMessage(counting, { kind: 'compact', run_id }));
  await model.drive(Promise.all(messages));
  expect(most).toBe(1);
  expect(model.store.dump('work')).toEqual([]);
});

test('a row that is removed by nobody is no reason to stop: what is gone already is skipped', async () => {
  const model = modelOfTables({ instances: 1, seed: 19 });
  const { world } = model;
  const runId = await over(model, 250, 10);
  const store = withLatency(model.store, model.clock, randomOf(1));
  let commits = 0;
  const dying: World = {
    ...otherInstance(world),
    store: {
      ...store,
      // The segment is stored, one of the three removals happens, then the instance is gone.
      commit: (...args) =>
        (commits += 1) === 1 || commits === 3
          ? store.commit(...args)
          : new Promise(() => undefined),
    },
  };
  const message = { kind: 'compact', run_id: runId };
  await model.drive(handleMessage(dying, message)).catch(() => undefined);
  await model.drive(handleMessage(otherInstance(world), message));
  const left = await model.store.list('runs', runId, { from: 'e.', before: 'e.~', limit: 1 });
  expect(left).toEqual([]);
  expect(model.store.dump('work')).toEqual([]);
});

test('changes of a run that is being compacted are kept', async () => {
  const model = modelOfTables({ instances: 1, seed: 20 });
  const { world } = model;
  const runId = await over(model, 300, 10);
  const stored = await readRun(world, runId);
  if (!stored) throw new Error('the run is gone');
  await model.drive(handleMessage(world, { kind: 'compact', run_id: runId }));
  const after = await readRun(world, runId);
  if (!after) throw new Error('the run is gone');
  const { run } = await changeRun(world, after, {}, [{ type: 'error', data: { message: 'late' } }]);
  const events = await eventsFrom(world, run, 298, 10);
  expect(events.map(({ seq }) => seq)).toEqual([299, 300, 301]);
});
