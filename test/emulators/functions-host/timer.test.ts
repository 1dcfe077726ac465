import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RetryOptions, TypedData } from '../../../src/emulators/functions-host/contract.ts';
import { createHost, type Host } from '../../../src/emulators/functions-host/host.ts';
import { parseSchedule } from '../../../src/emulators/functions-host/triggers/ncrontab.ts';
import { retryDelay } from '../../../src/emulators/functions-host/triggers/retry.ts';
import {
  startTimer,
  type TimerOptions,
} from '../../../src/emulators/functions-host/triggers/timer.ts';
import {
  fileTimerStatus,
  memoryTimerStatus,
} from '../../../src/emulators/functions-host/triggers/timer-status.ts';
import { until } from '../../support/host/until.ts';
import type { Record as WorkRecord } from '../../support/host/work/functions.ts';
import { PATIENCE } from '../../support/patience.ts';

const MINUTE = 60_000;

describe('a timer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00.500Z') });
  });
  let stop: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await stop?.();
    vi.useRealTimers();
  });
  type Fired = { at: number; pastDue: boolean };
  const start = (options: Partial<TimerOptions>, work: () => Promise<void>): Fired[] => {
    const fired: Fired[] = [];
    stop = startTimer({
      name: 'timer',
      schedule: parseSchedule('* * * * * *', 'UTC'),
      runOnStartup: false,
      useMonitor: true,
      store: memoryTimerStatus(),
      log: () => undefined,
      fire: async (input: TypedData) => {
        const { IsPastDue } = JSON.parse(input.json ?? '') as { IsPastDue: boolean };
        fired.push({ at: Date.now() - Date.parse('2026-01-01T00:00:00Z'), pastDue: IsPastDue });
        await work();
      },
      ...options,
    });
    return fired;
  };
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  it('never overlaps itself; a run over its time is followed by one at once, then by the grid', async () => {
    let runs = 0;
    const fired = start({}, () => sleep((runs += 1) === 1 ? 2600 : 10));
    await vi.advanceTimersByTimeAsync(4600);
    expect(fired.map(({ at }) => at)).toEqual([1000, 3600, 4000, 5000]);
    expect(fired.some(({ pastDue }) => pastDue)).toBe(false);
  });

  it('goes on after a run that failed', async () => {
    const fired = start({}, () => Promise.reject(new Error('on purpose')));
    await vi.advanceTimersByTimeAsync(2600);
    expect(fired.map(({ at }) => at)).toEqual([1000, 2000, 3000]);
  });

  it('fires no more once it is stopped', async () => {
    const fired = start({}, async () => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    await stop?.();
    await vi.advanceTimersByTimeAsync(5000);
    expect(fired).toHaveLength(1);
  });

  it('waits longer than a single setTimeout can', async () => {
    const schedule = parseSchedule('0 0 0 1 3 *', 'UTC');
    const fired = start({ schedule }, async () => undefined);
    await vi.advanceTimersByTimeAsync(58 * 24 * 60 * MINUTE);
    expect(fired).toEqual([]);
    await vi.advanceTimersByTimeAsync(2 * 24 * 60 * MINUTE);
    expect(fired).toHaveLength(1);
  });

  it('is past due after a start too late, once however much was missed, and only then', async () => {
    const store = memoryTimerStatus();
    const schedule = parseSchedule('0 */10 * * * *', 'UTC');
    const first = start({ store, schedule }, async () => undefined);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(first.map(({ pastDue }) => pastDue)).toEqual([false]);
    await stop?.();
    vi.setSystemTime('2026-01-01T05:00:01Z');
    const second = start({ store, schedule, runOnStartup: true }, async () => undefined);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(second.map(({ pastDue }) => pastDue)).toEqual([true, false]);
    await stop?.();
    const third = start({ store, schedule }, async () => undefined);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(third).toEqual([]);
  });

  it('is not past due when its schedule was changed, is frequent, or is not monitored', async () => {
    const store = memoryTimerStatus();
    start({ store, schedule: parseSchedule('0 */10 * * * *', 'UTC') }, async () => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    await stop?.();
    vi.setSystemTime('2026-01-01T05:00:01Z');
    const unmonitored = { schedule: parseSchedule('0 */10 * * * *', 'UTC'), useMonitor: false };
    const cases = [unmonitored, { schedule: parseSchedule('0 */20 * * * *', 'UTC') }];
    for (const options of cases) {
      const fired = start({ store, ...options }, async () => undefined);
      await vi.advanceTimersByTimeAsync(1000);
      expect(fired).toEqual([]);
      await stop?.();
    }
  });
});

