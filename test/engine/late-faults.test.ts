/** Faults that come late or stay: they harm no other run, and nothing that another instance has begun. */
import { expect, test } from 'vitest';
import { getRun } from '../../src/engine/runs.ts';
import { submitRun } from '../../src/engine/submit.ts';
import { tick } from '../../src/engine/tick.ts';
import { memoryWorld, request, tickUntil } from '../support/world.ts';

const domain = 'default';

test('a run whose row cannot be read stops no other run', async () => {
  const { world, clock, store } = memoryWorld();
  const damaged = await submitRun(world, { domain, request: request({ lane: 'one' }) });
  const healthy = await submitRun(world, { domain, request: request({ lane: 'two' }) });
  const values = { state: 'running', body: 'no JSON' };
  await store.commit('runs', damaged.run.run_id, [{ op: 'put', key: 'run', values }]);
  expect(await tick(world)).toMatchObject({ runs: 2, failed: 1 });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, healthy.run.run_id)).state === 'succeeded',
  );
});
