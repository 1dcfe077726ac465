import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, nextflowRequest, otherInstance, request } from '../../support/world.ts';

const domain = 'default';
const steady = (count: number, gap: number, endsAt = count * gap + 500): Script => ({
  lines: Array.from({ length: count }, (_, index) => ({ at: index * gap, text: `line ${index}` })),
  endsAt,
  exitCode: 0,
});

async function lines(world: World, id: string): Promise<string[]> {
  const all: string[] = [];
  for (let after = 0; ; ) {
    const { events } = await readEvents(world, domain, id, { after, limit: 1_000 });
    for (const event of events)
      if (event.type === 'log') all.push(...event.data.lines.map((line) => line.message));
    const last = events.at(-1);
    if (!last) return all;
    after = last.seq;
  }
}

test('without any timer a run is followed to its end, and the next one starts', async () => {
  const parts = memoryWorld({ script: () => steady(40, 100) });
  const { world, cluster, push } = parts;
  const first = await submitRun(world, { domain, request: request() });
  const second = await submitRun(world, { domain, request: request() });
  await passTime(parts, 1_500);
  expect((await lines(world, first.run.run_id)).length).toBeGreaterThan(5);
  await passTime(parts, 6_000);
  expect(await getRun(world, domain, first.run.run_id)).toMatchObject({
    state: 'succeeded',
    exit_code: 0,
  });
  expect(await lines(world, first.run.run_id)).toEqual(cluster.printed(first.run.run_id));
  await passTime(parts, 10_000);
  expect(await getRun(world, domain, second.run.run_id)).toMatchObject({ state: 'succeeded' });
  const pushed = push.sent
    .filter((sent) => sent.group === `default.run.${first.run.run_id}`)
    .flatMap((sent) => (sent.message as { events?: unknown[] }).events ?? []);
  expect(pushed).toEqual(
    (await readEvents(world, domain, first.run.run_id, { after: 0, limit: 1_000 })).events,
  );
  expect(parts.queue.messages).toEqual([]);
});

test('a line is an event within half a second', async () => {
  const parts = memoryWorld({ script: () => steady(10, 1_000) });
  const { world } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  await passTime(parts, 2_500);
  const before = (await lines(world, run.run_id)).length;
  await passTime(parts, 1_000);
  expect((await lines(world, run.run_id)).length).toBe(before + 1);
});

test('three times as many live runs as slots: every log moves within a minute', async () => {
  const parts = memoryWorld({ script: () => steady(1_000, 1_000) });
  const { world } = parts;
  const ids: string[] = [];
  await submitRun(world, { domain, request: request({ lane: 'wide' }) });
  const { putLane } = await import('../../../src/engine/commands/lanes.ts');
  await putLane(world, domain, 'wide', { capacity: 20 });
  for (let index = 0; index < 6; index++)
    ids.push((await submitRun(world, { domain, request: request({ lane: 'wide' }) })).run.run_id);
  await passTime(parts, 60_000, 2);
  const before = await Promise.all(ids.map(async (id) => (await lines(world, id)).length));
  await passTime(parts, 60_000, 2);
  const after = await Promise.all(ids.map(async (id) => (await lines(world, id)).length));
  for (const [index, count] of after.entries())
    expect(count, `run ${index}`).toBeGreaterThan(before[index] ?? 0);
});

test('a cancel by another instance is noticed, and the end is followed', async () => {
  const parts = memoryWorld({ script: () => ({ ...steady(600, 100), termMs: 2_000, tasks: 1 }) });
  const { world, cluster } = parts;
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  await passTime(parts, 2_000);
  await cancelRun(otherInstance(world), { domain, runId: run.run_id });
  await passTime(parts, 20_000);
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'cancelled' });
  expect(cluster.alive()).toEqual([]);
  expect(await lines(world, run.run_id)).toEqual(cluster.printed(run.run_id));
});

test('two messages for one run: one follower', async () => {
  const parts = memoryWorld({ script: () => steady(100, 100) });
  const { world, queue } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  await queue.send({ kind: 'follow', run_id: run.run_id, generation: 0 });
  await queue.send({ kind: 'follow', run_id: run.run_id, generation: 7 });
  await passTime(parts, 3_000);
  expect(
    queue.messages.filter((each) => (each.message as { run_id: string }).run_id === run.run_id),
  ).toHaveLength(1);
  expect((await readRun(world, run.run_id))?.run.generation).toBe(1);
  await passTime(parts, 12_000);
  expect(await lines(world, run.run_id)).toEqual(parts.cluster.printed(run.run_id));
});

test.each([
  [20, 30_000],
  [3, 7_000],
])(
  'a follower that dies is replaced by its watchdog message of %i s, and no line is lost or doubled',
  async (watchdogSeconds, ms) => {
    const made = memoryWorld({ script: () => steady(600, 100) });
    const parts = { ...made, world: { ...made.world, watchdogSeconds } };
    const { run } = await submitRun(parts.world, { domain, request: request() });
    let dead = false;
    const hang = <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function'
            ? (...args: unknown[]) =>
                dead
                  ? new Promise(() => undefined)
                  : (member as (...all: unknown[]) => unknown).apply(target, args)
            : member;
        },
      });
    const dying: World = {
      ...parts.world,
      store: hang(parts.store),
      queue: hang(parts.queue),
      push: hang(parts.push),
    };
    await passTime({ ...parts, world: dying }, 3_000);
    expect((await lines(parts.world, run.run_id)).length).toBeGreaterThan(10);
    dead = true;
    const at = (await lines(parts.world, run.run_id)).length;
    await passTime(parts, ms);
    expect((await lines(parts.world, run.run_id)).length).toBeGreaterThan(at + 50);
    await passTime(parts, 90_000 - ms);
    expect(await getRun(parts.world, domain, run.run_id)).toMatchObject({ state: 'succeeded' });
    expect(await lines(parts.world, run.run_id)).toEqual(parts.cluster.printed(run.run_id));
  },
);

test('the timer soon continues a run whose follower died before it sent its watchdog message', async () => {
  const parts = memoryWorld({ script: () => steady(600, 100) });
  const { world, clock } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  const dying = { ...parts.queue, send: () => new Promise<never>(() => undefined) };
  await passTime({ ...parts, world: { ...world, queue: dying } }, 1_000);
  expect((await readRun(world, run.run_id))?.run).toMatchObject({ generation: 1 });
  parts.queue.clear();
  await clock.advance(20_000);
  await tick(world);
  expect((await lines(world, run.run_id)).length).toBeGreaterThan(100);
});

test('a Web PubSub that never answers does not delay the log', async () => {
  const parts = memoryWorld({ script: () => steady(50, 100) });
  const world: World = {
    ...parts.world,
    push: { ...parts.push, send: () => new Promise(() => undefined) },
  };
  const { run } = await submitRun(parts.world, { domain, request: request() });
  await passTime({ ...parts, world }, 4_000);
  expect((await lines(world, run.run_id)).length).toBeGreaterThan(25);
});

test('the timer leaves a run that is followed alone, and asks for a follower where one is missing', async () => {
  const parts = memoryWorld({ script: () => steady(600, 100) });
  const { world, queue, clock } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  queue.clear();
  await clock.advance(61_000);
  await tick(world);
  expect(queue.messages.map((each) => each.message)).toEqual([
    { kind: 'follow', run_id: run.run_id, generation: 0 },
  ]);
  await tick(world);
  expect(queue.messages).toHaveLength(1);
});
