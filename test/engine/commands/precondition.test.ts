/** What is changed or taken away only in a version that was asked for. */
import { expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { deleteLane, getLane, listLanes, putLane } from '../../../src/engine/commands/lanes.ts';
import { Conflict } from '../../../src/ports/store.ts';
import { whileWaiting } from '../../api/wait.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';
const is = (version: string) => (etag: string | null) => etag === version;
const flow = (description: string) =>
  Pipeline.parse({ name: 'flow', kind: 'nextflow', source: 'org/flow', description });

/** A world in which `other` is done right before the first commit to the table, once. */
function crossed(
  table: string,
  other: (world: ReturnType<typeof memoryWorld>) => Promise<unknown>,
) {
  const parts = memoryWorld();
  const { commit } = parts.store;
  const state = { committed: false };
  parts.store.commit = async (...args) => {
    if (state.committed && args[0] === table) {
      state.committed = false;
      await other(parts);
    }
    return commit(...args);
  };
  return { ...parts, arm: () => Object.assign(state, { committed: true }) };
}

test('an entry that changes meanwhile is not deleted', async () => {
  const parts = crossed('catalogue', ({ world }) => pipelines.change(world, domain, flow('two')));
  const { world } = parts;
  const { etag } = await pipelines.create(world, domain, flow('one'));
  parts.arm();
  await expect(pipelines.remove(world, domain, 'flow', is(etag))).rejects.toMatchObject({
    code: 'precondition_failed',
  });
  expect((await pipelines.read(world, domain, 'flow')).value.description).toBe('two');
});

test('a lane that changes meanwhile is neither changed nor deleted', async () => {
  for (const change of [putLane, deleteLane] as const) {
    const parts = crossed('lanes', ({ world }) => putLane(world, domain, 'x', { capacity: 3 }));
    const { world, clock } = parts;
    const { etag } = await putLane(world, domain, 'x', { capacity: 1 });
    parts.arm();
    const tried: Promise<unknown> =
      change === putLane
        ? putLane(world, domain, 'x', { capacity: 2 }, is(etag))
        : deleteLane(world, domain, 'x', is(etag));
    await expect(whileWaiting(clock, 10, tried)).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    expect((await getLane(world, domain, 'x')).lane.capacity).toBe(3);
  }
});

test('a lane that was deleted and is made again at once stays', async () => {
  const parts = crossed('catalogue', async ({ world }) => {
    await putLane(world, domain, 'x', { capacity: 3 });
    throw new Conflict('the list was changed');
  });
  const { world, clock } = parts;
  const { etag } = await putLane(world, domain, 'x', { capacity: 1 });
  parts.arm();
  await whileWaiting(clock, 10, deleteLane(world, domain, 'x', is(etag)));
  expect((await getLane(world, domain, 'x')).lane.capacity).toBe(3);
  const { lanes } = await listLanes(world, domain, { limit: 10 });
  expect(lanes.map(({ name }) => name)).toContain('x');
});
