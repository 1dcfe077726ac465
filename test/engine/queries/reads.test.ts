/** What reads cost and show: the cost follows what is shown, not how much waits. */
import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/core/access/token.ts';
import type { RunState } from '../../../src/core/events/state.ts';
import { LISTED_MAX, POSITION_MAX } from '../../../src/core/limits.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { laneFigures, listLanes, putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { negotiate } from '../../../src/engine/queries/negotiate.ts';
import { getRun, listRuns, type RunFilter } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { putIndex } from '../../../src/engine/store/index-store.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { costOf } from '../../support/cost.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const limit = 20;

async function submit(world: World, change: Record<string, unknown> = {}): Promise<string> {
  return (await submitRun(world, { domain, request: request(change) })).run.run_id;
}

const submitMany = (world: World, count: number, change = {}): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => submit(world, change)));

const idsIn = async (world: World, state: RunState, lane?: string): Promise<string[]> => {
  const page = await listRuns(world, domain, {
    states: [state],
    limit: 200,
    ...(lane && { lanes: [lane] }),
  });
  return page.runs.map((run) => run.run_id);
};

const caller: Caller = {
  id: 'u',
  kind: 'token',
  name: null,
  domain,
  scopes: ['read'],
  root: false,
  expires_at: null,
};

describe('a run that waits', () => {
  test('costs the same to read, cancel and negotiate for, however long the queue', async () => {
    const costs = await Promise.all(
      [POSITION_MAX + 50, 1_200].map(async (waiting) => {
        const { world } = memoryWorld();
        const ids = await submitMany(world, waiting + 1);
        const last = ids.at(-1) ?? '';
        const runIds = ids.slice(0, 50);
        return [
          await costOf(world, (counted) => getRun(counted, domain, last)),
          await costOf(world, (counted) => negotiate(counted, { caller, runIds })),
          await costOf(world, (counted) => cancelRun(counted, { domain, runId: last })),
        ];
      }),
    );
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[0]?.[1]).toEqual({ calls: 50, rows: 50 });
  });

  test('knows its place to the hundredth, and behind it a bound', async () => {
    const { world } = memoryWorld();
    const ids = await submitMany(world, POSITION_MAX + 2);
    const placeOf = async (index: number) => {
      const run = await getRun(world, domain, ids[index] ?? '');
      return [run.queue_position, run.queue_position_at_least];
    };
    expect(await placeOf(0)).toEqual([null, null]);
    expect(await placeOf(1)).toEqual([1, null]);
    expect(await placeOf(POSITION_MAX)).toEqual([POSITION_MAX, null]);
    expect(await placeOf(POSITION_MAX + 1)).toEqual([null, POSITION_MAX + 1]);
    const { runs } = await listRuns(world, domain, { states: ['queued'], limit: 200 });
    for (const run of runs) {
      const place = ids.indexOf(run.run_id);
      // The first one has its place, whether or not it has started yet.
      expect(run.queue_position).toBe(place === 0 || place > POSITION_MAX ? null : place);
    }
  });

  test('names the runs that hold the places, or says that the lane is paused', async () => {
    const { world } = memoryWorld();
    await putLane(world, domain, 'two', { capacity: 2 });
    const [first, second, third] = [
      await submit(world, { lane: 'two' }),
      await submit(world, { lane: 'two' }),
      await submit(world, { lane: 'two' }),
    ];
    expect((await getRun(world, domain, third)).reason).toMatchObject({
      code: 'lane_busy',
      message: `The lane two is busy: ${first}, ${second} hold its 2 places.`,
    });
    await putLane(world, domain, 'two', { paused: true });
    const [listed] = (await listRuns(world, domain, { states: ['queued'], limit })).runs;
    expect(listed).toMatchObject({ run_id: third, reason: { code: 'lane_paused' } });
    expect((await getRun(world, domain, first)).reason).toBeNull();
  });
});

describe('a refusal', () => {
  test('names the run in the way, and of a paused lane that it is paused', async () => {
    const { world } = memoryWorld();
    const first = await submit(world);
    await expect(submit(world, { on_busy: 'reject' })).rejects.toMatchObject({
      code: 'lane_busy',
      message: expect.stringContaining(first),
    });
    await putLane(world, domain, 'still', { paused: true });
    await expect(submit(world, { lane: 'still', on_busy: 'reject' })).rejects.toMatchObject({
      code: 'lane_paused',
    });
  });
});

describe('raising a capacity', () => {
  test('lets in as many as there are places, in as many transactions as it takes', async () => {
    const { world, store } = memoryWorld();
    await submitMany(world, 151);
    await putLane(world, domain, 'default', { capacity: 150 });
    const [lane] = (await listLanes(world, domain, { limit: 1 })).lanes;
    expect(lane).toMatchObject({ queued: 1, capacity: 150 });
    expect(lane?.active).toHaveLength(150);
    const rows = store.dump('lanes').map(({ key }) => key[0]);
    expect(rows.filter((kind) => kind === 'q' || kind === 'r')).toHaveLength(2);
  });
});

