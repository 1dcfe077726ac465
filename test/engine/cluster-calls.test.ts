/** What runs cost the API server: a bound for each, counted at the port. */
import { expect, test } from 'vitest';
import type { Script } from '../../src/adapters/memory/cluster.ts';
import { getRun } from '../../src/engine/runs.ts';
import { submitRun } from '../../src/engine/submit.ts';
import { tick } from '../../src/engine/tick.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { World } from '../../src/ports/world.ts';
import { passTime } from '../support/followers.ts';
import { memoryWorld, nextflowRequest, request } from '../support/world.ts';

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
  if (method !== 'list') return 1;
  return args[1] === false ? 2 : 3;
}

function counted(script: Script) {
  const parts = memoryWorld({ script: () => script });
  const calls: string[] = [];
  const cluster = new Proxy<Cluster>(parts.cluster, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        for (let each = requests(String(name), args); each > 0; each--) calls.push(String(name));
        return method.apply(target, args) as unknown;
      };
    },
  });
  const world: World = { ...parts.world, clusters: { connect: () => cluster } };
  return { ...parts, world, calls };
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

test('when nothing runs the cluster is not asked', async () => {
  const parts = counted(TRIVIAL);
  await submitRun(parts.world, { domain, request: request() });
  await pass(parts, 60);
  parts.calls.length = 0;
  await pass(parts, 600);
  expect(parts.calls).toEqual([]);
});
