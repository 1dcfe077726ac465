/** A target in trouble is not its runs' fault: they keep their places and wait. */

import { expect, test } from 'vitest';
import { singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { DISPATCHES_AT_ONCE } from '../../../src/core/limits.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { getLane, putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const expired = (): ClusterError => new ClusterError('denied', 401, 'Unauthorized');

/** A world whose cluster answers the named calls with an error for as long as `view.error` is one. */
function troubled(...methods: readonly (keyof Cluster)[]) {
  const parts = memoryWorld();
  const view: { error: Error | undefined; calls: number } = { error: expired(), calls: 0 };
  const cluster = new Proxy(parts.cluster, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (!methods.includes(name as keyof Cluster)) return method;
      return (...args: unknown[]) => {
        view.calls += 1;
        if (view.error) return Promise.reject(view.error);
        return (method as (...given: unknown[]) => unknown)(...args);
      };
    },
  });
  return { ...parts, view, world: { ...parts.world, clusters: singleCluster(cluster) } };
}

const ALL = ['list', 'createJob', 'unsuspend', 'deleteJob'] as const;

test('an expired token fails no run of a queue: all succeed once it is renewed', async () => {
  const { world, clock, view } = troubled(...ALL);
  const ids: string[] = [];
  for (let each = 0; each < 30; each++)
    ids.push((await submitRun(world, { domain, request: request() })).run.run_id);
  for (let minute = 0; minute < 5; minute++) {
    await clock.advance(60_000);
    await tick(world);
  }
  const before = await Promise.all(ids.map((id) => getRun(world, domain, id)));
  expect(before[0]).toMatchObject({
    state: 'starting',
    reachable: false,
    reason: { code: 'target_unreachable', message: expect.stringContaining('Unauthorized') },
  });
  expect(before.slice(1).map(({ state }) => state)).toEqual(Array(29).fill('queued'));
  view.error = undefined;
  const states = async () =>
    (await Promise.all(ids.map((id) => getRun(world, domain, id)))).map(({ state }) => state);
  await tickUntil(
    world,
    clock,
    async () => (await states()).every((state) => state === 'succeeded'),
    600,
  );
  expect(await getRun(world, domain, ids[0] ?? '')).toMatchObject({ reachable: true });
});

test('nothing else is tried on a target in trouble in one pass', async () => {
  const { world, view, queue } = troubled('createJob');
  await putLane(world, domain, 'many', { capacity: 5, paused: true });
  for (let each = 0; each < 5; each++)
    await submitRun(world, { domain, request: request({ lane: 'many' }) });
  view.calls = 0;
  await putLane(world, domain, 'many', { paused: false });
  const messages = queue.messages.map(({ message }) => message);
  for (const message of messages) await handleMessage(world, message);
  // Those that went at the same time.
  expect(view.calls).toBe(DISPATCHES_AT_ONCE);
  // Nor for a start that comes now: its answer does not wait for a dead cluster.
  await submitRun(world, { domain, request: request({ lane: 'more' }) });
  expect(view.calls).toBe(DISPATCHES_AT_ONCE);
});

test.each([[ALL], [['createJob'] as const]])(
  'a run whose Job was never made is cancelled, and leaves its lane, without the cluster (%s)',
  async (methods) => {
    const { world, clock, view, cluster } = troubled(...methods);
    const first = await submitRun(world, { domain, request: request() });
    const second = await submitRun(world, { domain, request: request() });
    expect(first.run.state).toBe('starting');
    const { run } = await cancelRun(world, { domain, runId: first.run.run_id });
    expect(run.state).toBe('cancelled');
    expect((await getLane(world, domain, 'default')).lane.active).toEqual([second.run.run_id]);
    view.error = undefined;
    await tickUntil(
      world,
      clock,
      async () => (await getRun(world, domain, second.run.run_id)).state === 'succeeded',
    );
    expect(cluster.alive()).toEqual([]);
  },
);

test('the deadline of a run whose Job was never made comes without the cluster', async () => {
  const { world, clock } = troubled(...ALL);
  const { run } = await submitRun(world, { domain, request: request({ deadline_seconds: 60 }) });
  await clock.advance(61_000);
  await tick(world);
  expect(await getRun(world, domain, run.run_id)).toMatchObject({
    state: 'failed',
    reason: { code: 'deadline_exceeded' },
  });
});

test('the suspended Job of a run that left without it is deleted later, and never runs', async () => {
  const { world, clock, view, cluster, store } = troubled('unsuspend', 'deleteJob', 'createConfig');
  const nextflow = request({ pipeline: 'a/b', kind: 'nextflow', container: undefined });
  const { run } = await submitRun(world, { domain, request: nextflow });
  expect((await cluster.list()).jobs).toMatchObject([{ suspended: true }]);
  await cancelRun(world, { domain, runId: run.run_id });
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'cancelled' });
  view.error = undefined;
  await tickUntil(world, clock, () => store.dump('work').length === 0);
  expect((await cluster.list()).jobs).toEqual([]);
  expect(cluster.printed(run.run_id)).toEqual([]);
});

test.each(['createJob', 'unsuspend'] as const)(
  'after a refused %s its lane rests until the next pass',
  async (method) => {
    const { world, clock, view } = troubled(method);
    view.error = new ClusterError('refused', 422, 'Job.batch "x" is invalid: spec');
    await putLane(world, domain, 'default', { paused: true });
    const ids: string[] = [];
    for (let each = 0; each < 5; each++)
      ids.push((await submitRun(world, { domain, request: request() })).run.run_id);
    const count = async (state: string) =>
      (await Promise.all(ids.map((id) => getRun(world, domain, id)))).filter(
        (run) => run.state === state,
      ).length;
    await putLane(world, domain, 'default', { paused: false });
    expect(await count('queued')).toBe(4);
    view.error = undefined;
    await tickUntil(world, clock, async () => (await count('succeeded')) === 4);
    expect(await getRun(world, domain, ids[0] ?? '')).toMatchObject({
      state: 'failed',
      reason: { code: 'job_refused' },
    });
  },
);

test('a note of reachability that cannot be written hides no listing', async () => {
  const { world: plain, clock } = memoryWorld();
  let failing = false;
  const store = {
    ...plain.store,
    read: async (...args: Parameters<typeof plain.store.read>) => {
      if (failing && args[1].endsWith('.reachability')) throw new Error('storage does not answer');
      return plain.store.read(...args);
    },
  };
  const world = { ...plain, store };
  const { run } = await submitRun(world, { domain, request: request() });
  failing = true;
  await clock.advance(60_000);
  await tick(world);
  failing = false;
  expect((await getRun(world, domain, run.run_id)).state).toBe('succeeded');
});

test('a right that is missing is told for as long as it is missing, though the cluster can be listed', async () => {
  const { world, clock, view, log } = troubled('createJob');
  view.error = new ClusterError('denied', 403, 'jobs.batch is forbidden: User "x" cannot create');
  const { run } = await submitRun(world, { domain, request: request() });
  const { since } =
    (await world.store.read('catalogue', `${domain}.reachability`, 'default'))?.values ?? {};
  for (let minute = 0; minute < 3; minute++) {
    await clock.advance(60_000);
    await tick(world);
  }
  const row = await world.store.read('catalogue', `${domain}.reachability`, 'default');
  expect(row?.values).toMatchObject({ reachable: false, since });
  expect(log.entries.filter(({ message }) => message.startsWith('target'))).toHaveLength(1);
  view.error = undefined;
  const now = () => getRun(world, domain, run.run_id);
  await tickUntil(world, clock, async () => (await now()).state === 'running');
  expect(await now()).toMatchObject({ reachable: true });
});
