import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const MINUTE = 60_000;
const script: Script = {
  lines: [
    { at: 0, text: 'one' },
    ...Array.from({ length: 20 }, (_, index) => ({ at: 10 * MINUTE, text: `line ${index}` })),
  ],
  endsAt: 10 * MINUTE + 50,
  exitCode: 0,
};

test('a driver that prints nothing for ten minutes is followed all the while, and every line is there', async () => {
  const parts = memoryWorld({ script: () => script });
  const { world } = parts;
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  for (let minute = 0; minute < 10; minute++) {
    await passTime(parts, MINUTE);
    await tick(world);
    expect(await getRun(world, 'default', run.run_id)).toMatchObject({ state: 'running' });
  }
  await passTime(parts, 10_000);
  expect(await getRun(world, 'default', run.run_id)).toMatchObject({ state: 'succeeded' });
  const { events } = await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 });
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  expect(lines.map(({ message }) => message)).toEqual(
    parts.cluster.printed(run.run_id).map(String),
  );
  expect(events.filter(({ type }) => type === 'gap' || type === 'error')).toEqual([]);
});
