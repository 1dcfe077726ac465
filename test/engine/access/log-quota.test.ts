/** The quota of log bytes a day: what is recorded, what is told instead, and what becomes of the run. */
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { writeDomain } from '../../../src/engine/store/domains/domain-store.ts';
import {
  countLogBytes,
  logBytesToday,
  logQuotaOf,
  saveLogBytes,
} from '../../../src/engine/store/domains/log-usage.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, otherInstance, request, START, tickUntil } from '../../support/world.ts';

const domain = 'default';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A line of ten bytes every second, from `at` on. */
const steady = (count: number, gap = 1_000) => ({
  lines: Array.from({ length: count }, (_, index) => ({
    at: index * gap,
    text: `[${String(index + 1).padStart(3, '0')}/100]`,
  })),
  endsAt: count * gap + 500,
  exitCode: 0,
});

async function withQuota(log_bytes_per_day: number, script = steady(30)) {
  const parts = memoryWorld({ script: () => script });
  const quotas = { log_bytes_per_day };
  await writeDomain(parts.world, { name: domain, quotas, retention: {} }, null);
  return parts;
}

async function eventsOf(world: Parameters<typeof readEvents>[0], id: string): Promise<RunEvent[]> {
  const { events } = await readEvents(world, domain, id, { after: 0, limit: 1_000 });
  return events;
}
const gapsIn = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'gap' ? [event.data] : []));
const linesIn = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));

describe('beyond the quota', () => {
  test.each(['a follower', 'ticks'])(
    'by %s: lines are not recorded, one event says so, and the run ends well',
    async (who) => {
      const parts = await withQuota(100);
      const { world, clock } = parts;
      const { run } = await submitRun(world, { domain, request: request() });
      if (who === 'a follower') await passTime(parts, 60_000);
      else
        await tickUntil(world, clock, async () => {
          const { state } = await getRun(world, domain, run.run_id);
          return state === 'succeeded';
        });
      const view = await getRun(world, domain, run.run_id);
      expect(view).toMatchObject({ state: 'succeeded', exit_code: 0 });
      const events = await eventsOf(world, run.run_id);
      const lines = linesIn(events);
      expect(lines.length).toBeGreaterThanOrEqual(10);
      expect(lines.length).toBeLessThan(15);
      expect(gapsIn(events)).toMatchObject([{ cause: 'quota', after: lines.at(-1)?.timestamp }]);
      expect(gapsIn(events)[0]?.message).toContain('100 bytes');
      // What the lines tell of the work is still known.
      const steps = events.flatMap((event) =>
        event.type === 'progress' ? [event.data.completed] : [],
      );
      expect(steps).toContain(30);
    },
  );

  test('lines are recorded again from midnight on', async () => {
    const script = steady(20, 2 * HOUR);
    const parts = await withQuota(30, script);
    const { world, clock } = parts;
    const { run } = await submitRun(world, { domain, request: request() });
    for (let hour = 0; hour < 42; hour += 1) {
      await tickUntil(world, clock, () => true);
      await clock.advance(HOUR);
    }
    await tickUntil(world, clock, async () => {
      const { state } = await getRun(world, domain, run.run_id);
      return state === 'succeeded';
    });
    const events = await eventsOf(world, run.run_id);
    const hours = linesIn(events).map(({ timestamp }) =>
      Math.floor((Date.parse(timestamp) - START) / HOUR),
    );
    expect(hours).toEqual([0, 2, 4, 24, 26, 28]);
    expect(gapsIn(events).length).toBe(2);
  });

  test('other runs and other days are not shut by a run that wrote all', async () => {
    const { world, clock } = await withQuota(100);
    countLogBytes(world, domain, 100);
    expect(await logQuotaOf(world, domain)).toMatchObject({ open: false });
    expect(await logQuotaOf(world, 'lab')).toBeUndefined();
    await clock.advance(DAY);
    expect(await logQuotaOf(world, domain)).toMatchObject({ open: true, day: '2026-01-02' });
  });
});

describe('the count', () => {
  test('is shared by all instances within seconds, and outlives them', async () => {
    const { world, clock } = await withQuota(1_000);
    const [one, two] = [otherInstance(world), otherInstance(world)];
    countLogBytes(one, domain, 600);
    countLogBytes(two, domain, 500);
    expect(await logQuotaOf(one, domain)).toMatchObject({ open: true });
    await clock.advance(10_000);
    expect(await logBytesToday(otherInstance(world), domain)).toBe(1_100);
    expect(await logQuotaOf(otherInstance(world), domain)).toMatchObject({ open: false });
  });

  test('is saved at the end of an instance, once', async () => {
    const { world, clock } = await withQuota(1_000);
    const one = otherInstance(world);
    countLogBytes(one, domain, 600);
    await Promise.all([saveLogBytes(one), saveLogBytes(one)]);
    await clock.advance(10_000);
    expect(await logBytesToday(otherInstance(world), domain)).toBe(600);
  });

  test('of concurrent instances loses nothing', async () => {
    const { world } = await withQuota(1_000_000);
    const all = Array.from({ length: 40 }, () => otherInstance(world));
    for (const each of all) countLogBytes(each, domain, 7);
    await Promise.all(all.map(saveLogBytes));
    await Promise.all(all.map(saveLogBytes));
    expect(await logBytesToday(otherInstance(world), domain)).toBe(280);
  });

  test('that storage does not tell stops no log', async () => {
    const { world } = await withQuota(10);
    const other = otherInstance(world);
    await logQuotaOf(world, domain);
    const list: typeof world.store.list = () => Promise.reject(new Error('away'));
    const weak = { ...other, store: { ...world.store, list } };
    expect(await logQuotaOf(weak, domain)).toBeUndefined();
    expect(await logQuotaOf(other, domain)).toMatchObject({ open: true });
  });

  test.each([
    ['one instance', (world: World) => world],
    ['an instance a day', otherInstance],
  ])('of days before yesterday is deleted, by %s', async (_, instanceOf) => {
    const { world, store, clock } = await withQuota(1_000);
    for (let day = 0; day < 4; day += 1) {
      countLogBytes(instanceOf(world), domain, 5);
      await clock.advance(DAY);
    }
    countLogBytes(instanceOf(world), domain, 5);
    await clock.advance(10_000);
    const rows = store
      .dump('catalogue')
      .filter(({ partition }) => partition.endsWith('.log-bytes'));
    expect(rows.map(({ key }) => key.slice(0, 10))).toEqual(['2026-01-04', '2026-01-05']);
  });
});
