/** What a follower does when a part around it fails, falls silent, or its instance is told to end. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import type { Follow } from '../../../src/core/runs/message.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { follow } from '../../../src/engine/follow/follow.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime, publishedSeq } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
type Parts = ReturnType<typeof memoryWorld>;

/** A line every `gap` ms, `count` of them. */
const steady = (count: number, gap: number): Script => ({
  lines: Array.from({ length: count }, (_, index) => ({ at: index * gap, text: `line ${index}` })),
  endsAt: count * gap + 500,
  exitCode: 0,
});

async function start(script: Script): Promise<Parts & { readonly id: string }> {
  const parts = memoryWorld({ script: () => script });
  const { run } = await submitRun(parts.world, { domain, request: request() });
  return { ...parts, id: run.run_id };
}

/** The world with some calls to its parts answered otherwise. */
function changed(
  parts: Parts,
  other: {
    readonly cluster?: Partial<Cluster>;
    readonly queue?: Partial<World['queue']>;
    readonly push?: Partial<World['push']>;
    readonly store?: Partial<World['store']>;
  },
): Parts {
  const cluster = Object.assign(Object.create(parts.cluster) as Cluster, other.cluster);
  const world: World = {
    ...parts.world,
    clusters: singleCluster(cluster),
    queue: { ...parts.queue, ...other.queue },
    push: { ...parts.push, ...other.push },
    store: { ...parts.store, ...other.store },
  };
  return { ...parts, world };
}

async function lines({ world }: Pick<Parts, 'world'>, id: string): Promise<string[]> {
  const { events } = await readEvents(world, domain, id, { after: 0, limit: 1_000 });
  return events.flatMap((event) =>
    event.type === 'log' ? event.data.lines.map((line) => line.message) : [],
  );
}

const messagesOf = ({ queue }: Parts, id: string) =>
  queue.messages.filter(({ message }) => (message as Follow).run_id === id);

/** Ends the run and demands that every line came once. */
async function toTheEnd(parts: Parts, id: string, ms: number): Promise<void> {
  await passTime(parts, ms);
  expect(await getRun(parts.world, domain, id)).toMatchObject({ state: 'succeeded' });
  expect(await lines(parts, id)).toEqual(parts.cluster.printed(id));
}

test('what a follower has read does not stay in memory while the pods are quiet', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const parts = await start(steady(600, 100));
  const chunks: WeakRef<Uint8Array>[] = [];
  const quiet = changed(parts, {
    cluster: {
      async *readLog(...args) {
        for await (const chunk of parts.cluster.readLog(...args)) {
          // A copy: the memory cluster keeps its own.
          const copy = chunk.slice();
          chunks.push(new WeakRef(copy));
          yield copy;
        }
      },
    },
  });
  await passTime(quiet, 30_000);
  collect();
  const alive = chunks.filter((chunk) => chunk.deref() !== undefined).length;
  expect(chunks.length).toBeGreaterThan(500);
  expect(alive).toBeLessThan(50);
});

test('when the next message cannot be put, the watchdog message takes over with the same generation', async () => {
  const parts = await start(steady(600, 100));
  let failed = 0;
  const broken = changed(parts, {
    queue: {
      waiting: async () => true,
      send: async (message, delay) => {
        if (!delay) failed += 1;
        if (!delay) throw new Error('the queue takes nothing');
        return parts.queue.send(message, delay);
      },
    },
  });
  await passTime(broken, 17_500);
  expect(failed).toBe(1);
  const generation = (await readRun(parts.world, parts.id))?.run.generation;
  const count = (await lines(parts, parts.id)).length;
  expect(messagesOf(parts, parts.id).map(({ message }) => message)).toEqual([
    { kind: 'follow', run_id: parts.id, generation },
  ]);
  await passTime(parts, 22_000);
  expect((await readRun(parts.world, parts.id))?.run.generation).toBe((generation ?? 0) + 1);
  expect((await lines(parts, parts.id)).length).toBeGreaterThan(count + 20);
  await toTheEnd(parts, parts.id, 30_000);
});

test('when no watchdog message can be sent, the timer takes over at once', async () => {
  const parts = await start(steady(100, 100));
  const broken = changed(parts, {
    queue: { send: () => Promise.reject(new Error('the queue takes nothing')) },
  });
  await passTime(broken, 1_000);
  expect((await readRun(parts.world, parts.id))?.run).toMatchObject({ generation: 1 });
  expect(parts.queue.messages).toEqual([]);
  await tick(parts.world);
  await tick(parts.world);
  expect((await lines(parts, parts.id)).length).toBeGreaterThan(5);
  expect(messagesOf(parts, parts.id)).toHaveLength(1);
  await toTheEnd(parts, parts.id, 12_000);
});

test.each(['ends', 'breaks'])(
  'the pods are looked at soon when the log %s and the watch is silent',
  async (how) => {
    const parts = await start(steady(100, 100));
    const silent = changed(parts, {
      cluster: {
        async *watchPods(runId, signal) {
          for await (const pods of parts.cluster.watchPods(runId, signal)) {
            yield pods;
            if (pods.some((pod) => pod.containers.some(({ state }) => state === 'running'))) break;
          }
          await parts.clock.sleep(3_600_000, signal);
        },
        async *readLog(...args) {
          yield* parts.cluster.readLog(...args);
          if (how === 'breaks' && args[2].follow) throw new ClusterError('unavailable', 0, 'cut');
        },
      },
    });
    await passTime(silent, 10_000);
    expect(await getRun(parts.world, domain, parts.id)).toMatchObject({ state: 'running' });
    await toTheEnd(silent, parts.id, 5_000);
  },
);

