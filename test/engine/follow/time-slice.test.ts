/** When a follower gives its place to others, and that nothing of it holds the log up. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const TALK: Script = {
  lines: Array.from({ length: 400 }, (_, index) => ({ at: index * 100, text: String(index) })),
  endsAt: 120_000,
  exitCode: 0,
};

/** 45 s of a run that is followed: how late each line became an event, in milliseconds, and by how many followers. */
async function followed(change: (world: World) => Partial<World>) {
  const parts = memoryWorld({ script: () => TALK });
  const world = { ...parts.world, ...change(parts.world) };
  const { run } = await submitRun(world, { domain, request: request() });
  await passTime({ ...parts, world }, 45_000);
  const { events } = await readEvents(world, domain, run.run_id, { after: 0, limit: 1_000 });
  const late = events.flatMap((event) =>
    event.type === 'log'
      ? event.data.lines.map((line) => Date.parse(event.timestamp) - Date.parse(line.timestamp))
      : [],
  );
  expect(late).toHaveLength(400);
  return { late, followers: (await readRun(world, run.run_id))?.run.generation };
}

const othersWait = (world: World, waiting: World['queue']['waiting']): Partial<World> => ({
  queue: { ...world.queue, waiting },
});

test('a place is kept until others wait for it', async () => {
  expect(await followed(() => ({}))).toMatchObject({ followers: 1 });
  expect(await followed((world) => othersWait(world, async () => true))).toMatchObject({
    followers: 3,
  });
});

test('a run that has found a place elsewhere by the second check gets none', async () => {
  let asked = 0;
  const { followers } = await followed((world) =>
    othersWait(world, async () => (asked += 1) % 2 === 1),
  );
  expect(asked).toBeGreaterThan(6);
  expect(followers).toBe(1);
});

test('a queue that does not say whether others wait holds up no line', async () => {
  const { late } = await followed((world) =>
    othersWait(world, async () => {
      await world.clock.sleep(10_000);
      throw new Error('no answer within 10 s');
    }),
  );
  expect(Math.max(...late.slice(50))).toBeLessThan(1_000);
});

test('a Web PubSub that does not answer holds up no line when the follower changes', async () => {
  const { late, followers } = await followed((world) => {
    const downAt = world.clock.now() + 5_000;
    const send: World['push']['send'] = (...message) =>
      world.clock.now() < downAt
        ? world.push.send(...message)
        : world.clock.sleep(5_000).then(() => Promise.reject(new Error('no answer within 5 s')));
    return { ...othersWait(world, async () => true), push: { ...world.push, send } };
  });
  expect(followers).toBe(3);
  expect(Math.max(...late.slice(50))).toBeLessThan(1_000);
});
