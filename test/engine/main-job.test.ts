import { expect, test } from 'vitest';
import { singleCluster } from '../../src/adapters/memory/cluster.ts';
import { withFaults } from '../../src/adapters/memory/faults.ts';
import { cancelRun } from '../../src/engine/commands/cancel.ts';
import { listLanes } from '../../src/engine/commands/lanes.ts';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { readEvents } from '../../src/engine/events/events.ts';
import { openLog } from '../../src/engine/queries/log.ts';
import { getRun, listRuns } from '../../src/engine/queries/runs.ts';
import { tick } from '../../src/engine/reconcile/tick.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import { memoryWorld, nextflowRequest, request, tickUntil } from '../support/world.ts';

const domain = 'default';
const text = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
};

test('a run goes from start to success, every line is an event, and nothing is left behind', async () => {
  const lines = [0, 1_500].map((at, index) => ({ at, text: `[${index + 1}/2] ${at}` }));
  const { world, clock, cluster, store } = memoryWorld({
    script: () => ({ lines, endsAt: 3_000, exitCode: 0 }),
  });
  const started = await submitRun(world, { domain, request: request() });
  expect(started).toMatchObject({
    outcome: 'created',
    differs: false,
    run: { state: 'starting', attempt: 1 },
  });
  const id = started.run.run_id;
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, id)).state === 'succeeded',
  );
  const run = await getRun(world, domain, id);
  expect(run).toMatchObject({
    exit_code: 0,
    reason: null,
    progress: { completed: 2, total: 2, percent: 100 },
  });
  const page = await readEvents(world, domain, id, { after: 0, limit: 1000 });
  expect(page.complete).toBe(true);
  expect(page.events.map((event) => event.seq)).toEqual(page.events.map((_, index) => index + 1));
  expect(page.events.map((event) => event.type)).toEqual([
    'status',
    'status',
    'status',
    'log',
    'progress',
    'log',
    'progress',
    'status',
    'complete',
  ]);
  await tickUntil(world, clock, () => store.dump('work').length === 0);
  expect(cluster.alive()).toEqual([]);
  expect((await listLanes(world, domain, { limit: 1 })).lanes[0]).toMatchObject({
    name: 'default',
    active: [],
    queued: 0,
  });
  expect((await readEvents(world, domain, id, { after: 0, limit: 1000 })).events).toEqual(
    page.events,
  );
  expect(store.dump('runs').filter((row) => row.key.startsWith('e.'))).toEqual([]);
  const log = await openLog(world, domain, id, { timestamps: false });
  expect(await text(log.chunks)).toBe('[1/2] 0\n[2/2] 1500\n');
  expect((await listRuns(world, domain, { limit: 10 })).runs.map((each) => each.run_id)).toEqual([
    id,
  ]);
});

test('a second start attaches and says whether it asked for something else', async () => {
  const { world } = memoryWorld();
  const first = await submitRun(world, { domain, request: request({ on_busy: 'attach' }) });
  const same = await submitRun(world, { domain, request: request({ on_busy: 'attach' }) });
  expect(same).toMatchObject({
    outcome: 'attached',
    differs: false,
    run: { run_id: first.run.run_id },
  });
  const other = await submitRun(world, {
    domain,
    request: request({ on_busy: 'attach', params: { genome: 'b' } }),
  });
  expect(other).toMatchObject({
    outcome: 'attached',
    differs: true,
    run: { run_id: first.run.run_id },
  });
});

test('cancel then start at once: the new run waits until the old driver is gone', async () => {
  const { world, clock, cluster } = memoryWorld({
    script: () => ({ lines: [], endsAt: 600_000, exitCode: 0, termMs: 5_000, tasks: 2 }),
  });
  const first = await submitRun(world, { domain, request: nextflowRequest({ on_busy: 'attach' }) });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, first.run.run_id)).state === 'running',
  );
  expect((await cancelRun(world, { domain, runId: first.run.run_id })).run.state).toBe(
    'cancelling',
  );
  const second = await submitRun(world, { domain, request: request({ on_busy: 'attach' }) });
  expect(second).toMatchObject({ outcome: 'created', run: { state: 'queued', queue_position: 1 } });
  await tickUntil(world, clock, async () => {
    expect(cluster.alive().length).toBeLessThanOrEqual(1);
    return (await getRun(world, domain, first.run.run_id)).state === 'cancelled';
  });
  expect(cluster.tasks().filter((id) => id === first.run.run_id)).toEqual([]);
  await tickUntil(world, clock, () => cluster.alive().includes(second.run.run_id));
});

