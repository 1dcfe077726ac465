/** Events move from rows to blobs: in few requests, and without a reader noticing. */
import { expect, test } from 'vitest';
import { compact } from '../../../src/engine/archive/compact.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { eventsFrom } from '../../../src/engine/events/events.ts';
import { changeRun, readRun, type VersionedRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request } from '../../support/world.ts';

/** A run with so many events. */
async function told(world: World, count: number): Promise<VersionedRun> {
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  let stored = await readRun(world, run.run_id);
  while (stored && stored.run.last_seq < count) {
    const drafts = Array.from({ length: Math.min(90, count - stored.run.last_seq) }, () => ({
      type: 'error' as const,
      data: { message: 'x'.repeat(200) },
    }));
    stored = await changeRun(world, stored, {}, drafts);
  }
  if (!stored) throw new Error('the run is gone');
  return stored;
}

/** The world with another way to list rows. */
const listing = (world: World, list: World['store']['list']): World => ({
  ...world,
  store: { ...world.store, list },
});

test('a log of many small events is moved in few reads', async () => {
  const { world } = memoryWorld();
  const stored = await told(world, 5_000);
  let lists = 0;
  const counting = listing(world, (...args) => {
    lists += 1;
    return world.store.list(...args);
  });
  const { stored: after } = await compact(counting, stored, Number.POSITIVE_INFINITY);
  expect(lists).toBeLessThan(12);
  const { run } = after;
  expect((await eventsFrom(world, run, 0, 9_999)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 5_000 }, (_, index) => index + 1),
  );
});

test('a list between whose pages rows went to a blob is no reason to miss events', async () => {
  const { world } = memoryWorld();
  const stored = await told(world, 40);
  let compacted = false;
  const torn = listing(world, async (table, partition, range) => {
    const rows = await world.store.list(table, partition, range);
    if (compacted || rows.length < 40) return rows;
    compacted = true;
    await compact(world, stored, Number.POSITIVE_INFINITY);
    return rows.filter((_, index) => index < 10 || index >= 20);
  });
  const events = await eventsFrom(torn, stored.run, 0, 100);
  expect(compacted).toBe(true);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test('a page from a blob reads that once', async () => {
  const { world } = memoryWorld();
  const { stored } = await compact(world, await told(world, 1_000), Number.POSITIVE_INFINITY);
  const { run } = stored;
  let gets = 0;
  const get: World['blobs']['get'] = (name) => {
    gets += 1;
    return world.blobs.get(name);
  };
  const counting: World = { ...world, blobs: { ...world.blobs, get } };
  expect(await eventsFrom(counting, run, 0, 1_000)).toHaveLength(1_000);
  expect(gets).toBe(1);
});
