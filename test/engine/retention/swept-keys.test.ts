/** Idempotency keys live as long as their runs. */
import { expect, test } from 'vitest';
import { withFaults } from '../../../src/adapters/memory/faults.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { sweepSlice } from '../../../src/engine/reconcile/retention/sweep.ts';
import type { World } from '../../../src/ports/world.ts';
import { cleanUp, memoryWorld, otherInstance, request } from '../../support/world.ts';
import { DOMAIN, days, keeping, sweepAll } from './support.ts';

test('keys of attached requests, and those whose run was never recorded, go by age', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 30);
  const attach = request({ on_busy: 'attach' });
  const first = await submitRun(world, { domain: DOMAIN, request: attach });
  const idempotency = { key: 'attached', body: attach };
  const second = await submitRun(world, { domain: DOMAIN, request: attach, idempotency });
  expect(second.run.run_id).toBe(first.run.run_id);
  const lost: World = {
    ...otherInstance(world),
    store: withFaults(world.store, (method, [table]) =>
      method === 'commit' && table === 'work' ? 'before' : 'none',
    ),
  };
  const other = { key: 'lost', body: request({ lane: 'x' }) };
  await expect(
    submitRun(lost, { domain: DOMAIN, request: other.body, idempotency: other }),
  ).rejects.toThrow();
  await cleanUp(memory);
  expect(memory.store.dump('idempotency')).toHaveLength(2);
  await memory.clock.advance(days(29));
  await sweepAll(memory, world);
  expect(memory.store.dump('idempotency')).toHaveLength(2);
  await memory.clock.advance(days(2));
  await sweepAll(memory, world);
  expect(memory.store.dump('idempotency')).toEqual([]);
  // Tombstones of what was never recorded go a day later.
  await memory.clock.advance(days(2));
  await sweepAll(memory, world);
  expect(memory.store.dump('runs')).toEqual([]);
});

test('a start that stalls while its old key is swept takes a new id', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  const body = request();
  const idempotency = { key: 'key', body };
  const lost: World = {
    ...otherInstance(world),
    store: withFaults(world.store, (method, [table]) =>
      method === 'commit' && table === 'work' ? 'before' : 'none',
    ),
  };
  await expect(submitRun(lost, { domain: DOMAIN, request: body, idempotency })).rejects.toThrow();
  await memory.clock.advance(days(3));
  // The request comes again, has read the key, and stalls before it records the run.
  let resume = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (resume = resolve));
  const slow: World = {
    ...otherInstance(world),
    store: {
      ...world.store,
      async commit(...args) {
        if (args[0] === 'runs') await stalled;
        return world.store.commit(...args);
      },
    },
  };
  const late = submitRun(slow, { domain: DOMAIN, request: body, idempotency });
  await new Promise((resolve) => setImmediate(resolve));
  expect((await sweepSlice(world, { budgetMs: 5_000 }))?.deleted.keys).toBe(1);
  resume();
  const { run } = await late;
  const replayed = await submitRun(world, { domain: DOMAIN, request: body, idempotency });
  expect(replayed.run.run_id).toBe(run.run_id);
});
