/** What the launcher that Sluice replaces got wrong under these conditions, as promises. */
import { expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { withFaults } from '../../../src/adapters/memory/faults.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const script = (change: Partial<Script>): { script: () => Script } => ({
  script: () => ({ lines: [{ at: 0, text: 'hello' }], endsAt: 10_000, exitCode: 0, ...change }),
});
const messages = async (world: World, id: string): Promise<string[]> => {
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const page = await readEvents(world, domain, id, { after, limit: 1_000 });
    for (const event of page.events)
      if (event.type === 'log') lines.push(...event.data.lines.map((line) => line.message));
    const last = page.events.at(-1);
    if (!last) return lines;
    after = last.seq;
  }
};

test.each([
  ['one 500 on reading the Job', 1],
  ['a cluster that fails for a minute', 60],
])('%s changes no state and deletes no Job', async (_sentence, failures) => {
  const parts = memoryWorld(script({ endsAt: 90_000 }));
  let left = failures;
  const cluster = withFaults(parts.cluster, (method) =>
    method === 'list' && left-- > 0 ? 'before' : 'none',
  );
  const world: World = { ...parts.world, clusters: singleCluster(cluster) };
  const { run } = await submitRun(world, { domain, request: request() });
  await tick(world);
  expect(await getRun(world, domain, run.run_id)).toMatchObject({
    state: 'starting',
    reachable: false,
    reason: { code: 'target_unreachable' },
  });
  await tickUntil(
    world,
    parts.clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'succeeded',
  );
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ reachable: true, reason: null });
  expect(await messages(world, run.run_id)).toEqual(['hello']);
});

test('pods that come late leave the run waiting, not ended', async () => {
  const { world, clock } = memoryWorld(script({ startsAfter: 45_000 }));
  const { run } = await submitRun(world, { domain, request: request() });
  for (let second = 0; second < 40; second++) {
    await tick(world);
    await clock.advance(1_000);
  }
  expect((await getRun(world, domain, run.run_id)).state).toBe('starting');
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'succeeded',
  );
});

test('a burst of 1,000 lines and an exit at once: every line is there', async () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => ({ at: 1, text: `line ${index}` }));
  const { world, clock } = memoryWorld(script({ lines, endsAt: 2 }));
  const { run } = await submitRun(world, { domain, request: request() });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, run.run_id)).state === 'succeeded',
  );
  expect(await messages(world, run.run_id)).toEqual(lines.map((line) => line.text));
});

test('two instances share one lane: the second sees the end of what the first started, and starts the next', async () => {
  const parts = memoryWorld(script({ endsAt: 3_000 }));
  const [first, second]: World[] = [otherInstance(parts.world), otherInstance(parts.world)];
  if (!first || !second) throw new Error('two worlds');
  const started = await submitRun(first, { domain, request: request() });
  const attached = await submitRun(second, { domain, request: request({ on_busy: 'attach' }) });
  expect(attached.run.run_id).toBe(started.run.run_id);
  await tickUntil(
    second,
    parts.clock,
    async () => (await getRun(second, domain, started.run.run_id)).state === 'succeeded',
  );
  const next = await submitRun(second, { domain, request: request({ on_busy: 'attach' }) });
  expect(next).toMatchObject({ outcome: 'created', run: { state: 'starting' } });
});

test('a late reader reads the same events as one from the start', async () => {
  const { world, clock, push } = memoryWorld(
    script({ lines: [0, 2_000, 4_000].map((at) => ({ at, text: `at ${at}` })) }),
  );
  const { run } = await submitRun(world, { domain, request: request() });
  await tickUntil(
    world,
    clock,
    async () => (await readEvents(world, domain, run.run_id, { after: 0, limit: 1_000 })).complete,
  );
  await tick(world);
  const watched = push.sent
    .filter((sent) => sent.group === `default.run.${run.run_id}`)
    .flatMap((sent) => (sent.message as { events?: unknown[] }).events ?? []);
  expect((await readEvents(world, domain, run.run_id, { after: 0, limit: 1_000 })).events).toEqual(
    watched,
  );
});

test('another request while the lane is busy is refused, queued or told apart, never swallowed', async () => {
  const { world } = memoryWorld(script({}));
  await submitRun(world, { domain, request: request() });
  await expect(
    submitRun(world, { domain, request: request({ on_busy: 'reject' }) }),
  ).rejects.toMatchObject({ code: 'lane_busy' });
  expect(
    await submitRun(world, { domain, request: request({ on_busy: 'attach', params: { a: 1 } }) }),
  ).toMatchObject({ outcome: 'attached', differs: true });
  expect(await submitRun(world, { domain, request: request({ params: { a: 1 } }) })).toMatchObject({
    outcome: 'created',
    run: { state: 'queued', queue_position: 1 },
  });
});
