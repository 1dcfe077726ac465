/** The lanes of a domain: how they come, go and come back, and how many there may be. */
import { describe, expect, test } from 'vitest';
import { POLICIES } from '../../../src/core/access/policy.ts';
import type { Lane } from '../../../src/core/lanes/lane.ts';
import { LANES_MAX, SUBMIT_GRACE_MS } from '../../../src/core/limits.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { deleteLane, getLane, listLanes, putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readLaneNames, writeLaneNames } from '../../../src/engine/lanes/lane-names.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import type { World } from '../../../src/ports/world.ts';
import { whileWaiting } from '../../api/wait.ts';
import { randomOf } from '../../support/chaos.ts';
import { modelOfTables } from '../../support/model.ts';
import { memoryWorld, otherInstance, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const DECLARED = { ...POLICIES.open, lanes: 'declared' } as const;

const submit = (world: World, change: object = {}) =>
  submitRun(world, { domain, request: request({ lane: 'one', ...change }) });

const namesOf = async (world: World): Promise<string[]> =>
  (await listLanes(world, domain, { limit: 1_000 })).lanes.map(({ name }) => name);

const rowOf = async (world: World, name = 'one'): Promise<Lane> =>
  JSON.parse(
    String((await world.store.read('lanes', `${domain}.${name}`, 'lane'))?.values['body']),
  );

const isOver = (world: World, runId: string) => async (): Promise<boolean> =>
  (await getRun(world, domain, runId)).finished_at !== null;

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

/** Holds the next write of a table until `resume` is called. */
function stalling(world: World, table: string) {
  let resume = (): void => undefined;
  const stored = new Promise<void>((resolve) => (resume = resolve));
  let reached = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (reached = resolve));
  const slow: World = {
    ...otherInstance(world),
    store: {
      ...world.store,
      async commit(...args) {
        if (args[0] === table) {
          reached();
          await stored;
        }
        return world.store.commit(...args);
      },
    },
  };
  return { slow, stalled, resume };
}

describe('an idle lane', () => {
  test('is deleted, is not listed, and comes back with the count of its tickets going on', async () => {
    const { world, clock } = memoryWorld();
    await putLane(world, domain, 'one', { capacity: 1 });
    await submit(world);
    const last = await submit(world);
    await tickUntil(world, clock, isOver(world, last.run.run_id));
    await tickUntil(world, clock, async () => (await rowOf(world)).active.length === 0);
    await deleteLane(world, domain, 'one');
    expect(await namesOf(world)).toEqual(['default']);
    expect(await codeOf(getLane(world, domain, 'one'))).toBe('not_found');
    expect(await codeOf(deleteLane(world, domain, 'one'))).toBe('not_found');
    expect(await rowOf(world)).toMatchObject({ listed: false, next: 2 });
    await submit(world);
    await submit(world);
    expect(await rowOf(world)).toMatchObject({ listed: true, next: 3, queued: 1 });
    expect(await namesOf(world)).toEqual(['default', 'one']);
  });

  test('that is not idle is not deleted, nor is `default`', async () => {
    const { world } = memoryWorld();
    const { run } = await submit(world);
    await expect(deleteLane(world, domain, 'one')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(run.run_id),
    });
    await putLane(world, domain, 'two', { paused: true });
    await submit(world, { lane: 'two' });
    expect(await codeOf(deleteLane(world, domain, 'two'))).toBe('conflict');
    expect(await codeOf(deleteLane(world, domain, 'default'))).toBe('conflict');
    expect(await namesOf(world)).toEqual(['default', 'one', 'two']);
  });

  test('whose deletion stopped half-way is not shown, and is deleted by the next try', async () => {
    const { world } = memoryWorld();
    await putLane(world, domain, 'one', {});
    const broken: World = {
      ...world,
      store: {
        ...world.store,
        commit: async (...args) => {
          if (args[0] === 'catalogue') throw new Error('no answer');
          return world.store.commit(...args);
        },
      },
    };
    await expect(deleteLane(broken, domain, 'one')).rejects.toThrow('no answer');
    expect(await namesOf(world)).toEqual(['default']);
    await deleteLane(world, domain, 'one');
    expect((await readLaneNames(world, domain)).names).toEqual([]);
  });
});

describe('a submit that stalls while its lane is deleted', () => {
  const stalled = async (policy: typeof DECLARED | typeof POLICIES.open) => {
    const parts = memoryWorld();
    const { world } = parts;
    await putLane(world, domain, 'one', { capacity: 7 });
    await writePolicy(world, domain, policy);
    const stop = stalling(world, 'lanes');
    const answer = codeOf(submit(stop.slow, { on_busy: 'reject' }));
    await stop.stalled;
    await deleteLane(world, domain, 'one');
    stop.resume();
    return { ...parts, code: await whileWaiting(parts.clock, 10, answer) };
  };

  test('does not bring it back where lanes are declared', async () => {
    const { world, store, code } = await stalled(DECLARED);
    expect(code).toBe('invalid');
    expect(await rowOf(world)).toMatchObject({ listed: false, active: [] });
    expect(await namesOf(world)).toEqual(['default']);
    expect(store.dump('work')).toEqual([]);
  });

  test('makes it anew where lanes are made by use', async () => {
    const { world, code } = await stalled(POLICIES.open);
    expect(code).toBe('done');
    expect(await rowOf(world)).toMatchObject({ listed: true, capacity: 1 });
    expect(await namesOf(world)).toEqual(['default', 'one']);
  });

  test('ends in sight when a tick finds its run, which its caller may know', async () => {
    const { world, clock, store } = memoryWorld();
    await putLane(world, domain, 'one', {});
    await writePolicy(world, domain, DECLARED);
    const stop = stalling(world, 'lanes');
    void submit(stop.slow).catch(() => undefined);
    await stop.stalled;
    await deleteLane(world, domain, 'one');
    const [row] = store.dump('runs');
    await clock.advance(SUBMIT_GRACE_MS);
    await tickUntil(world, clock, isOver(world, row?.partition ?? ''));
    expect(await getRun(world, domain, row?.partition ?? '')).toMatchObject({
      state: 'failed',
      reason: { code: 'lane_deleted' },
    });
    await tickUntil(world, clock, () => store.dump('work').length === 0);
    expect(await namesOf(world)).toEqual(['default']);
  });
});

