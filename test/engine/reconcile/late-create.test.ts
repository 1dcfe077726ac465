/** A create takes effect after its caller has given up: what it makes never runs, and does not stay. */
import { expect, test } from 'vitest';
import { singleCluster } from '../../../src/adapters/memory/cluster.ts';
import type { JobManifest } from '../../../src/core/kubernetes/manifest.ts';
import { CREATE_UNDER_WAY_MS } from '../../../src/core/limits.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { memoryWorld, otherInstance, request, tickUntil } from '../../support/world.ts';

const domain = 'default';

/** A run that is cancelled while the call that makes its Job, or its ConfigMap, is held up. Then its process is gone. */
async function cancelledMeanwhile(held: 'createJob' | 'createConfig') {
  const parts = memoryWorld();
  const { world, cluster, clock, store } = parts;
  const calls: (() => Promise<unknown>)[] = [];
  const hold = (...args: never[]): Promise<never> => {
    calls.push(() => (cluster[held] as (...all: never[]) => Promise<unknown>)(...args));
    return Promise.reject(new ClusterError('unavailable', 0, 'did not answer within 10 s'));
  };
  const changed = Object.assign(Object.create(cluster) as Cluster, { [held]: hold });
  const slow = { ...otherInstance(world), clusters: singleCluster(changed) };
  const { run } = await submitRun(slow, { domain, request: request() });
  await cancelRun(world, { domain, runId: run.run_id });
  expect((await getRun(world, domain, run.run_id)).state).toBe('cancelled');
  expect(calls).toHaveLength(1);
  return {
    ...parts,
    runId: run.run_id,
    arrive: async () => calls[0]?.(),
    jobs: async () => (await cluster.list()).jobs.map(({ name }) => name),
    /** A tick a second. */
    async ticks(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        await tick(world);
        await clock.advance(1_000);
      }
    },
    /** Of runs that are not forgotten. */
    rows: () =>
      store
        .dump('work')
        .filter(({ values }) => values['compacting_until'] === 0)
        .map(({ key }) => key),
  };
}

/** The last moment at which a create that was under way may take effect, and long after it. */
const TIMES = [5_000, CREATE_UNDER_WAY_MS - 1_000];

test.each(TIMES)('a Job that comes to be %i ms after the end of its run is deleted', async (ms) => {
  const { jobs, ticks, arrive, rows, cluster, runId } = await cancelledMeanwhile('createJob');
  await ticks(ms);
  await arrive();
  expect(await jobs()).toEqual([runId]);
  // Nobody else has anything to do there.
  await ticks(CREATE_UNDER_WAY_MS + 10_000);
  expect(await jobs()).toEqual([]);
  expect(rows()).toEqual([]);
  expect(cluster.alive()).toEqual([]);
});

test('a run that nothing came of is forgotten as soon as nothing can come any more', async () => {
  const { ticks, rows, runId } = await cancelledMeanwhile('createJob');
  await ticks(CREATE_UNDER_WAY_MS);
  expect(rows()).toEqual([runId]);
  await ticks(2_000);
  expect(rows()).toEqual([]);
});

test('a run that ended long ago is looked for once more too', async () => {
  const { world, cluster, clock, store } = memoryWorld();
  const made: JobManifest[] = [];
  const createJob: Cluster['createJob'] = (manifest) => {
    made.push(manifest);
    return cluster.createJob(manifest);
  };
  const noting = Object.assign(Object.create(cluster) as Cluster, { createJob });
  const seen = { ...world, clusters: singleCluster(noting) };
  const { run } = await submitRun(seen, { domain, request: request() });
  const swept = async () => (await readRun(world, run.run_id))?.run.swept === true;
  await tickUntil(world, clock, swept);
  // Somebody else had sent the same.
  await cluster.createJob(made[0] as JobManifest);
  await clock.advance(3_600_000);
  await tick(world);
  expect((await cluster.list()).jobs).toEqual([]);
  expect(store.dump('work')).toHaveLength(1);
});

test('a Job that comes to be when its run is forgotten is deleted with the next one that is looked after there', async () => {
  const { world, jobs, ticks, arrive, rows, runId } = await cancelledMeanwhile('createJob');
  await ticks(CREATE_UNDER_WAY_MS + 10_000);
  expect(rows()).toEqual([]);
  await arrive();
  await ticks(10_000);
  // An idle tick asks no cluster.
  expect(await jobs()).toEqual([runId]);
  await submitRun(world, { domain, request: request() });
  await ticks(CREATE_UNDER_WAY_MS + 10_000);
  expect(await jobs()).toEqual([]);
});

test('a suspended Job of another installation, or of a run that lives, is left alone', async () => {
  const ours = memoryWorld();
  const theirs = { ...memoryWorld({ seed: 11 }).world, clusters: singleCluster(ours.cluster) };
  const full = new ClusterError('refused', 403, 'exceeded quota: pods, used: pods=1');
  const suspended = Object.assign(Object.create(ours.cluster) as Cluster, {
    unsuspend: () => Promise.reject(full),
  });
  const stuck = await Promise.all(
    [ours.world, theirs].map(async (world) => {
      const held = { ...otherInstance(world), clusters: singleCluster(suspended) };
      return (await submitRun(held, { domain, request: request({ lane: 'stuck' }) })).run.run_id;
    }),
  );
  // Looks at all other runs and not at these, as in an instance whose tick is out of time.
  const works = ours.store.dump('work');
  for (const { key, partition } of works)
    await ours.store.commit('work', partition, [{ op: 'delete', key }]);
  await submitRun(ours.world, { domain, request: request() });
  await ours.clock.advance(2_000);
  for (let ticks = 0; ticks < 60; ticks += 1) {
    await tick(ours.world);
    await ours.clock.advance(1_000);
  }
  const { jobs } = await ours.cluster.list();
  expect(jobs.map(({ name }) => name).sort()).toEqual(stuck.sort());
});

test('a ConfigMap that comes when its Job is deleted starts nothing, and goes as its Job has', async () => {
  const { jobs, ticks, arrive, cluster, clock } = await cancelledMeanwhile('createConfig');
  await ticks(5_000);
  expect(await jobs()).toEqual([]);
  await arrive();
  expect(cluster.configs()).toHaveLength(1);
  await ticks(CREATE_UNDER_WAY_MS + 5_000);
  expect(cluster.alive()).toEqual([]);
  await clock.advance(60_000);
  expect(cluster.configs()).toEqual([]);
});
