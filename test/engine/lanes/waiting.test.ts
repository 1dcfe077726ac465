/** Runs that wait are told by their lane: the timer reads none of them, and misses none that no longer waits. */
import { describe, expect, test } from 'vitest';
import type { Table } from '../../../src/core/limits.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { Write } from '../../../src/ports/store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const submit = async (world: World): Promise<string> =>
  (await submitRun(world, { domain, request: request() })).run.run_id;

/** The instance, and the ids of the runs that it reads. */
function readingRuns(world: World): { readonly world: World; readonly read: string[] } {
  const read: string[] = [];
  const { store } = world;
  return {
    read,
    world: {
      ...world,
      store: {
        ...store,
        async read(table, partition, key) {
          if (table === 'runs' && key === 'run') read.push(partition);
          return store.read(table, partition, key);
        },
      },
    },
  };
}

/** An instance that dies before the first commit that `when` picks. */
function dyingBefore(
  world: World,
  when: (table: Table, writes: readonly Write[]) => boolean,
): World {
  let dead = false;
  return {
    ...world,
    store: {
      ...world.store,
      async commit(table, partition, writes) {
        dead ||= when(table, writes);
        if (dead) throw new Error('the instance is gone');
        return world.store.commit(table, partition, writes);
      },
    },
  };
}

describe('a run that waits', () => {
  test('is not read by the timer once its row says so, and its submit says so', async () => {
    const { world, clock } = memoryWorld();
    const [first] = [await submit(world), await submit(world), await submit(world)];
    await clock.advance(100);
    const { world: reading, read } = readingRuns(world);
    await tick(reading);
    expect(new Set(read)).toEqual(new Set([first]));
  });

  test('whose submit died with its ticket is looked up once', async () => {
    const { world, clock, store } = memoryWorld();
    await submit(world);
    let tickets = 0;
    const dying = dyingBefore(world, (table) => {
      if (table === 'lanes') tickets += 1;
      return tickets > 0 && table !== 'lanes';
    });
    await submit(dying).catch(() => undefined);
    expect(store.dump('lanes').filter(({ key }) => key.startsWith('q.'))).toHaveLength(1);
    await clock.advance(100);
    const waiting = async (): Promise<string[]> => {
      const { world: reading, read } = readingRuns(world);
      await tick(reading);
      return read;
    };
    const second = store
      .dump('lanes')
      .find(({ key }) => key.startsWith('r.'))
      ?.key.slice(2);
    expect(await waiting()).toContain(second);
    expect(await waiting()).not.toContain(second);
  });

  test('starts in its turn although the process that admitted it crashed', async () => {
    const { world, clock, cluster } = memoryWorld();
    const [first, second] = [await submit(world), await submit(world)];
    await clock.advance(100);
    let released = false;
    const dying = dyingBefore(world, (table) => {
      if (released) return true;
      released = table === 'lanes';
      return false;
    });
    await clock.advance(2_000);
    await tickUntil(dying, clock, () => released, 30);
    expect(await getRun(world, domain, first)).toMatchObject({ state: 'succeeded' });
    expect(await getRun(world, domain, second)).toMatchObject({ state: 'queued' });
    await tickUntil(world, clock, () => cluster.alive().includes(second), 30);
  });

  test('whose cancel crashes half-way leaves its lane with the next tick', async () => {
    const { world, clock, store } = memoryWorld({
      script: () => ({ lines: [], endsAt: 600_000, exitCode: 0 }),
    });
    const [, second] = [await submit(world), await submit(world)];
    const dying = dyingBefore(world, (table) => table === 'lanes');
    const over = { yet: false };
    void cancelRun(dying, { domain, runId: second ?? '' }).finally(() => (over.yet = true));
    while (!over.yet) await clock.advance(100);
    expect(await getRun(world, domain, second ?? '')).toMatchObject({ state: 'cancelled' });
    expect(store.dump('lanes').filter(({ key }) => key.startsWith('q.'))).toHaveLength(1);
    await clock.advance(100);
    await tick(world);
    expect(store.dump('lanes').filter(({ key }) => key.startsWith('q.'))).toEqual([]);
  });

  test('and so does one that a tick had met just before it was cancelled', async () => {
    const { world, clock, store } = memoryWorld({
      script: () => ({ lines: [], endsAt: 600_000, exitCode: 0 }),
    });
    const [, second] = [await submit(world), await submit(world)];
    const dying = dyingBefore(world, (table) => table === 'lanes');
    // Between the cancel's note in the work row and its commit.
    const late: World = {
      ...dying,
      store: {
        ...dying.store,
        async commit(table, ...args) {
          if (table === 'runs') await tick(world);
          return dying.store.commit(table, ...args);
        },
      },
    };
    const over = { yet: false };
    void cancelRun(late, { domain, runId: second ?? '' }).finally(() => (over.yet = true));
    while (!over.yet) await clock.advance(100);
    expect(await getRun(world, domain, second ?? '')).toMatchObject({ state: 'cancelled' });
    await clock.advance(100);
    await tick(world);
    expect(store.dump('lanes').filter(({ key }) => key.startsWith('q.'))).toEqual([]);
  });
});

test('a row of another kind is left alone', async () => {
  const { world, clock, store } = memoryWorld();
  const values = { kind: 'trigger', domain, lane: 'default' };
  await store.commit('work', 'w.00', [{ op: 'insert', key: 'r01kdvdnbdpjprz3', values }]);
  await clock.advance(60_000);
  await tick(world);
  expect(store.dump('work')).toMatchObject([{ values }]);
  expect(store.dump('runs')).toEqual([]);
});