describe('the lanes of a domain', () => {
  const fill = async (world: World, left: number): Promise<void> => {
    const names = Array.from({ length: LANES_MAX - left }, (_, index) => `l${index}`);
    await writeLaneNames(world, domain, await readLaneNames(world, domain), names);
    for (const name of names.slice(0, 1)) await putLane(world, domain, name, {});
  };

  test('are 1,000 at most, made by use or declared; one that is deleted makes room', async () => {
    const { world, store } = memoryWorld();
    await fill(world, 0);
    for (const on_busy of ['queue', 'attach', 'reject'])
      expect(await codeOf(submit(world, { on_busy }))).toBe('too_many_lanes');
    expect(await codeOf(putLane(world, domain, 'one', {}))).toBe('too_many_lanes');
    for (const table of ['work', 'runs'] as const) expect(store.dump(table)).toEqual([]);
    await submit(world, { lane: 'default' });
    await submit(world, { lane: 'l0' });
    expect(await codeOf(submitRun(world, { domain: 'new', request: request() }))).not.toBe(
      'too_many_lanes',
    );
    await deleteLane(world, domain, 'l1');
    expect(await codeOf(submit(world))).toBe('done');
    await deleteLane(otherInstance(world), domain, 'l2');
    expect(await codeOf(submit(world, { lane: 'two' }))).toBe('done');
  });

  test('are read again only once another instance has changed their list', async () => {
    const { world } = memoryWorld();
    let reads = 0;
    const { store } = world;
    const counted: World = {
      ...world,
      store: {
        ...store,
        read(...args) {
          if (args[2] === 'names') reads += 1;
          return store.read(...args);
        },
      },
    };
    for (const lane of ['one', 'two', 'three']) await submit(counted, { lane });
    expect(reads).toBe(1);
    await submit(otherInstance(world), { lane: 'four' });
    await submit(counted, { lane: 'five' });
    expect(reads).toBe(2);
    expect(await namesOf(world)).toEqual(['default', 'five', 'four', 'one', 'three', 'two']);
  });

  test('are no more when several instances make them at once', async () => {
    const { worlds, world, drive } = modelOfTables({ instances: 2, seed: 3 });
    await fill(world, 10);
    const codes = await drive(
      Promise.all(
        worlds.flatMap((each, instance) =>
          Array.from({ length: 10 }, (_, index) =>
            codeOf(submit(each, { lane: `new-${instance}-${index}` })),
          ),
        ),
      ),
    );
    expect(codes.filter((code) => code === 'done')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too_many_lanes')).toHaveLength(10);
    expect((await readLaneNames(world, domain)).names).toHaveLength(LANES_MAX);
  });

  test('are all listed, in whatever order they are deleted and used again', async () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const { worlds, world, clock, drive } = modelOfTables({ instances: 2, seed });
      const random = randomOf(seed);
      await putLane(world, domain, 'one', {});
      /** Writes of the list come late, so that much can happen before them. */
      const late = (each: World): World => ({
        ...each,
        store: {
          ...each.store,
          commit: async (...args) => {
            if (args[0] === 'catalogue') await clock.sleep(random() * 60);
            return each.store.commit(...args);
          },
        },
      });
      const acts = worlds.map(late).flatMap((each) =>
        [() => deleteLane(each, domain, 'one'), () => submit(each)].map(async (act) => {
          await clock.sleep(random() * 60);
          await codeOf(act());
        }),
      );
      await drive(Promise.all(acts));
      if (!(await rowOf(world)).listed) continue;
      expect((await readLaneNames(world, domain)).names, `seed ${seed}`).toEqual(['one']);
    }
  });
});

test('a run that is cancelled before it had its place makes no lane', async () => {
  const { world, clock, store } = memoryWorld();
  const stop = stalling(world, 'lanes');
  const answer = codeOf(submit(stop.slow));
  await stop.stalled;
  const runId = store.dump('runs')[0]?.partition ?? '';
  await cancelRun(world, { domain, runId });
  await tickUntil(world, clock, isOver(world, runId));
  stop.resume();
  expect(await whileWaiting(clock, 10, answer)).toBe('done');
  expect((await getRun(world, domain, runId)).state).toBe('cancelled');
  await tickUntil(world, clock, () => store.dump('work').length === 0);
  expect(await namesOf(world)).toEqual(['default']);
});
