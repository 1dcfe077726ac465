/** A timer that never fires again: requests and messages do its work. */
import { describe, expect, test } from 'vitest';
import type { Lane } from '../../../src/core/lanes/lane.ts';
import { SUBMIT_GRACE_MS, TIMER_DEAD_MS } from '../../../src/core/limits.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { newWork, putWork } from '../../../src/engine/store/work.ts';
import { createService } from '../../../src/functions/service.ts';
import { readSettings } from '../../../src/functions/settings/settings.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { ADMIN } from '../../api/support.ts';
import { memoryWorld, otherInstance, QUICK, request } from '../../support/world.ts';

const SETTINGS = readSettings({
  SLUICE_STORAGE: 'UseDevelopmentStorage=true',
  SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
});
const domain = 'default';
const LONG = { lines: [], endsAt: 3_600_000, exitCode: 0 };

type Parts = ReturnType<typeof memoryWorld> & {
  readonly service: ReturnType<typeof createService>;
};

/** An instance whose timer has fired once, and whose queue brings nothing. */
async function timerless(script = QUICK): Promise<Parts> {
  const parts = memoryWorld({ script: () => script });
  const world: World = { ...parts.world, queue: { ...parts.queue, off: true } };
  const service = createService(world, SETTINGS);
  await service.tick();
  return { ...parts, world, service };
}

/** Lets go on what waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1)
    await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Somebody asks every five seconds, for five minutes. */
async function callForFiveMinutes({ service, clock }: Parts, path = '/health/live'): Promise<void> {
  for (let calls = 0; calls <= 60; calls += 1) {
    await service.fetch(new Request(`http://localhost${path}`));
    await settle();
    await clock.advance(5_000);
  }
}

const submit = async (world: World, change: Record<string, unknown> = {}): Promise<string> =>
  (await submitRun(world, { domain, request: request(change) })).run.run_id;

/** An instance that dies before its first commit to the table. */
const dyingAt = (world: World, table: string): World => ({
  ...otherInstance(world),
  store: {
    ...world.store,
    async commit(...args) {
      if (args[0] === table) await new Promise<never>(() => undefined);
      return world.store.commit(...args);
    },
  },
});

const stateOf = (world: World, id: string) => getRun(world, domain, id);

/** What the timer alone does: what is there before, and what is so after. */
const DUTIES: readonly (readonly [
  string,
  () => Promise<Parts>,
  (parts: Parts) => Promise<unknown>,
])[] = [
  [
    'a run without a follower is read to its end, and nothing is left of it',
    async () => {
      const parts = await timerless();
      await submit(parts.world);
      return parts;
    },
    async ({ world, store, cluster }) => {
      const [id = ''] = store.dump('runs').map((row) => row.partition);
      expect(await stateOf(world, id)).toMatchObject({ state: 'succeeded' });
      expect(store.dump('work')).toEqual([]);
      expect((await cluster.list()).jobs).toEqual([]);
    },
  ],
  [
    'a submit that died half-way is ended, and its run starts',
    async () => {
      const parts = await timerless(LONG);
      void submit(dyingAt(parts.world, 'lanes'), { on_busy: 'queue' }).catch(() => undefined);
      await parts.clock.advance(SUBMIT_GRACE_MS);
      return parts;
    },
    async ({ cluster }) => expect(cluster.alive()).toHaveLength(1),
  ],
  [
    'a submit that died before its run was recorded leaves nothing',
    async () => {
      const parts = await timerless();
      await putWork(parts.world, newWork({ run_id: 'r01kdvdna00yk77d', domain, lane: 'default' }));
      return parts;
    },
    async ({ store }) => expect(store.dump('work')).toEqual([]),
  ],
  [
    'a place that was left free is given to a waiting run',
    async () => {
      const parts = await timerless(LONG);
      await submit(parts.world);
      await submit(parts.world);
      const row = await parts.store.read('lanes', `${domain}.default`, 'lane');
      const lane = JSON.parse(String(row?.values['body'])) as Lane;
      const values = { ...row?.values, body: JSON.stringify({ ...lane, capacity: 2 }) };
      await parts.store.commit('lanes', `${domain}.default`, [{ op: 'put', key: 'lane', values }]);
      return parts;
    },
    async ({ cluster }) => expect(cluster.alive()).toHaveLength(2),
  ],
  [
    'a run whose driver is gone is told as lost',
    async () => {
      const parts = await timerless(LONG);
      const id = await submit(parts.world);
      await parts.clock.advance(1_000);
      parts.cluster.deleteByHand(id);
      return parts;
    },
    async ({ world, store }) => {
      const [id = ''] = store.dump('runs').map((row) => row.partition);
      expect(await stateOf(world, id)).toMatchObject({ state: 'failed' });
    },
  ],
  [
    'a deadline is kept',
    async () => {
      const parts = await timerless(LONG);
      await submit(parts.world, { deadline_seconds: 60 });
      return parts;
    },
    async ({ world, store, cluster }) => {
      const [id = ''] = store.dump('runs').map((row) => row.partition);
      expect(await stateOf(world, id)).toMatchObject({
        state: 'failed',
        reason: { code: 'deadline_exceeded' },
      });
      expect(cluster.alive()).toEqual([]);
    },
  ],
  [
    'a cancel that died after its promise is kept',
    async () => {
      const parts = await timerless(LONG);
      const runId = await submit(parts.world);
      await parts.clock.advance(1_000);
      const stuck = new Proxy(parts.cluster, {
        get: (target, name) =>
          name === 'deleteJob' ? () => new Promise(() => undefined) : Reflect.get(target, name),
      });
      const dying: World = {
        ...otherInstance(parts.world),
        clusters: { ...parts.world.clusters, connect: () => stuck },
      };
      void cancelRun(dying, { domain, runId });
      await parts.clock.advance(1_000);
      return parts;
    },
    async ({ world, store, cluster }) => {
      const [id = ''] = store.dump('runs').map((row) => row.partition);
      expect(await stateOf(world, id)).toMatchObject({ state: 'cancelled' });
      expect(cluster.alive()).toEqual([]);
    },
  ],
  [
    'a run starts once its cluster is back',
    async () => {
      const parts = await timerless(LONG);
      const away: World = {
        ...otherInstance(parts.world),
        clusters: {
          ...parts.world.clusters,
          connect() {
            throw new ClusterError('unavailable', 0, 'no answer');
          },
        },
      };
      await submit(away);
      return parts;
    },
    async ({ cluster }) => expect(cluster.alive()).toHaveLength(1),
  ],
];

