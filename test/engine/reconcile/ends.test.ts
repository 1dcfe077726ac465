/** How runs end whose drivers are ended from outside, and what is said of them. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { noteReachability } from '../../../src/engine/catalogue/reachability.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const LONG: Script = { lines: [{ at: 0, text: 'up' }], endsAt: 600_000, exitCode: 0 };

async function started(script: Script) {
  const parts = memoryWorld({ script: () => script });
  const { run } = await submitRun(parts.world, { domain, request: request() });
  const state = async () => (await getRun(parts.world, domain, run.run_id)).state;
  await passTime(parts, 3_000);
  expect(await state()).toBe('running');
  return { ...parts, runId: run.run_id, state };
}

test('a drained driver that ends with 0 has not succeeded', async () => {
  const { world, clock, cluster, runId, state } = await started({ ...LONG, termCode: 0 });
  cluster.disrupt(runId, 'EvictionByEvictionAPI');
  await tickUntil(world, clock, async () => (await state()) === 'failed');
  expect(await getRun(world, domain, runId)).toMatchObject({
    exit_code: 0,
    reason: { code: 'drained' },
  });
});

test('a driver that was seen to be drained is not lost when its pod is gone', async () => {
  const parts = await started({ ...LONG, termMs: 20_000 });
  parts.cluster.disrupt(parts.runId, 'EvictionByEvictionAPI');
  await passTime(parts, 5_000);
  expect(await getRun(parts.world, domain, parts.runId)).toMatchObject({
    state: 'running',
    reason: { code: 'drained' },
  });
  parts.cluster.deleteByHand(parts.runId);
  await passTime(parts, 60_000);
  expect(await getRun(parts.world, domain, parts.runId)).toMatchObject({
    state: 'failed',
    reason: { code: 'drained' },
  });
  const { events } = await readEvents(parts.world, domain, parts.runId, { after: 0, limit: 1_000 });
  expect(events.at(-1)).toMatchObject({ type: 'complete', data: { reason: { code: 'drained' } } });
});

test('a run that has ended is not shown as one whose cluster cannot be reached', async () => {
  const parts = await started({ ...LONG, endsAt: 4_000 });
  await passTime(parts, 10_000);
  await noteReachability(parts.world, domain, 'default', {
    problem: 'connect ECONNREFUSED',
    ofRight: false,
  });
  expect(await getRun(parts.world, domain, parts.runId)).toMatchObject({
    state: 'succeeded',
    reachable: true,
    reason: null,
  });
});
