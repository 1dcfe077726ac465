/** What runs cost the API server: a bound for each, counted at the port. */
import { expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { POLICIES } from '../../../src/core/access/policy.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { ALL_LISTED, type Cluster, type Listed } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, nextflowRequest, request } from '../../support/world.ts';

const domain = 'default';
const TRIVIAL: Script = { lines: [{ at: 100, text: 'hello' }], endsAt: 500, exitCode: 0 };
const LONG: Script = {
  lines: Array.from({ length: 600 }, (_, index) => ({ at: index * 1_000, text: `${index}` })),
  endsAt: 900_000,
  exitCode: 0,
};

/** Requests to the API server behind one call of the port. */
function requests(method: string, args: readonly unknown[]): number {
  if (method === 'deleteJob') return 2;
  return method === 'list' ? ((args[1] ?? ALL_LISTED) as readonly Listed[]).length : 1;
}

function counted(script: Script) {
  const parts = memoryWorld({ script: () => script });
  const calls: string[] = [];
  /** What was listed: a run, or a whole namespace. */
  const lists: (string | undefined)[] = [];
  const cluster = new Proxy<Cluster>(parts.cluster, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (name === 'list') lists.push(args[0] as string | undefined);
        for (let each = requests(String(name), args); each > 0; each--) calls.push(String(name));
        return method.apply(target, args) as unknown;
      };
    },
  });
  const world: World = { ...parts.world, clusters: singleCluster(cluster) };
  return { ...parts, world, calls, lists };
}

/** Followers at work, and a tick every 5 s. */
async function pass(parts: ReturnType<typeof counted>, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    await passTime(parts, Math.min(5, left) * 1_000);
    await tick(parts.world);
  }
}

test('a trivial run costs twelve requests in all', async () => {
  const parts = counted(TRIVIAL);
  const { run } = await submitRun(parts.world, { domain, request: request() });
  await pass(parts, 60);
  expect(await getRun(parts.world, domain, run.run_id)).toMatchObject({ state: 'succeeded' });
  expect(parts.store.dump('work')).toEqual([]);
  expect(parts.calls.length, parts.calls.join(' ')).toBeLessThanOrEqual(12);
});

test.each([
  ['container', request()],
  ['nextflow', nextflowRequest()],
])('a live run of kind %s costs four requests a minute', async (_kind, body) => {
  const parts = counted(LONG);
  const { run } = await submitRun(parts.world, { domain, request: body });
  await pass(parts, 30);
  parts.calls.length = 0;
  await pass(parts, 180);
  expect(await getRun(parts.world, domain, run.run_id)).toMatchObject({ state: 'running' });
  expect(parts.calls.length, parts.calls.join(' ')).toBeLessThanOrEqual(12);
});

const NEVER: Script = { lines: [], endsAt: 1_000, exitCode: 0, startsAfter: Infinity };
const warning = { warning: true, reason: 'FailedMount', message: 'no', at: 1_000 };

test.each([
  ['waits for its image', NEVER],
  ['waits for a volume', { ...NEVER, events: [warning] }],
  ['waits for a node', { ...NEVER, unscheduled: { reason: 'Unschedulable', message: 'full' } }],
  ['waits for its pod', { ...NEVER, podAfter: Infinity }],
  ['has printed nothing', { lines: [], endsAt: 3_600_000, exitCode: 0 }],
])('a driver that %s costs four requests a minute', async (_what, script) => {
  for (const body of [request(), nextflowRequest()]) {
    const parts = counted(script);
    await submitRun(parts.world, { domain, request: body });
    await pass(parts, 30);
    parts.calls.length = 0;
    await pass(parts, 300);
    expect(parts.calls.length, parts.calls.join(' ')).toBeLessThanOrEqual(20);
  }
});

test.each([
  ['container', request()],
  ['nextflow', nextflowRequest()],
])(
  'a cancel of kind %s costs six requests in all, and is told half a second after the pod is gone',
  async (_kind, body) => {
    const parts = counted({ ...LONG, termMs: 60_000 });
    const { world, cluster, clock } = parts;
    const { run } = await submitRun(world, { domain, request: body });
    await pass(parts, 30);
    parts.calls.length = 0;
    await cancelRun(world, { domain, runId: run.run_id });
    await pass(parts, 55);
    const over = async () => (await getRun(world, domain, run.run_id)).state === 'cancelled';
    let goneAt = Infinity;
    while (!(await over())) {
      await passTime(parts, 100);
      if ((await cluster.list(run.run_id)).pods.length === 0)
        goneAt = Math.min(goneAt, clock.now());
      expect(clock.now() - goneAt).toBeLessThanOrEqual(500);
    }
    expect(parts.calls.length, parts.calls.join(' ')).toBeLessThanOrEqual(6);
    parts.calls.length = 0;
    await pass(parts, 30);
    // Once more, in the list that all runs of the namespace share.
    expect(parts.lists.at(-1)).toBeUndefined();
    expect(parts.calls.length, parts.calls.join(' ')).toBeLessThanOrEqual(3);
  },
);

test('a tick lists a namespace once, whatever ends in it and however many targets share it', async () => {
  const parts = counted({ ...TRIVIAL, endsAt: 20_000 });
  const { world, clock, lists, calls } = parts;
  const domains = ['default', 'one', 'two', 'three', 'four'];
  const ids: string[] = [];
  for (const each of domains) {
    await writePolicy(world, each, POLICIES.open);
    const target = Target.parse({ name: 'default', namespace: 'shared' });
    await (each === 'default' ? targets.change : targets.create)(world, each, target);
    for (let lane = 0; lane < 10; lane++) {
      const body = request({ lane: `${each}-${lane}` });
      ids.push((await submitRun(world, { domain: each, request: body })).run.run_id);
    }
  }
  await clock.advance(10_000);
  await tick(world);
  await clock.advance(15_000);
  lists.length = 0;
  // Every run ends in this one, and its Job is deleted.
  await tick(world);
  for (const id of ids) expect(await readRun(world, id)).toMatchObject({ run: { swept: true } });
  expect(calls.filter((name) => name === 'deleteJob')).toHaveLength(100);
  expect(lists).toEqual([undefined]);
});

test('when nothing runs the cluster is not asked', async () => {
  const parts = counted(TRIVIAL);
  await submitRun(parts.world, { domain, request: request() });
  await pass(parts, 60);
  parts.calls.length = 0;
  await pass(parts, 600);
  expect(parts.calls).toEqual([]);
});
