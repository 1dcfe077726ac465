/** A queue that takes long to answer: the log of a run that is followed goes on. */
import { expect, test } from 'vitest';
import type { Script } from '../../src/adapters/memory/cluster.ts';
import { readEvents } from '../../src/engine/events.ts';
import { submitRun } from '../../src/engine/submit.ts';
import { passTime } from '../support/followers.ts';
import { memoryWorld, request } from '../support/world.ts';

const domain = 'default';
const TALK: Script = {
  lines: Array.from({ length: 400 }, (_, index) => ({ at: index * 100, text: String(index) })),
  endsAt: 60_000,
  exitCode: 0,
};

test('a queue that does not say whether others wait holds up no line', async () => {
  const parts = memoryWorld({ script: () => TALK });
  const { clock, queue } = parts;
  const waiting = async (): Promise<boolean> => {
    await clock.sleep(10_000);
    throw new Error('no answer within 10 s');
  };
  const world = { ...parts.world, queue: { ...queue, waiting } };
  const { run } = await submitRun(world, { domain, request: request() });
  await passTime({ ...parts, world }, 45_000);
  const { events } = await readEvents(world, domain, run.run_id, { after: 0, limit: 1_000 });
  const late = events.flatMap((event) =>
    event.type === 'log'
      ? event.data.lines.map((line) => Date.parse(event.timestamp) - Date.parse(line.timestamp))
      : [],
  );
  expect(late).toHaveLength(400);
  expect(Math.max(...late.slice(50))).toBeLessThan(1_000);
});