describe('a place that is free while others wait', () => {
  test('is given by the timer when the process that should have done it stopped', async () => {
    const { world, store, clock } = memoryWorld();
    await submitMany(world, 120);
    const row = await store.read('lanes', `${domain}.default`, 'lane');
    const body = { ...JSON.parse(String(row?.values['body'])), capacity: 100 };
    const values = { ...row?.values, body: JSON.stringify(body) };
    await store.commit('lanes', `${domain}.default`, [{ op: 'put', key: 'lane', values }]);
    await clock.advance(20_000);
    await tick(world);
    const lane = (await listLanes(world, domain, { limit: 1 })).lanes[0];
    expect(lane?.active.length).toBe(100);
  });
});

describe('a list', () => {
  test('by state and lane costs what it shows, with a thousand that wait', async () => {
    const { world, clock } = memoryWorld();
    const running = [await submit(world, { lane: 'a' }), await submit(world, { lane: 'b' })];
    await submitMany(world, 1_000, { lane: 'a' });
    await clock.advance(100);
    await tick(world);
    await tick(world);
    expect((await idsIn(world, 'running')).sort()).toEqual([...running].sort());
    for (const filter of [{ states: ['running'] }, { states: ['running'], lane: 'a' }] as const) {
      const cost = await costOf(world, (counted) =>
        listRuns(counted, domain, { ...filter, limit }),
      );
      expect(cost.calls).toBeLessThan(15);
    }
    const cost = await costOf(world, (counted) =>
      listRuns(counted, domain, { states: ['queued'], limit }),
    );
    expect(cost.rows).toBeLessThan(POSITION_MAX + 5 * limit);
  });

  test('shows every run under its own state and lane alone, whatever moves', async () => {
    const { world, clock } = memoryWorld({
      script: (id) => ({ lines: [], endsAt: 1_000, exitCode: id.charCodeAt(15) % 2 }),
    });
    for (let index = 0; index < 12; index += 1) {
      await submit(world, { lane: `l${index % 3}` });
      await clock.advance(40);
    }
    const queued = (await idsIn(world, 'queued')).at(0) ?? '';
    await cancelRun(world, { domain, runId: queued });
    const states = ['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled'] as const;
    for (let second = 0; second < 12; second += 1) {
      const all = (await listRuns(world, domain, { limit: 200 })).runs;
      expect(all).toHaveLength(12);
      for (const state of states) {
        const want = all.filter((run) => run.state === state).map((run) => run.run_id);
        expect(await idsIn(world, state)).toEqual(want);
        const lane = all.filter((run) => run.state === state && run.lane === 'l1');
        expect(await idsIn(world, state, 'l1')).toEqual(lane.map((run) => run.run_id));
      }
      await tick(world);
      await clock.advance(500);
    }
    expect(await idsIn(world, 'cancelled')).toEqual([queued]);
  });

  test('a late writer does not bring a run back to an earlier shelf', async () => {
    const { world } = memoryWorld();
    const id = await submit(world);
    const stored = await readRun(world, id);
    if (!stored) throw new Error('the run is gone');
    await putIndex(world, { ...stored.run, state: 'queued' });
    expect(await idsIn(world, 'starting')).toEqual([id]);
    await putIndex(world, { ...stored.run, state: 'failed' });
    await putIndex(world, { ...stored.run, state: 'running' });
    const found = await listRuns(world, domain, { over: true, limit });
    expect(found.runs.map((run) => run.run_id)).toEqual([id]);
  });

  test('looks at 2,000 runs a call, and says how far it came', async () => {
    const { world, clock } = memoryWorld();
    const wanted = await submit(world, { labels: { team: 'x' } });
    await clock.advance(1_000);
    await submitMany(world, LISTED_MAX + 10);
    const filter: RunFilter = { labels: [['team', 'x']], limit };
    const first = await listRuns(world, domain, filter);
    expect(first).toMatchObject({ runs: [], scanned_until: '2026-01-01T00:00:01.000Z' });
    const cost = await costOf(world, (counted) => listRuns(counted, domain, filter));
    expect(cost.calls).toBeLessThan(5);
    const rest = await listRuns(world, domain, { ...filter, cursor: first.next_cursor ?? '' });
    expect(rest).toMatchObject({ runs: [{ run_id: wanted }], next_cursor: null });
  });
});

describe('lanes', () => {
  test('all are listed, page by page, and `default` is one of them', async () => {
    const { world } = memoryWorld();
    const names = Array.from({ length: 25 }, (_, index) => `l${String(index).padStart(4, '0')}`);
    for (const name of ['alpha', ...names]) await putLane(world, domain, name, { capacity: 1 });
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await listLanes(world, domain, { limit: 10, cursor });
      seen.push(...page.lanes.map((lane) => lane.name));
      cursor = page.next_cursor ?? undefined;
      more = cursor !== undefined;
    }
    expect(seen).toEqual(['alpha', 'default', ...names]);
  });

  test('figures of lanes read no run', async () => {
    const { world } = memoryWorld();
    await submitMany(world, 300, { lane: 'a' });
    const cost = await costOf(world, (counted) => laneFigures(counted, domain));
    expect(cost.calls).toBeLessThan(6);
    expect(cost.rows).toBeLessThan(POSITION_MAX + 10);
  });
});
