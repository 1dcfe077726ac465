/** A request that is repeated with its key, whatever has changed meanwhile. */
import { describe, expect, test } from 'vitest';
import { POLICIES } from '../../../src/core/access/policy.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { LANE_QUEUE_MAX } from '../../../src/core/limits.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance, request, stalling } from '../../support/world.ts';

const domain = 'default';
const ENTRY = { name: 'solo', kind: 'container', container: { image: 'busybox:1.37' } };
const STRICT = { ...ENTRY, params_schema: { type: 'object', required: ['genome'] } };

const create = (world: World) => pipelines.create(world, domain, Pipeline.parse(ENTRY));
const change = (world: World, entry: object) =>
  pipelines.change(world, domain, Pipeline.parse(entry));

const ask = (world: World, change: object = {}, key = 'k') => {
  const body = { pipeline: 'solo', ...change };
  return submitRun(world, {
    domain,
    request: RunRequest.parse(body),
    idempotency: { key, body },
  });
};

describe('a repeated request', () => {
  test.each([
    ['an entry with a stricter schema', (world: World) => change(world, STRICT)],
    ['an entry that is gone', (world: World) => pipelines.remove(world, domain, 'solo')],
    [
      'a closed policy',
      (world: World) => writePolicy(world, domain, { ...POLICIES.closed, images: ['none/*'] }),
    ],
  ])('comes to its run in spite of %s', async (_, meanwhile) => {
    const { world } = memoryWorld();
    await create(world);
    const first = await ask(world);
    await meanwhile(world);
    expect(await ask(world)).toMatchObject({
      outcome: 'replayed',
      run: { run_id: first.run.run_id },
    });
  });

  test('comes to its run in a lane that is full by now', async () => {
    const { world, store } = memoryWorld();
    await create(world);
    const first = await ask(world);
    const [row] = store.dump('lanes');
    const lane = { ...JSON.parse(String(row?.values['body'])), queued: LANE_QUEUE_MAX };
    await store.commit('lanes', `${domain}.default`, [
      { op: 'put', key: 'lane', values: { body: JSON.stringify(lane) } },
    ]);
    expect((await ask(world)).run.run_id).toBe(first.run.run_id);
  });

  test('says what it said: attached to that run, and whether it differs', async () => {
    const { world } = memoryWorld();
    await create(world);
    const { run } = await ask(world, {}, 'first');
    const told = { outcome: 'attached', differs: false, run: { run_id: run.run_id } };
    expect(await ask(world, { on_busy: 'attach' })).toMatchObject(told);
    await change(world, { ...STRICT, params: { other: 1 } });
    expect(await ask(world, { on_busy: 'attach' })).toMatchObject(told);
  });

  test('finishes what the first one left half done, with what it recorded', async () => {
    const { world } = memoryWorld();
    await create(world);
    const dying: World = {
      ...world,
      store: {
        ...world.store,
        async read(table, partition, key) {
          if (table === 'runs') throw new Error('the instance is gone');
          return world.store.read(table, partition, key);
        },
      },
    };
    await expect(ask(dying)).rejects.toMatchObject({ name: 'Unsettled' });
    await change(world, STRICT);
    expect(await ask(world)).toMatchObject({ outcome: 'replayed', run: { state: 'starting' } });
  });
});

test('two at once with one key come to one run', async () => {
  const { world, store } = memoryWorld();
  await create(world);
  const both = await Promise.all([ask(world), ask(world)]);
  expect(both[0].run.run_id).toBe(both[1].run.run_id);
  expect(store.dump('runs').filter(({ key }) => key === 'run')).toHaveLength(1);
});

test('a request that finds the run of its key recorded in this moment comes to it', async () => {
  const { world, store } = memoryWorld();
  await create(world);
  const { slow, resume } = stalling(world, 'runs');
  const first = ask(slow);
  while (store.dump('work').length === 0) await new Promise((turn) => setImmediate(turn));
  // Looked for, and not there yet: then the first request records it.
  let looked = false;
  const second: World = {
    ...otherInstance(world),
    store: {
      ...world.store,
      async read(table, partition, key) {
        const row = await world.store.read(table, partition, key);
        if (table === 'runs' && key === 'run' && !looked) {
          looked = true;
          resume();
          await first;
        }
        return row;
      },
    },
  };
  const both = [await ask(second), await first];
  expect(looked).toBe(true);
  expect(new Set(both.map(({ run }) => run.run_id)).size).toBe(1);
  expect(store.dump('runs').filter(({ key }) => key === 'run')).toHaveLength(1);
});

test('a first request that stalls comes to the run to which a repeated one was attached meanwhile', async () => {
  const { world, clock, store } = memoryWorld();
  await create(world);
  const { slow, resume } = stalling(world, 'runs');
  const first = ask(slow, { on_busy: 'attach' });
  while (store.dump('work').length === 0) await clock.advance(0);
  const { run } = await submitRun(world, { domain, request: request() });
  const told = { outcome: 'attached', run: { run_id: run.run_id } };
  expect(await ask(world, { on_busy: 'attach' })).toMatchObject(told);
  // There is a place for the first one, now that it goes on.
  await putLane(world, domain, 'default', { capacity: 2 });
  resume();
  expect(await first).toMatchObject(told);
});

test('a key belongs to its domain and its body, as it was sent', async () => {
  const { world } = memoryWorld();
  const body = request();
  await submitRun(world, {
    domain,
    request: body,
    idempotency: { key: 'k', body: { a: 1, b: 2 } },
  });
  const same = { key: 'k', body: { b: 2, a: 1 } };
  expect((await submitRun(world, { domain, request: body, idempotency: same })).outcome).toBe(
    'replayed',
  );
  await expect(
    submitRun(world, { domain, request: body, idempotency: { key: 'k', body: { a: 1 } } }),
  ).rejects.toMatchObject({ code: 'idempotency_mismatch' });
});
