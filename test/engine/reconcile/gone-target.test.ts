/** Runs whose target is gone: they cost little, and a person's word ends them. */
import { describe, expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { confirmGone } from '../../../src/engine/commands/confirm-gone.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, QUICK, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const LONG: Script = { lines: [{ at: 0, text: 'hello' }], endsAt: 36_000_000, exitCode: 0 };

/** `away`: the world whose cluster does not answer any more. */
function world(script: Script = LONG) {
  const parts = memoryWorld({ script: () => script });
  let asked = 0;
  const away: World = {
    ...parts.world,
    clusters: {
      ...parts.world.clusters,
      connect() {
        asked += 1;
        throw new ClusterError('unavailable', 0, 'no answer');
      },
    },
  };
  return { ...parts, away, asked: () => asked };
}
type Parts = ReturnType<typeof world>;

const submit = async (on: World): Promise<string> =>
  (await submitRun(on, { domain, request: request() })).run.run_id;

/** A run that has ended while its Job could not be deleted any more. */
async function endedRun(parts: Parts): Promise<string> {
  const id = await submit(parts.world);
  await parts.clock.advance(2_000);
  const kept = new Proxy(parts.cluster, {
    get(target, name) {
      if (name !== 'deleteJob') return Reflect.get(target, name) as unknown;
      return () => Promise.reject(new ClusterError('unavailable', 0, 'no answer'));
    },
  });
  const losing: World = {
    ...parts.world,
    clusters: { ...parts.world.clusters, connect: () => kept },
  };
  await tickUntil(losing, parts.clock, async () => {
    const { state } = await getRun(parts.world, domain, id);
    return state === 'succeeded';
  });
  return id;
}

const eventsOf = async (on: World, id: string) =>
  (await readEvents(on, domain, id, { after: 0, limit: 1_000 })).events;

describe('an ended run whose target is gone', () => {
  test('is looked at once an hour in the end, and cleaned up when the target is back', async () => {
    const parts = world(QUICK);
    await endedRun(parts);
    const minutes = async (count: number): Promise<number> => {
      const before = parts.asked();
      for (let minute = 0; minute < count; minute += 1) {
        await parts.clock.advance(60_000);
        await tick(parts.away);
      }
      return parts.asked() - before;
    };
    await minutes(12 * 60);
    expect(await minutes(12 * 60)).toBeLessThanOrEqual(12);
    for (let minute = 0; minute < 63 && parts.store.dump('work').length > 0; minute += 1) {
      await parts.clock.advance(60_000);
      await tick(parts.world);
    }
    expect((await parts.cluster.list()).jobs).toEqual([]);
  });

  test('is forgotten on the word of an admin, and its events tell of it', async () => {
    const parts = world(QUICK);
    const id = await endedRun(parts);
    await confirmGone(parts.away, { domain, runId: id, reason: 'the cluster was deleted' });
    const events = await eventsOf(parts.world, id);
    expect(events.at(-1)).toMatchObject({
      type: 'status',
      data: { status: 'succeeded', message: expect.stringContaining('the cluster was deleted') },
    });
    expect(events.filter(({ type }) => type === 'complete')).toHaveLength(1);
    const asked = parts.asked();
    await tickUntil(
      { ...parts.away, queue: { ...parts.queue, off: true } },
      parts.clock,
      () => parts.store.dump('work').length === 0,
      10,
    );
    expect(parts.asked()).toBe(asked);
    await confirmGone(parts.away, { domain, runId: id });
    expect(await eventsOf(parts.world, id)).toHaveLength(events.length);
  });
});

describe('a live run whose target is gone for good', () => {
  test.each([
    ['ends as failed', false, 'failed'],
    ['that was cancelled ends as such', true, 'cancelled'],
  ] as const)('%s on the word of an admin, and its place is free', async (_how, cancel, state) => {
    const parts = world();
    const [first, second] = [await submit(parts.world), await submit(parts.world)];
    await parts.clock.advance(1_000);
    await tick(parts.world);
    if (cancel) await cancelRun(parts.away, { domain, runId: first });
    expect(await getRun(parts.world, domain, first)).toMatchObject({
      state: cancel ? 'cancelling' : 'running',
    });
    await confirmGone(parts.away, { domain, runId: first });
    const run = await getRun(parts.world, domain, first);
    expect(run).toMatchObject({ state, reason: { code: 'target_gone' } });
    const events = await eventsOf(parts.world, first);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['status', 'complete']);
    expect(events.some(({ type }) => type === 'log')).toBe(true);
    expect((await getRun(parts.world, domain, second)).state).not.toBe('queued');
  });

  test('is not ended while its cluster answers', async () => {
    const parts = world();
    const id = await submit(parts.world);
    await parts.clock.advance(1_000);
    const refusal = confirmGone(parts.world, { domain, runId: id });
    await expect(refusal).rejects.toMatchObject({ code: 'conflict' });
    expect(parts.cluster.alive()).toEqual([id]);
  });

  test('that waits has nothing to confirm', async () => {
    const parts = world();
    const [, second] = [await submit(parts.world), await submit(parts.world)];
    const refusal = confirmGone(parts.away, { domain, runId: second });
    await expect(refusal).rejects.toMatchObject({ code: 'conflict' });
  });
});
