/** Streams and long polls have the run that they wait for followed, where it has no follower. */
import { afterEach, expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { eventStream } from '../../../src/api/http/sse.ts';
import { FOLLOWED_FOR_READERS_MAX, READERS_AWAY_MS } from '../../../src/core/limits.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { closeReaders } from '../../../src/engine/queries/readers.ts';
import { waitForEvents } from '../../../src/engine/queries/wait-events.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { failures, passTime } from '../../support/followers.ts';
import { memoryWorld, otherInstance, request } from '../../support/world.ts';

const domain = 'default';
/** A line every 100 ms for 30 s. */
const TALK: Script = {
  lines: Array.from({ length: 300 }, (_, index) => ({ at: index * 100, text: `line ${index}` })),
  endsAt: 30_000,
  exitCode: 0,
};

type Parts = ReturnType<typeof memoryWorld>;

async function begun() {
  const parts = memoryWorld({ script: () => TALK });
  const { run } = await submitRun(parts.world, { domain, request: request() });
  // No queue brings it to a follower.
  parts.queue.clear();
  return { ...parts, id: run.run_id };
}

/** Reads an event stream; the time of each line at the reader, less the time of printing. */
function stream(parts: Parts, world: World, runId: string) {
  const gone = new AbortController();
  const got: { readonly text: string; readonly at: number }[] = [];
  const { log } = world;
  const read = async (): Promise<void> => {
    const { signal } = gone;
    const stillAllowed = async () => true;
    const watch = { world, log, domain, runId, after: 0, signal, stillAllowed };
    const body = await eventStream(watch);
    const decoder = new TextDecoder();
    for await (const chunk of body ?? [])
      for (const line of decoder.decode(chunk).split('\n'))
        if (line.startsWith('data: ')) {
          const { type, data } = JSON.parse(line.slice(6));
          if (type === 'log')
            for (const { message } of data.lines)
              got.push({ text: message, at: parts.clock.now() });
        }
  };
  return { got, leave: () => gone.abort(), done: read() };
}

const lease = async ({ world }: Parts, id: string) => {
  const { lease_until, generation } = (await readRun(world, id))?.run ?? {};
  return { followed: lease_until !== null, generation };
};

afterEach(() => expect(failures).toEqual([]));

test('an open stream has a run without a follower followed, to its end', async () => {
  const parts = await begun();
  const { got, done } = stream(parts, parts.world, parts.id);
  // Nobody takes messages: 0 slots.
  await passTime(parts, 3_000, 0);
  expect(await lease(parts, parts.id)).toEqual({ followed: true, generation: 1 });
  expect(got.length).toBeGreaterThan(15);
  await passTime(parts, 32_000, 0);
  await done;
  expect(got.map(({ text }) => text)).toEqual(TALK.lines.map(({ text }) => text));
  expect((await readRun(parts.world, parts.id))?.run.state).toBe('succeeded');
  expect(parts.queue.messages).toEqual([]);
});

test('when the client leaves, a queue follower takes over at once', async () => {
  const parts = await begun();
  const { leave, done } = stream(parts, parts.world, parts.id);
  await passTime(parts, 3_000, 0);
  leave();
  await passTime(parts, READERS_AWAY_MS + 200, 0);
  await done;
  expect(await lease(parts, parts.id)).toEqual({ followed: false, generation: 1 });
  // One message, visible, of the generation that may take it; the watchdog message is gone.
  expect(parts.queue.messages).toMatchObject([{ message: { run_id: parts.id, generation: 1 } }]);
  await passTime(parts, 200);
  expect(await lease(parts, parts.id)).toEqual({ followed: true, generation: 2 });
  await passTime(parts, 40_000);
  expect((await readRun(parts.world, parts.id))?.run.state).toBe('succeeded');
});

test('a long poll that comes back finds the run followed still', async () => {
  const parts = await begun();
  let over = false;
  const poll = async (): Promise<void> => {
    for (let after = 0; !over; ) {
      const waiting = { after, limit: 100, waitMs: 25_000 };
      const page = await waitForEvents(parts.world, domain, parts.id, waiting);
      after = page.events.at(-1)?.seq ?? after;
      over ||= page.complete;
    }
  };
  const polling = poll();
  await passTime(parts, 10_000, 0);
  // One follower from the first poll on: each has claimed a generation.
  expect(await lease(parts, parts.id)).toEqual({ followed: true, generation: 1 });
  over = true;
  await passTime(parts, 5_000, 0);
  await polling;
  expect(await lease(parts, parts.id)).toEqual({ followed: false, generation: 1 });
});

test('a stream leaves a run alone that a follower looks after, and reads what that one commits', async () => {
  const parts = memoryWorld({ script: () => TALK });
  const { run } = await submitRun(parts.world, { domain, request: request() });
  await passTime(parts, 1_000);
  const generation = (await readRun(parts.world, run.run_id))?.run.generation;
  // Another instance: it hears nothing of what is committed by the first.
  const other = otherInstance(parts.world);
  const { got, done } = stream(parts, other, run.run_id);
  await passTime(parts, 5_000);
  expect((await readRun(parts.world, run.run_id))?.run.generation).toBe(generation);
  expect(got.length).toBeGreaterThan(50);
  await passTime(parts, 30_000);
  await done;
  expect(got).toHaveLength(300);
});

test('a stream in another instance has a line within a commit and a look', async () => {
  const parts = memoryWorld({ script: () => TALK });
  const { run } = await submitRun(parts.world, { domain, request: request() });
  const began = parts.clock.now();
  await passTime(parts, 1_000);
  const { got } = stream(parts, otherInstance(parts.world), run.run_id);
  await passTime(parts, 20_000);
  const lags = got.map(({ text, at }) => at - began - Number(text.slice(5)) * 100).slice(20, 150);
  // Up to 150 ms until the commit and 50 (a step of this clock) until the look, and some for the driver's start; a look every 250 ms made it 600.
  expect(lags.length).toBeGreaterThan(100);
  expect(Math.max(...lags)).toBeLessThanOrEqual(400);
});

test('a run whose Job is being made is left to the process that makes it', async () => {
  const parts = memoryWorld({ script: () => TALK });
  let make = (): void => undefined;
  const making = new Promise<void>((resolve) => (make = resolve));
  const createConfig = parts.cluster.createConfig.bind(parts.cluster);
  parts.cluster.createConfig = (...config) => making.then(() => createConfig(...config));
  const submitted = submitRun(parts.world, { domain, request: request() });
  await passTime(parts, 200, 0);
  const id = parts.store.dump('work')[0]?.key ?? '';
  const { leave, done } = stream(parts, otherInstance(parts.world), id);
  await passTime(parts, 2_000, 0);
  expect((await readRun(parts.world, id))?.run).toMatchObject({ state: 'starting', generation: 0 });
  make();
  await passTime(parts, 2_000, 0);
  await submitted;
  expect((await readRun(parts.world, id))?.run).toMatchObject({ state: 'running', generation: 1 });
  leave();
  await passTime(parts, 3_000, 0);
  await done;
});

test('an instance that is told to end gives its runs to the queue, and takes no more', async () => {
  const parts = await begun();
  const { done, leave } = stream(parts, parts.world, parts.id);
  await passTime(parts, 2_000, 0);
  const closing = closeReaders(parts.world);
  await passTime(parts, 200, 0);
  await closing;
  expect(parts.queue.messages).toMatchObject([{ message: { generation: 1 } }]);
  await passTime(parts, 20_000, 0);
  expect(await lease(parts, parts.id)).toEqual({ followed: false, generation: 1 });
  leave();
  await passTime(parts, 500, 0);
  await done;
});

test('a caller of another domain has nothing followed', async () => {
  const parts = await begun();
  const waiting = { after: 0, limit: 1, waitMs: 1_000 };
  await expect(waitForEvents(parts.world, 'other', parts.id, waiting)).rejects.toMatchObject({
    code: 'not_found',
  });
  await passTime(parts, 1_000, 0);
  expect(await lease(parts, parts.id)).toEqual({ followed: false, generation: 0 });
});

test('an instance follows 100 runs for its readers at most; the others are read as they are stored', async () => {
  const parts = memoryWorld({ script: () => TALK });
  const { world } = parts;
  await putLane(world, domain, 'wide', { capacity: 100 });
  await putLane(world, domain, 'rest', { capacity: 100 });
  const ids: string[] = [];
  for (let index = 0; index <= FOLLOWED_FOR_READERS_MAX; index += 1) {
    const lane = index % 2 === 0 ? 'wide' : 'rest';
    ids.push((await submitRun(world, { domain, request: request({ lane }) })).run.run_id);
  }
  parts.queue.clear();
  const streams = ids.map((id) => stream(parts, world, id));
  await passTime(parts, 2_000, 0);
  const leases = await Promise.all(ids.map((id) => lease(parts, id)));
  expect(leases.filter(({ followed }) => followed)).toHaveLength(FOLLOWED_FOR_READERS_MAX);
  for (const { leave } of streams) leave();
  await passTime(parts, READERS_AWAY_MS + 1_000, 0);
  await Promise.all(streams.map(({ done }) => done));
});
