/** What `/metrics` counts, and that Prometheus can read it. */
import { describe, expect, it } from 'vitest';
import { COUNTERS, counterKey } from '../../../src/core/figures/figures.ts';
import { REASON_CODES } from '../../../src/core/reasons.ts';
import { timerTick } from '../../../src/engine/reconcile/timer.ts';
import { count, readFigures, storeFigures } from '../../../src/engine/store/figures.ts';
import { memoryWorld, otherInstance } from '../../support/world.ts';
import { JOB, testApi } from '../support.ts';
import { parseExposition } from './exposition.ts';

const metrics = async (api: ReturnType<typeof testApi>) =>
  parseExposition((await api.call('/metrics')).text);

describe('/metrics', () => {
  it('is a text that Prometheus reads, also before anything has happened', async () => {
    const series = await metrics(testApi());
    expect(series.get('sluice_run_duration_seconds_count{}')).toBe(0);
    expect(series.size).toBeGreaterThan(50);
  });

  it('tells runs by end and reason, how long they ran and waited, how late their lines were', async () => {
    const api = testApi();
    await api.call('/api/v1/runs', { body: JOB });
    const cancelled = await api.call('/api/v1/runs', { body: JOB });
    await api.call(`/api/v1/runs/${(cancelled.json as { run_id: string }).run_id}/cancel`, {
      body: {},
    });
    await api.call('/api/v1/runs', { body: { pipeline: 1 } });
    await api.call('/api/v1/runs', { token: 'wrong' });
    for (let second = 0; second < 40; second += 1) {
      await timerTick(api.world);
      await api.clock.advance(1_000);
    }
    const series = await metrics(api);
    expect(Object.fromEntries(series)).toMatchObject({
      'sluice_runs_ended_total{state="succeeded",reason="none"}': 1,
      'sluice_runs_ended_total{state="cancelled",reason="cancelled"}': 1,
      'sluice_run_duration_seconds_count{}': 1,
      'sluice_run_wait_seconds_count{}': 1,
      'sluice_api_errors_total{status="422"}': 1,
      'sluice_api_unknown_callers_total{status="401"}': 1,
      'sluice_tick_duration_seconds_count{}': 40,
    });
    expect(series.get('sluice_log_delay_seconds_count{}')).toBeGreaterThan(0);
    expect(series.get('sluice_tick_runs_total{result="reconciled"}')).toBeGreaterThan(0);
    const { text } = await api.call('/metrics');
    for (const [, reason = ''] of text.matchAll(/reason="([^"]*)"/g))
      expect(['none', ...REASON_CODES]).toContain(reason);
  });

  it('shows no label value that is not one of a fixed set', async () => {
    const api = testApi();
    count(api.world, 'default', 'runs_ended_total', ['failed', 'a reason"of{nobody']);
    expect((await api.call('/metrics')).text).not.toContain('nobody');
    expect(COUNTERS.runs_ended_total.labels.reason.length).toBeLessThan(60);
  });
});

describe('figures', () => {
  const KEY = counterKey('throttled_total', 'store');
  const total = async (world: Parameters<typeof readFigures>[0]) =>
    (await readFigures(world, 'default')).get(KEY);

  it('of all instances are added up, lose nothing when they write at once, and outlive them', async () => {
    const { world } = memoryWorld();
    const instances = Array.from({ length: 8 }, () => otherInstance(world));
    for (let round = 0; round < 3; round += 1) {
      for (const each of instances) count(each, '', 'throttled_total', ['store'], 2);
      await Promise.all(instances.map((each) => storeFigures(each, true)));
    }
    // Whoever met another one too often adds its part the next time.
    for (const each of instances) await storeFigures(each, true);
    expect(await total(otherInstance(world))).toBe(48);
  });

  it('are stored seldom, and by nobody who has counted nothing', async () => {
    const { world, store, clock } = memoryWorld();
    let commits = 0;
    const { commit } = store;
    Object.assign(store, {
      commit: (...args: Parameters<typeof commit>) => {
        commits += 1;
        return commit(...args);
      },
    });
    await storeFigures(world, true);
    expect(commits).toBe(0);
    for (let second = 0; second < 20; second += 1) {
      count(world, '', 'throttled_total', ['store']);
      await storeFigures(world);
      await clock.advance(1_000);
    }
    expect(commits).toBe(2);
    expect(await total(world)).toBe(20);
  });

  it('wait while storage is away', async () => {
    const { world, store } = memoryWorld();
    const { read } = store;
    count(world, '', 'throttled_total', ['store']);
    Object.assign(store, { read: () => Promise.reject(new Error('away')) });
    await storeFigures(world, true);
    Object.assign(store, { read });
    await storeFigures(world, true);
    expect(await total(otherInstance(world))).toBe(1);
  });

  it('of a domain are not those of another one whose name begins alike', async () => {
    const { world } = memoryWorld();
    count(world, 'lab', 'api_errors_total', ['404']);
    count(world, 'lab-2', 'api_errors_total', ['404']);
    await storeFigures(world, true);
    const fresh = otherInstance(world);
    expect((await readFigures(fresh, 'lab')).get(counterKey('api_errors_total', '404'))).toBe(1);
  });
});
