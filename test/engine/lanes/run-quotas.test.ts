/** Quotas of live and waiting runs: what is refused, on which counts, and what passes. */
import { describe, expect, test } from 'vitest';
import type { Quotas } from '../../../src/core/access/domain.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { RunView } from '../../../src/core/runs/view.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { countRuns } from '../../../src/engine/lanes/run-count.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readStoredDomain, writeDomain } from '../../../src/engine/store/domains/domain-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const FOREVER = { lines: [], endsAt: Number.POSITIVE_INFINITY, exitCode: 0 };

async function withQuotas(quotas: Quotas) {
  const parts = memoryWorld({ script: () => FOREVER });
  await setQuotas(parts.world, quotas);
  return parts;
}

async function setQuotas(world: World, quotas: Quotas): Promise<void> {
  const { etag } = await readStoredDomain(world, domain);
  await writeDomain(world, { name: domain, quotas, retention: {} }, etag);
}

/** `ok`, or the code of the refusal. */
const start = async (world: World, change: Record<string, unknown> = {}): Promise<string> =>
  submitRun(world, { domain, request: request(change) }).then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const burst = async (world: World, count: number, lane: (index: number) => string) => {
  const all = Array.from({ length: count }, (_, index) => start(world, { lane: lane(index) }));
  const ended = await Promise.all(all);
  return ended.filter((result) => result === 'ok').length;
};

describe('live runs', () => {
  test('a start above the quota is refused, with the quota and what is used, and nothing is written', async () => {
    const { world, store } = await withQuotas({ live_runs: 2 });
    expect(await start(world, { lane: 'a' })).toBe('ok');
    expect(await start(world, { lane: 'b' })).toBe('ok');
    const before = (['work', 'runs', 'lanes', 'index'] as const).map(store.dump);
    await expect(
      submitRun(world, { domain, request: request({ lane: 'c' }) }),
    ).rejects.toMatchObject({
      code: 'quota_exceeded',
      retryAfter: 30,
      members: { quota: { name: 'live_runs', limit: 2, used: 2 } },
    });
    expect((['work', 'runs', 'lanes', 'index'] as const).map(store.dump)).toEqual(before);
  });

  test('of starts at once in one instance exactly as many pass as there is room', async () => {
    const { world } = await withQuotas({ live_runs: 5 });
    expect(await burst(world, 40, (index) => `l${index}`)).toBe(5);
    expect((await countRuns(world, domain)).live).toBe(5);
  });

  test('what other instances start meanwhile passes, until the next count', async () => {
    const { world, clock } = await withQuotas({ live_runs: 3 });
    const other = otherInstance(world);
    expect(await start(other, { lane: 'o' })).toBe('ok');
    expect(await burst(world, 10, (index) => `a${index}`)).toBe(2);
    // The other one has counted one run, and its own start.
    expect(await start(other, { lane: 'p' })).toBe('ok');
    await clock.advance(5_000);
    expect(await start(other, { lane: 'q' })).toBe('quota_exceeded');
  });

  test('a place that is free again can be taken within a second', async () => {
    const { world, clock } = await withQuotas({ live_runs: 1 });
    const { run } = await submitRun(world, { domain, request: request({ lane: 'a' }) });
    expect(await start(world, { lane: 'b' })).toBe('quota_exceeded');
    await cancelRun(world, { domain, runId: run.run_id });
    await tickUntil(world, clock, async () => (await countRuns(world, domain)).live === 0);
    await clock.advance(1_000);
    expect(await start(world, { lane: 'b' })).toBe('ok');
  });

  test('a quota of 0 lets nothing start; without one nothing is counted', async () => {
    const { world } = await withQuotas({ live_runs: 0 });
    expect(await start(world)).toBe('quota_exceeded');
    await setQuotas(world, {});
    expect(await burst(world, 10, (index) => `l${index}`)).toBe(10);
  });

  test('a run that waits already is not admitted above it, says why, and is when there is room', async () => {
    const { world, clock } = await withQuotas({ live_runs: 3 });
    await putLane(world, domain, 'wide', { capacity: 1 });
    const runs: RunView[] = [];
    for (let index = 0; index < 6; index += 1)
      runs.push((await submitRun(world, { domain, request: request({ lane: 'wide' }) })).run);
    await clock.advance(5_000);
    await putLane(world, domain, 'wide', { capacity: 10 });
    expect(await countRuns(world, domain)).toMatchObject({ live: 3, queued: 3 });
    const waiting = await getRun(world, domain, runs[3]?.run_id ?? '');
    expect(waiting.reason).toMatchObject({ code: 'domain_quota' });
    await setQuotas(world, { live_runs: 5 });
    await clock.advance(5_000);
    await tick(world);
    expect(await countRuns(world, domain)).toMatchObject({ live: 5, queued: 1 });
  });

  test('a run that ends gives its place to the next one at once', async () => {
    const { world, clock } = await withQuotas({ live_runs: 1 });
    const first = (await submitRun(world, { domain, request: request() })).run;
    const second = (await submitRun(world, { domain, request: request() })).run;
    await cancelRun(world, { domain, runId: first.run_id });
    await tickUntil(world, clock, async () => {
      const { state } = await getRun(world, domain, second.run_id);
      return state !== 'queued';
    });
    expect((await countRuns(world, domain)).live).toBe(1);
  });

  test('above a lowered quota a run that ends gives its place to nobody', async () => {
    const { world, clock } = await withQuotas({});
    await putLane(world, domain, 'wide', { capacity: 3 });
    const runs: RunView[] = [];
    for (let index = 0; index < 5; index += 1)
      runs.push((await submitRun(world, { domain, request: request({ lane: 'wide' }) })).run);
    await setQuotas(world, { live_runs: 1 });
    const ended = async (index: number) => {
      await cancelRun(world, { domain, runId: runs[index]?.run_id ?? '' });
      await tickUntil(world, clock, async () => {
        const { state } = await getRun(world, domain, runs[index]?.run_id ?? '');
        return state === 'cancelled';
      });
      await clock.advance(5_000);
      await tick(world);
    };
    await ended(0);
    await ended(1);
    expect(await countRuns(world, domain)).toMatchObject({ live: 1, queued: 2 });
    await ended(2);
    expect(await countRuns(world, domain)).toMatchObject({ live: 1, queued: 1 });
  });
});

describe('queued runs', () => {
  test('a start that would wait above the quota is refused; one with a place is not', async () => {
    const { world } = await withQuotas({ queued_runs: 2 });
    for (let index = 0; index < 3; index += 1) expect(await start(world)).toBe('ok');
    expect(await start(world)).toBe('quota_exceeded');
    expect(await start(world, { lane: 'other' })).toBe('ok');
    expect(await start(world, { on_busy: 'attach' })).toBe('ok');
    expect(await start(world, { on_busy: 'reject' })).toBe('lane_busy');
  });

  test('a replay by its key is no new start', async () => {
    const { world } = await withQuotas({ live_runs: 1 });
    const body = request();
    const submission = { domain, request: body, idempotency: { key: 'k', body } };
    const { run } = await submitRun(world, submission);
    expect(await start(world, { lane: 'other' })).toBe('quota_exceeded');
    expect(await submitRun(world, submission)).toMatchObject({
      outcome: 'replayed',
      run: { run_id: run.run_id },
    });
  });
});