describe('with a dead timer, while there are calls, within five minutes', () => {
  test.each(DUTIES)('%s', async (_duty, prepare, check) => {
    const parts = await prepare();
    await callForFiveMinutes(parts);
    await check(parts);
  });

  test('the same by messages', async () => {
    const parts = await timerless();
    const id = await submit(parts.world);
    for (let calls = 0; calls <= 60; calls += 1) {
      await parts.service.message({ kind: 'follow', run_id: id, generation: 99 });
      await settle();
      await parts.clock.advance(5_000);
    }
    expect(await stateOf(parts.world, id)).toMatchObject({ state: 'succeeded' });
  });
});

describe('a tick in place of the timer', () => {
  const warnings = ({ log }: Parts): number =>
    log.entries.filter(({ message }) => message.startsWith('the timer does not fire')).length;

  test('does so once a minute, among all instances, and says so', async () => {
    const parts = await timerless();
    const second = createService(otherInstance(parts.world), SETTINGS);
    await parts.clock.advance(TIMER_DEAD_MS - 10_000);
    for (let seconds = 0; seconds < 9; seconds += 1) {
      for (const each of [parts.service, second])
        await each.fetch(new Request('http://localhost/health/live'));
      await parts.clock.advance(1_000);
    }
    expect(warnings(parts)).toBe(0);
    for (let seconds = 0; seconds < 120; seconds += 1) {
      for (const each of [parts.service, second])
        await each.fetch(new Request('http://localhost/health/live'));
      await parts.clock.advance(1_000);
    }
    expect(warnings(parts)).toBe(2);
  });

  test.each([-3_600_000, 3_600_000])(
    'does so too when the clock was set by %d ms since the timer fired last',
    async (by) => {
      const parts = await timerless();
      parts.clock.jump(parts.clock.now() + by);
      await callForFiveMinutes(parts);
      expect(warnings(parts)).toBeGreaterThan(0);
    },
  );

  test('rests as soon as the timer fires again', async () => {
    const parts = await timerless();
    await callForFiveMinutes(parts);
    const before = warnings(parts);
    expect(before).toBeGreaterThan(0);
    await parts.service.tick();
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await parts.clock.advance(60_000);
      await parts.service.tick();
      await parts.service.fetch(new Request('http://localhost/health/live'));
    }
    expect(warnings(parts)).toBe(before);
  });

  test('is told of by readiness and metrics', async () => {
    const parts = await timerless();
    await putLane(parts.world, domain, 'default', { capacity: 1 });
    const ask = async (path: string): Promise<Response> =>
      parts.service.fetch(
        new Request(`http://localhost${path}`, {
          headers: { authorization: `Bearer ${ADMIN}` },
        }),
      );
    expect(await (await ask('/health/ready')).json()).toEqual({
      status: 'ok',
      timer: 'ok',
      ticked_at: '2026-01-01T00:00:00.000Z',
    });
    await callForFiveMinutes(parts);
    const ready = await ask('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ timer: 'overdue' });
    const text = await (await ask('/metrics')).text();
    expect(text).toContain('sluice_timer_overdue 1');
    expect(text).toMatch(/sluice_tick_age_seconds \d/);
  });
});
