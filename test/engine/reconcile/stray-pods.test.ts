/** Pods with the label of a run that its Job did not make: they tell nothing of it, and yet may be a driver of it. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import type { ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const SCRIPT: Script = {
  lines: [
    { at: 0, text: 'one' },
    { at: 9_000, text: 'two' },
  ],
  endsAt: 10_000,
  exitCode: 3,
};

function start(script: Partial<Script> = {}) {
  const parts = memoryWorld({ script: () => ({ ...SCRIPT, ...script }) });
  const { world, clock } = parts;
  return {
    ...parts,
    submit: async () => (await submitRun(world, { domain, request: request() })).run.run_id,
    run: (id: string) => getRun(world, domain, id),
    cancel: (id: string) => cancelRun(world, { domain, runId: id }),
    until: (id: string, state: string) =>
      tickUntil(world, clock, async () => (await getRun(world, domain, id)).state === state, 60),
    lines: async (id: string) => {
      const { events } = await readEvents(world, domain, id, { after: 0, limit: 1_000 });
      return events.flatMap((each) =>
        each.type === 'log' ? each.data.lines.map(({ message }) => message) : [],
      );
    },
  };
}

const forged = (run_id: string, change: Partial<ObservedPod> = {}, exit: number | null = null) =>
  ({
    name: 'forged',
    uid: 'forged-uid',
    run_id,
    job_uid: null,
    role: 'driver',
    phase: exit === null ? 'Running' : 'Succeeded',
    reason: '',
    message: '',
    unscheduled: null,
    deleting: false,
    disruption: null,
    containers: [
      {
        name: 'driver',
        kind: 'main',
        state: exit === null ? 'running' : 'terminated',
        reason: '',
        message: '',
        exit_code: exit,
        started_at: '2026-01-01T00:00:00.000Z',
        finished_at: exit === null ? null : '2026-01-01T00:00:01.000Z',
      },
    ],
    ...change,
  }) satisfies ObservedPod;

test.each([
  ['without an owner', null],
  ['of another Job', 'another-uid'],
])('a pod %s that has ended well ends nothing', async (_whose, job_uid) => {
  const { submit, run, until, lines, cluster, world } = start({ podAfter: 5_000 });
  const id = await submit();
  cluster.plant(forged(id, { job_uid }, 0));
  await tick(world);
  expect((await run(id)).state).toBe('starting');
  await until(id, 'failed');
  expect(await run(id)).toMatchObject({ exit_code: 3, reason: { code: 'exit_code' } });
  expect(await lines(id)).toEqual(['one', 'two']);
});

test('one that runs makes no run `running`, and keeps its place when the driver has ended', async () => {
  const { submit, run, until, cluster, clock, world } = start({ podAfter: 5_000 });
  const [first, second] = [await submit(), await submit()];
  cluster.plant(forged(first));
  await tick(world);
  expect((await run(first)).state).toBe('starting');
  await until(first, 'running');
  await clock.advance(30_000);
  await tick(world);
  expect(await run(first)).toMatchObject({
    state: 'running',
    reason: { code: 'stray_pod', message: expect.stringContaining('(forged)') },
  });
  expect((await run(second)).state).toBe('queued');
  cluster.plant(forged(first, {}, 0));
  await until(first, 'failed');
  expect(await run(first)).toMatchObject({ exit_code: 3, reason: { code: 'exit_code' } });
  await until(second, 'running');
});

test('it is deleted by a cancel, which says so, and only then is the run cancelled', async () => {
  const { submit, run, cancel, until, clock, cluster, world } = start();
  const id = await submit();
  await until(id, 'running');
  // One whose deletion takes its time.
  cluster.plant(forged(id, { deleting: true }));
  await cancel(id);
  for (let second = 0; second < 30; second++) {
    await clock.advance(1_000);
    await tick(world);
  }
  expect((await cluster.list(id)).pods.map(({ name }) => name)).toEqual(['forged']);
  expect(await run(id)).toMatchObject({ state: 'cancelling', reason: { code: 'stray_pod' } });
  cluster.plant(forged(id));
  await until(id, 'cancelled');
  expect((await cluster.list(id)).pods).toEqual([]);
  expect((await run(id)).reason).not.toMatchObject({ code: 'stray_pod' });
});

test('a missing Job is not believed while one runs', async () => {
  const { submit, run, until, clock, cluster, world } = start();
  const id = await submit();
  await until(id, 'running');
  cluster.plant(forged(id));
  cluster.deleteByHand(id);
  for (let second = 0; second < 60; second++) {
    await clock.advance(1_000);
    await tick(world);
  }
  expect(await run(id)).toMatchObject({ state: 'running', reason: { code: 'stray_pod' } });
  cluster.plant(forged(id, {}, 0));
  await until(id, 'failed');
  expect((await run(id)).reason).toMatchObject({ code: 'driver_lost' });
});

test('a driver that was seen under its Job stays the driver when the Job is deleted without it', async () => {
  const { submit, run, until, lines, cluster, world, clock } = start();
  const id = await submit();
  await until(id, 'running');
  cluster.orphanByHand(id);
  await until(id, 'failed');
  expect(await run(id)).toMatchObject({ exit_code: 3, reason: { code: 'exit_code' } });
  expect(await lines(id)).toEqual(['one', 'two']);
  await tickUntil(world, clock, async () => (await cluster.list(id)).pods.length === 0, 60);
});

test('one that was not seen before keeps the place, and is no driver', async () => {
  const { submit, run, until, clock, cluster, world } = start();
  const id = await submit();
  cluster.orphanByHand(id);
  await clock.advance(5_000);
  await tick(world);
  expect(await run(id)).toMatchObject({ state: 'starting', reason: { code: 'stray_pod' } });
  await until(id, 'failed');
  expect((await run(id)).reason).toMatchObject({ code: 'driver_lost' });
});

test('a follower reads the log of the driver alone', async () => {
  const { submit, run, lines, cluster, ...parts } = start({ endsAt: 20_000 });
  const id = await submit();
  cluster.plant(forged(id));
  await passTime(parts, 12_000);
  expect((await run(id)).state).toBe('running');
  expect(await lines(id)).toEqual(['one', 'two']);
});
