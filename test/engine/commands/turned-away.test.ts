/** A lane that has no place: what that costs, and what is left of the request. */
import { expect, test } from 'vitest';
import { Target } from '../../../src/core/kinds/target.ts';
import { NEW_LANE } from '../../../src/core/lanes/lane.ts';
import { LANE_QUEUE_MAX } from '../../../src/core/limits.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';

/** The calls that `act` makes to the store, such as `read lanes`. */
async function callsOf(world: World, act: (world: World) => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const { store } = world;
  const counted: World = {
    ...world,
    store: {
      ...store,
      read: (...args) => (calls.push(`read ${args[0]}`), store.read(...args)),
      list: (...args) => (calls.push(`list ${args[0]}`), store.list(...args)),
      commit: (...args) => (calls.push(`commit ${args[0]}`), store.commit(...args)),
    },
  };
  await act(counted);
  return calls;
}

/** A lane with a run in its only place, of which `queued` are said to wait. */
async function busyLane(queued = 0) {
  const parts = memoryWorld();
  const { run } = await submitRun(parts.world, { domain, request: request() });
  const lane = { ...NEW_LANE, listed: true, active: [run.run_id], next: queued + 1, queued };
  await parts.store.commit('lanes', `${domain}.default`, [
    { op: 'put', key: 'lane', values: { body: JSON.stringify(lane) } },
  ]);
  return { ...parts, holder: run.run_id };
}

test.each([
  ['full', 'queue', 'lane_full', LANE_QUEUE_MAX],
  ['full, with nothing to attach to', 'attach', 'lane_full', LANE_QUEUE_MAX],
  ['busy', 'reject', 'lane_busy', 0],
  ['paused', 'reject', 'lane_paused', 0],
] as const)(
  '%s, asked to %s: refused on one look, and nothing is written',
  async (what, on_busy, code, queued) => {
    const { world, store } = await busyLane(queued);
    if (what === 'paused') await putLane(world, domain, 'default', { paused: true });
    if (on_busy === 'attach') {
      const lane = { ...NEW_LANE, listed: true, paused: true, next: queued + 1, queued };
      await store.commit('lanes', `${domain}.default`, [
        { op: 'put', key: 'lane', values: { body: JSON.stringify(lane) } },
      ]);
    }
    const before = (['work', 'runs', 'idempotency', 'lanes', 'index'] as const).map(store.dump);
    const body = request({ on_busy });
    const calls = await callsOf(world, (counted) =>
      expect(
        submitRun(counted, { domain, request: body, idempotency: { key: 'k', body } }),
      ).rejects.toMatchObject({ code }),
    );
    // Whoever wants to attach looks for a run to attach to.
    const looked = on_busy === 'attach' ? ['list lanes'] : [];
    const catalogue = Array.from({ length: 3 }, () => 'read catalogue');
    expect(calls).toEqual(['read idempotency', ...catalogue, 'read lanes', ...looked]);
    expect((['work', 'runs', 'idempotency', 'lanes', 'index'] as const).map(store.dump)).toEqual(
      before,
    );
  },
);

test('one that is attached writes its key, and nothing else', async () => {
  const { world, holder } = await busyLane();
  const body = request({ on_busy: 'attach', params: { other: 1 } });
  const commits = await callsOf(world, async (counted) => {
    const idempotency = { key: 'k', body };
    const attached = await submitRun(counted, { domain, request: body, idempotency });
    expect(attached).toMatchObject({ outcome: 'attached', differs: true, run: { run_id: holder } });
  });
  expect(commits.filter((call) => call.startsWith('commit'))).toEqual(['commit idempotency']);
});

test('one that is attached to a run on another target differs from it', async () => {
  const { world } = await busyLane();
  await targets.create(world, domain, Target.parse({ name: 'big' }));
  const attach = (target?: string) =>
    submitRun(world, { domain, request: request({ on_busy: 'attach', target }) });
  expect(await attach()).toMatchObject({ outcome: 'attached', differs: false });
  expect(await attach('big')).toMatchObject({ outcome: 'attached', differs: true });
});

test('an uncontended place is taken in one commit, without another read of the lane', async () => {
  const { world } = memoryWorld();
  await putLane(world, domain, 'default', {});
  const calls = await callsOf(world, (counted) =>
    submitRun(counted, { domain, request: request() }),
  );
  const recorded = calls.indexOf('commit runs');
  expect(calls.slice(recorded, recorded + 2)).toEqual(['commit runs', 'commit lanes']);
});

test('a run that lost its place to a faster one is withdrawn in one commit', async () => {
  const { world, store } = memoryWorld();
  await putLane(world, domain, 'default', {});
  let lost = false;
  // Between the look at the lane and the way into it another run takes the place.
  const slower: World = {
    ...world,
    store: {
      ...world.store,
      async commit(table, partition, writes) {
        const done = await world.store.commit(table, partition, writes);
        if (table === 'work' && !lost) {
          lost = true;
          await submitRun(world, { domain, request: request() });
        }
        return done;
      },
    },
  };
  const calls = await callsOf(slower, (counted) =>
    expect(
      submitRun(counted, { domain, request: request({ on_busy: 'reject' }) }),
    ).rejects.toMatchObject({ code: 'lane_busy' }),
  );
  // Its rows, the lost way into the lane, and its rows again.
  const commits = ['commit work', 'commit runs', 'commit lanes', 'commit runs', 'commit work'];
  expect(calls.filter((call) => call.startsWith('commit'))).toEqual(commits);
  expect(store.dump('work')).toHaveLength(1);
  expect(store.dump('runs').filter(({ values }) => values['state'] === 'tombstone')).toHaveLength(
    1,
  );
});