test('an instance that is told to end hands its run on at once', async () => {
  const parts = await start(steady(300, 100));
  const ending = new AbortController();
  const first = parts.queue.take()?.message as Follow;
  let over = false;
  void follow(parts.world, first, { signal: ending.signal }).then(() => (over = true));
  await passTime(parts, 3_000);
  const seen = (await lines(parts, parts.id)).length;
  expect(seen).toBeGreaterThan(20);
  expect(over).toBe(false);
  ending.abort();
  // No place for a follower meanwhile: what waits stays.
  await passTime(parts, 2_100, 0);
  expect(over).toBe(true);
  // Only the next message, visible; the watchdog message is gone.
  expect(messagesOf(parts, parts.id)).toMatchObject([
    { message: { run_id: parts.id, generation: first.generation + 1 } },
  ]);
  expect(messagesOf(parts, parts.id)[0]?.dueAt).toBeLessThanOrEqual(parts.clock.now());
  await passTime(parts, 2_000);
  expect((await lines(parts, parts.id)).length).toBeGreaterThan(seen + 30);
  await toTheEnd(parts, parts.id, 40_000);
});

test('how far the events are published never goes back', async () => {
  const parts = await start({ ...steady(100, 100), termMs: 3_000 });
  const stuck = changed(parts, { push: { send: () => new Promise(() => undefined) } });
  await passTime(stuck, 2_000);
  const before = (await readRun(parts.world, parts.id))?.run;
  expect(publishedSeq(before)).toBeLessThan(before?.last_seq ?? 0);
  await cancelRun(parts.world, { domain, runId: parts.id });
  const told = publishedSeq((await readRun(parts.world, parts.id))?.run);
  expect(told).toBeGreaterThan(before?.last_seq ?? 0);
  await passTime(stuck, 2_000);
  const after = (await readRun(parts.world, parts.id))?.run;
  expect(after?.last_seq).toBeGreaterThan(told);
  expect(publishedSeq(after)).toBeGreaterThanOrEqual(told);
});

test('a publisher that is ahead of its follower does not end it', async () => {
  const parts = await start({ ...steady(200, 100), termMs: 3_000 });
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const slow = changed(parts, { push: { send: async () => gate } });
  // More than a publisher keeps: it reads the rest back, with whatever others have committed by then.
  await passTime(slow, 12_150);
  await cancelRun(parts.world, { domain, runId: parts.id });
  open();
  // It reads and sends now, before its follower's next commit.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  await passTime(slow, 1_000);
  expect((await readRun(parts.world, parts.id))?.run).toMatchObject({ generation: 1 });
  const said = parts.log.entries.map(({ message }) => message);
  expect(said).not.toContain('follower looks again');
  expect(said).not.toContain('follower stopped; its watchdog message takes over');
  await passTime(slow, 5_000);
  const { run } = (await readRun(parts.world, parts.id)) ?? {};
  expect(run).toMatchObject({ state: 'cancelled', generation: 1 });
  expect(publishedSeq(run)).toBeLessThanOrEqual(run?.last_seq ?? 0);
});

test('a commit that fails, or only seems to, is repaired within seconds, not by the watchdog message', async () => {
  const parts = await start(steady(100, 100));
  let failures = 3;
  const failing = changed(parts, {
    store: {
      async commit(table, partition, writes) {
        const isLog = writes.some((each) => each.op !== 'delete' && each.values['type'] === 'log');
        if (!isLog || failures === 0) return parts.store.commit(table, partition, writes);
        failures -= 1;
        // The second one has its effect all the same.
        if (failures === 1) await parts.store.commit(table, partition, writes);
        throw new Error('no answer within 10000 ms');
      },
    },
  });
  await passTime(failing, 7_000);
  expect(failures).toBe(0);
  expect((await readRun(parts.world, parts.id))?.run.generation).toBe(1);
  expect((await lines(parts, parts.id)).length).toBeGreaterThan(45);
  await passTime(failing, 10_000);
  expect(await lines(parts, parts.id)).toEqual(parts.cluster.printed(parts.id));
});

test('events whose commit seemed to fail are published in their place', async () => {
  const parts = await start(steady(60, 100));
  let commits = 0;
  const failing = changed(parts, {
    // Slow enough for several commits to wait for their turn.
    push: {
      async send(group, message) {
        await parts.clock.sleep(1_500);
        await parts.push.send(group, message);
      },
    },
    store: {
      async commit(table, partition, writes) {
        const etags = await parts.store.commit(table, partition, writes);
        const isLog = writes.some((each) => each.op !== 'delete' && each.values['type'] === 'log');
        if (isLog) commits += 1;
        if (isLog && commits % 4 === 3) throw new Error('no answer within 10000 ms');
        return etags;
      },
    },
  });
  await passTime(failing, 20_000);
  expect(commits).toBeGreaterThan(6);
  const seqs = parts.push.sent
    .filter(({ group }) => group === `default.run.${parts.id}`)
    .flatMap(({ message }) => (message as { events?: { seq: number }[] }).events ?? [])
    .map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(await lines(parts, parts.id)).toEqual(parts.cluster.printed(parts.id));
});
