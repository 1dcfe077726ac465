/** What ends a Job for good: without its ConfigMap no pod of it starts, whenever a controller makes it. */
import { expect, test } from 'vitest';
import { MemoryCluster, type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { reconcileRunById } from '../../../src/engine/reconcile/reconcile-run.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const MINUTE = 60_000;
const driver = (change: Partial<Script> = {}): Script => ({
  lines: [{ at: 0, text: 'alive' }],
  endsAt: 10 * MINUTE,
  exitCode: 0,
  termMs: 5_000,
  ...change,
});

/** The controller makes the first run's pod half a minute after it was asked to, whatever happens until then. */
function slowController() {
  let jobs = 0;
  const parts = memoryWorld({ script: () => driver({ podAfter: jobs++ === 0 ? 30_000 : 0 }) });
  const state = async (id: string) => (await getRun(parts.world, domain, id)).state;
  return { ...parts, state };
}

/** Looks every 100 ms of a minute. */
async function neverAlive(
  { clock, cluster }: Pick<ReturnType<typeof slowController>, 'clock' | 'cluster'>,
  id: string,
) {
  for (let looks = 0; looks < 600; looks++) {
    expect(cluster.alive()).not.toContain(id);
    await clock.advance(100);
  }
  expect(cluster.printed(id)).toEqual([]);
}

test('a place is free as soon as a cancelled run can have no driver any more, and none comes later', async () => {
  const parts = slowController();
  const { world, clock, cluster, state } = parts;
  const first = await submitRun(world, { domain, request: request() });
  const second = await submitRun(world, { domain, request: request() });
  await clock.advance(2_000);
  await cancelRun(world, { domain, runId: first.run.run_id });
  // No time has passed: what the cluster has answered is proof enough.
  expect(await state(first.run.run_id)).toBe('cancelled');
  await clock.advance(1_000);
  expect(cluster.alive()).toEqual([second.run.run_id]);
  await neverAlive(parts, first.run.run_id);
});

test('the same at the deadline', async () => {
  const parts = slowController();
  const { world, clock, state } = parts;
  const { run } = await submitRun(world, { domain, request: request({ deadline_seconds: 5 }) });
  await tickUntil(world, clock, async () => (await state(run.run_id)) === 'failed', 10);
  await neverAlive(parts, run.run_id);
});

test('the same for a Job that was deleted from outside', async () => {
  const parts = slowController();
  const { world, clock, cluster, state } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  cluster.deleteByHand(run.run_id);
  await tickUntil(world, clock, async () => (await state(run.run_id)) === 'failed', 20);
  await neverAlive(parts, run.run_id);
});

test('a pod that is there is waited for, also one that the controller has not deleted', async () => {
  const { world, clock, cluster } = memoryWorld({ script: () => driver() });
  const first = await submitRun(world, { domain, request: request() });
  await clock.advance(1_000);
  await cancelRun(world, { domain, runId: first.run.run_id });
  expect((await getRun(world, domain, first.run.run_id)).state).toBe('cancelling');
  expect(cluster.alive()).toEqual([first.run.run_id]);
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, first.run.run_id)).state === 'cancelled',
    10,
  );
  expect(cluster.alive()).toEqual([]);
});

test('a run whose ConfigMap could not be deleted keeps its place', async () => {
  const parts = slowController();
  const deny = async () => Promise.reject(new ClusterError('denied', 403, 'not you'));
  const refusing = Object.assign(Object.create(parts.cluster) as Cluster, {
    fence: deny,
    deleteJob: deny,
  });
  const world = { ...parts.world, clusters: singleCluster(refusing) };
  const { run } = await submitRun(world, { domain, request: request() });
  await cancelRun(world, { domain, runId: run.run_id });
  await parts.clock.advance(20_000);
  await tick(world);
  expect(await parts.state(run.run_id)).toBe('cancelling');
  await tickUntil(parts.world, parts.clock, async () => {
    return (await parts.state(run.run_id)) === 'cancelled';
  });
});

/** A cluster that takes Jobs; what becomes of their ConfigMap, a test says. */
function makers(createConfig: (cluster: MemoryCluster) => Cluster['createConfig']) {
  const parts = memoryWorld({ script: () => driver() });
  const changed = Object.assign(Object.create(parts.cluster) as Cluster, {
    createConfig: createConfig(parts.cluster),
  });
  return { ...parts, troubled: { ...parts.world, clusters: singleCluster(changed) } };
}
const unavailable = () => new ClusterError('unavailable', 503, 'not now');

test('a ConfigMap that arrived without an answer is taken as it is', async () => {
  const { world, troubled, cluster, clock } = makers((real) => async (config, job) => {
    await real.createConfig(config, job);
    throw unavailable();
  });
  const { run } = await submitRun(troubled, { domain, request: request() });
  const [made] = (await cluster.list()).jobs;
  await tick(world);
  await clock.advance(1_000);
  expect(cluster.alive()).toEqual([run.run_id]);
  expect((await readRun(world, run.run_id))?.run).toMatchObject({ job_uid: made?.uid });
});

test('a Job whose maker did not get to its ConfigMap is made anew, and the lost request does no harm', async () => {
  const lost: Parameters<Cluster['createConfig']>[] = [];
  const { world, troubled, cluster, clock } = makers(() => async (...sent) => {
    lost.push(sent);
    throw unavailable();
  });
  const { run } = await submitRun(troubled, { domain, request: request() });
  const [made] = (await cluster.list()).jobs;
  await tick(world);
  // Its maker may only be slow.
  expect((await cluster.list()).jobs).toMatchObject([{ uid: made?.uid, suspended: true }]);
  await tickUntil(world, clock, () => cluster.alive().includes(run.run_id), 30);
  const now = (await readRun(world, run.run_id))?.run;
  expect(now?.job_uid).not.toBe(made?.uid);
  await cancelRun(world, { domain, runId: run.run_id });
  for (const sent of lost) await cluster.createConfig(...sent);
  await tickUntil(world, clock, () => cluster.alive().length === 0, 30);
  await reconcileRunById(world, run.run_id);
  expect((await getRun(world, domain, run.run_id)).state).toBe('cancelled');
});