test('a queued run is cancelled at once and its ticket goes', async () => {
  const { world } = memoryWorld();
  await submitRun(world, { domain, request: request() });
  const second = await submitRun(world, { domain, request: request() });
  const third = await submitRun(world, { domain, request: request() });
  expect(third.run.queue_position).toBe(2);
  expect((await cancelRun(world, { domain, runId: second.run.run_id })).run.state).toBe(
    'cancelled',
  );
  expect((await getRun(world, domain, third.run.run_id)).queue_position).toBe(1);
  expect((await cancelRun(world, { domain, runId: second.run.run_id })).outcome).toBe('over');
});

test('an idle tick reads the work list and nothing else', async () => {
  const parts = memoryWorld();
  const calls: string[] = [];
  const spy = <T extends object>(port: T, name: string): T =>
    withFaults(port, (method, args) => {
      calls.push(`${name}.${method} ${String(args[0])}`);
      return 'none';
    });
  const { store, push, queue, blobs, clusters } = parts.world;
  const world = {
    ...parts.world,
    store: spy(store, 'store'),
    push: spy(push, 'push'),
    queue: spy(queue, 'queue'),
    blobs: spy(blobs, 'blobs'),
    clusters: spy(clusters, 'clusters'),
  };
  expect(await tick(world)).toMatchObject({ runs: 0 });
  expect(calls).toEqual(Array.from({ length: 16 }, () => 'store.list work'));
});

test('clients of the legacy paths get one bare envelope a message, and `cancelling` in their own words', async () => {
  const { world, clock, push } = memoryWorld({
    script: () => ({ lines: [{ at: 0, text: 'hi' }], endsAt: 600_000, exitCode: 0 }),
  });
  const { run } = await submitRun(world, { domain, request: request() });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'running',
  );
  await cancelRun(world, { domain, runId: run.run_id });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'cancelled',
  );
  const envelopes = push.sent
    .filter((sent) => sent.group === 'default.legacy')
    .map(
      (sent) =>
        sent.message as {
          type: string;
          run_id: string;
          data: { status?: string; message?: string };
        },
    );
  expect(envelopes.map((each) => each.type)).toEqual(
    expect.arrayContaining(['status', 'log', 'complete']),
  );
  expect(envelopes.every((each) => each.run_id === run.run_id)).toBe(true);
  expect(envelopes.map((each) => each.data.status)).not.toContain('cancelling');
  expect(envelopes).toContainEqual(
    expect.objectContaining({
      data: expect.objectContaining({ status: 'running', message: 'Cancelling' }),
    }),
  );
});

test('what cannot be made into a Job is refused at the submit, and nothing is written', async () => {
  const { world, store } = memoryWorld();
  const script = { kind: 'shell', container: undefined, shell: { script: 'true' } } as const;
  await expect(submitRun(world, { domain, request: request(script) })).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ field: 'shell.image' }],
  });
  expect([...store.dump('work'), ...store.dump('runs'), ...store.dump('lanes')]).toEqual([]);
});

test('a cluster that refuses to clean up does not keep the lane', async () => {
  const parts = memoryWorld();
  const refusing = new Proxy(parts.cluster, {
    get: (target, name) =>
      name === 'deleteJob'
        ? async () => Promise.reject(new ClusterError('refused', 403, 'jobs is forbidden'))
        : (Reflect.get(target, name) as unknown),
  });
  const world = { ...parts.world, clusters: singleCluster(refusing) };
  const first = await submitRun(world, { domain, request: request() });
  const second = await submitRun(world, { domain, request: request() });
  await tickUntil(
    world,
    parts.clock,
    async () => (await getRun(world, domain, second.run.run_id)).state === 'succeeded',
  );
  expect((await getRun(world, domain, first.run.run_id)).state).toBe('succeeded');
});
