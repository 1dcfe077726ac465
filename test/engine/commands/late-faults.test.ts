/** Faults that come late or stay: they harm no other run, and nothing that another instance has begun. */
import { expect, test } from 'vitest';
import { MemoryCluster, type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import type { ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const MINUTE = 60_000;
const unavailable = (): ClusterError => new ClusterError('unavailable', 503, 'not now');

/** The world with some calls to its cluster answered otherwise. */
function withCluster(
  { world, cluster }: { readonly world: World; readonly cluster: MemoryCluster },
  other: Partial<Cluster>,
): World {
  const changed = Object.assign(Object.create(cluster) as Cluster, other);
  return { ...world, clusters: singleCluster(changed) };
}

/** A driver that prints nothing and lives for `ms`. */
const silent = (ms: number): Script => ({ lines: [], endsAt: ms, exitCode: 0, termMs: 5_000 });

test('a run whose row cannot be read stops no other run', async () => {
  const { world, clock, store } = memoryWorld();
  const damaged = await submitRun(world, { domain, request: request({ lane: 'one' }) });
  const healthy = await submitRun(world, { domain, request: request({ lane: 'two' }) });
  const values = { state: 'running', body: 'no JSON' };
  await store.commit('runs', damaged.run.run_id, [{ op: 'put', key: 'run', values }]);
  expect(await tick(world)).toMatchObject({ runs: 1, failed: 1 });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, healthy.run.run_id)).state === 'succeeded',
  );
});

test.each([
  ['is not reached', false, unavailable()],
  [
    'has a full quota',
    false,
    new ClusterError('refused', 403, 'exceeded quota: jobs, used: count/jobs.batch=1'),
  ],
  ['takes the Job and does not say so', true, unavailable()],
])('a run whose Job the cluster does not take ends by its deadline: it %s', async (...given) => {
  const [, taken, error] = given;
  const parts = memoryWorld({ script: () => silent(MINUTE) });
  const { clock, cluster } = parts;
  const world = withCluster(parts, {
    createJob: async (manifest) => {
      if (taken) await cluster.createJob(manifest);
      throw error;
    },
  });
  const { run } = await submitRun(world, { domain, request: request({ deadline_seconds: 60 }) });
  for (let second = 0; second < 55; second += 5) {
    await clock.advance(5_000);
    await tick(world);
  }
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'starting' });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'failed',
    15,
  );
  expect((await getRun(world, domain, run.run_id)).reason).toMatchObject({
    code: 'deadline_exceeded',
  });
  expect((await cluster.list()).jobs).toEqual([]);
});

/** A cluster whose list can be empty or missing for a while, and a run that it runs. */
async function overlooked(deadline_seconds = 3_600) {
  const parts = memoryWorld({ script: () => silent(10 * MINUTE) });
  const view: { list: 'true' | 'empty' | 'none' } = { list: 'true' };
  const world = withCluster(parts, {
    list: async (runId) => {
      if (view.list === 'none') throw unavailable();
      return view.list === 'empty' ? { jobs: [], pods: [] } : parts.cluster.list(runId);
    },
  });
  const { run } = await submitRun(world, { domain, request: request({ deadline_seconds }) });
  const pass = async (list: typeof view.list, seconds: number): Promise<void> => {
    view.list = list;
    await tick(world);
    await parts.clock.advance(seconds * 1_000);
  };
  await pass('true', 1);
  await pass('true', 1);
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'running' });
  return { ...parts, world, view, pass, id: run.run_id };
}

test('absence is counted anew once a Job has been seen again', async () => {
  const { world, cluster, pass, id } = await overlooked();
  await pass('empty', 20);
  await pass('true', 20);
  await pass('empty', 0);
  expect(await getRun(world, domain, id)).toMatchObject({ state: 'running' });
  expect(cluster.alive()).toEqual([id]);
});

/** Kubernetes gives whole seconds, the log has more. */
const cut = (time: string | null): string | null => time && `${time.slice(0, 19)}Z`;
const inWholeSeconds = (pod: ObservedPod): ObservedPod => ({
  ...pod,
  containers: pod.containers.map((container) => ({
    ...container,
    started_at: cut(container.started_at),
    finished_at: cut(container.finished_at),
  })),
});

test.each([
  ['its start', { lines: [], endsAt: 200, exitCode: 0 }],
  ['its last line', { lines: [{ at: 1_200, text: 'last' }], endsAt: 1_250, exitCode: 0 }],
])('a run does not end before %s, although the cluster cuts its times', async (_what, script) => {
  const parts = memoryWorld({ script: () => script });
  const { clock, cluster } = parts;
  const world = withCluster(parts, {
    list: async (runId) => {
      const { jobs, pods } = await cluster.list(runId);
      return { jobs, pods: pods.map(inWholeSeconds) };
    },
  });
  await clock.advance(400);
  const { run } = await submitRun(world, { domain, request: request() });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'succeeded',
  );
  const { started_at, finished_at } = await getRun(world, domain, run.run_id);
  const { events } = await readEvents(world, domain, run.run_id, { after: 0, limit: 100 });
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  expect(lines).toHaveLength(script.lines.length);
  expect(Date.parse(finished_at ?? '')).toBeGreaterThanOrEqual(Date.parse(started_at ?? ''));
  for (const { timestamp } of lines)
    expect(Date.parse(finished_at ?? '')).toBeGreaterThanOrEqual(Date.parse(timestamp ?? ''));
});

test('a side container in trouble is no harm to a driver that runs', async () => {
  const parts = memoryWorld({ script: () => silent(6 * MINUTE) });
  const { clock, cluster } = parts;
  const world = withCluster(parts, {
    list: async (runId) => {
      const { jobs, pods } = await cluster.list(runId);
      const beside = (pod: ObservedPod): ObservedPod => {
        const state = { state: 'waiting', reason: 'ImagePullBackOff' } as const;
        const side = pod.containers.map((main) => ({ ...main, ...state, name: 'proxy' }));
        const sides = side.map((each) => ({ ...each, kind: 'sidecar' as const }));
        return { ...pod, containers: [...sides, ...pod.containers] };
      };
      return { jobs, pods: pods.map(beside) };
    },
  });
  const { run } = await submitRun(world, { domain, request: request() });
  for (let second = 0; second < 300; second += 10) {
    await tick(world);
    await clock.advance(10_000);
  }
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'running', reason: null });
  expect(cluster.alive()).toEqual([run.run_id]);
});

test('after a log that fails half-way the pass continues from the committed lines', async () => {
  const count = 9_000;
  const lines = Array.from({ length: count }, (_, index) => ({ at: 0, text: `line ${index}` }));
  const parts = memoryWorld({ script: () => ({ lines, endsAt: 500, exitCode: 0 }) });
  const { clock, cluster } = parts;
  let fails = true;
  const world = withCluster(parts, {
    async *readLog(...args) {
      yield* cluster.readLog(...args);
      if (fails) throw unavailable();
    },
  });
  const { run } = await submitRun(world, { domain, request: request() });
  await clock.advance(5_000);
  await tick(world);
  const stored = await readRun(world, run.run_id);
  expect(stored?.run.log_lines).toBeGreaterThan(0);
  // The next step of the same pass: it counts how long the end of the log has been missing.
  expect(stored?.run.draining_since).not.toBeNull();
  fails = false;
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'succeeded',
  );
  expect((await readRun(world, run.run_id))?.run.log_lines).toBe(count);
});