describe('timer functions', () => {
  const appDir = fileURLToPath(new URL('../../support/host/work', import.meta.url));
  const record = (): WorkRecord =>
    (globalThis as unknown as Record<symbol, WorkRecord>)[
      Symbol.for('host-test:record')
    ] as WorkRecord;
  const runsOf = (name: string) => record().runs.filter((run) => run.name === name);
  let stateDir: string;
  let host: Host | undefined;
  const start = async () => {
    const settings = {
      HOURLY: '0 0 * * * *',
      QUEUE: 'unused',
      STORAGE: 'UseDevelopmentStorage=true',
      'AzureWebJobs.worker.Disabled': '1',
      'AzureWebJobs.sleeping.Disabled': '1',
    };
    host = await createHost({ appDir, settings, stateDir });
    return host;
  };
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'functions-host-'));
  });
  afterEach(async () => {
    await host?.close();
    host = undefined;
    await rm(stateDir, { recursive: true });
    record().runs.length = 0;
  });

  it('run on their schedule, on startup when they ask for it, and not when disabled', async () => {
    await start();
    await until(() => expect(runsOf('second')).toHaveLength(2));
    expect(runsOf('early')).toHaveLength(1);
    expect(runsOf('sleeping')).toHaveLength(0);
    expect(runsOf('second')[0]?.input).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: null,
      isPastDue: false,
    });
  });

  it('are fired once with isPastDue by the status that an earlier host left', async () => {
    await start();
    const file = join(stateDir, 'timers', 'hourly.json');
    const text = await vi.waitUntil(() => readFile(file, 'utf8').catch(() => undefined), PATIENCE);
    expect(JSON.parse(text)).toMatchObject({ Last: null });
    await host?.close();
    const status = { Last: '2026-01-01T00:00:00Z', Next: '2026-01-01T01:00:00Z' };
    await writeFile(file, JSON.stringify({ ...status, LastUpdated: '2026-01-01T00:00:00Z' }));
    await start();
    await until(() => expect(runsOf('hourly')).toHaveLength(1));
    expect(runsOf('hourly')[0]?.input).toMatchObject({
      isPastDue: true,
      scheduleStatus: { last: '2026-01-01T00:00:00.000Z', next: '2026-01-01T01:00:00.000Z' },
    });
    await host?.close();
    await start();
    await host?.invoke('hourly');
    expect(
      runsOf('hourly').map(({ input }) => (input as { isPastDue: boolean }).isPastDue),
    ).toEqual([true, false]);
  });

  it('are retried by their policy under one invocation id, numbered from 0', async () => {
    const { invoke } = await start();
    await expect(invoke('retried')).rejects.toThrow('attempt 2');
    const runs = runsOf('retried');
    expect(runs.map(({ retry }) => retry?.retryCount)).toEqual([0, 1, 2]);
    expect(runs.map(({ retry }) => retry?.maxRetryCount)).toEqual([2, 2, 2]);
    expect(runs[2]?.retry?.exception?.message).toBe('attempt 1');
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
  });

  it('are fired by the admin API, which does not wait for them', async () => {
    const { url } = await start();
    const send = (name: string, body: string, type = 'application/json') =>
      fetch(`${url}/admin/functions/${name}`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
    expect((await send('HOURLY', '{"input":""}')).status).toBe(202);
    await until(() => expect(runsOf('hourly')).toHaveLength(1));
    expect((await send('hourly', '{}', 'text/plain')).status).toBe(415);
    expect((await send('hourly', '{')).status).toBe(400);
    expect((await send('nobody', '{}')).status).toBe(404);
    expect((await send('sleeping', '{}')).status).toBe(202);
    await until(() => expect(runsOf('sleeping')).toHaveLength(1));
  });

  it('fail the start when a setting in their schedule is missing', async () => {
    const settings = { QUEUE: 'unused', STORAGE: 'UseDevelopmentStorage=true' };
    await expect(createHost({ appDir, settings })).rejects.toThrow(
      "Function 'hourly': '%HOURLY%' does not resolve to a value",
    );
  });

  it('keep a broken status file from doing harm', async () => {
    const messages: string[] = [];
    const store = fileTimerStatus(stateDir, (_, __, message) => messages.push(message));
    await store.save('A', { last: undefined, next: new Date(1), lastUpdated: new Date(0) });
    expect(await store.load('a')).toEqual({
      last: undefined,
      next: new Date(1),
      lastUpdated: new Date(0),
    });
    await writeFile(join(stateDir, 'timers', 'a.json'), '{"Next":');
    expect(await store.load('a')).toBeUndefined();
    expect(messages.join()).toMatch(/broken status/);
  });
});

it('a retry waits as its policy says', () => {
  const fixed: RetryOptions = { retryStrategy: 'fixedDelay', delayInterval: { seconds: 3 } };
  expect([1, 5].map((retry) => retryDelay(fixed, retry, 0.5))).toEqual([3000, 3000]);
  const growing: RetryOptions = {
    retryStrategy: 'exponentialBackoff',
    minimumInterval: { seconds: 2 },
    maximumInterval: { seconds: 20 },
  };
  expect([1, 2, 3, 9].map((retry) => retryDelay(growing, retry, 0.5))).toEqual([
    2000, 4000, 8000, 20_000,
  ]);
});
