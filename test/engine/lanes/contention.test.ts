/** Several instances bring runs into one lane, in the model of Azure Tables. */
import { describe, expect, test } from 'vitest';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { Conflict } from '../../../src/ports/store.ts';
import type { World } from '../../../src/ports/world.ts';
import { modelOfTables } from '../../support/model.ts';
import { memoryWorld, request } from '../../support/world.ts';

const INSTANCES = 4;
const CLIENTS = 12;
const EACH = 15;
const domain = 'default';

/** Starts a second, and what a call takes, in virtual milliseconds. */
async function load(waiting: number) {
  const model = modelOfTables({ instances: INSTANCES, seed: 5 });
  for (let batch = 0; batch < waiting; batch += 100)
    await Promise.all(
      Array.from({ length: 100 }, () => submitRun(model.world, { domain, request: request() })),
    );
  const took: number[] = [];
  const began = model.clock.now();
  const client = async (world: (typeof model.worlds)[number]): Promise<void> => {
    for (let count = 0; count < EACH; count += 1) {
      const from = model.clock.now();
      const { run } = await submitRun(world, { domain, request: request() });
      expect(run.state === 'queued' || run.state === 'starting').toBe(true);
      took.push(model.clock.now() - from);
    }
  };
  await model.drive(
    Promise.all(
      model.worlds.flatMap((world) => Array.from({ length: CLIENTS }, () => client(world))),
    ),
  );
  const lane = model.store.dump('lanes');
  const seconds = (model.clock.now() - began) / 1_000;
  took.sort((a, b) => a - b);
  return {
    perSecond: took.length / seconds,
    p99: took[Math.floor(took.length * 0.99)] ?? Number.POSITIVE_INFINITY,
    tickets: lane.filter(({ key }) => key.startsWith('q.')).length,
    waiters: lane.filter(({ key }) => key.startsWith('r.')).length,
    calls: took.length,
  };
}

describe('four instances, twelve clients each, one lane', () => {
  test.each([0, 2_000])('with %s waiting: every start is answered, fast', async (waiting) => {
    const { perSecond, p99, tickets, waiters, calls } = await load(waiting);
    console.info(
      `${waiting} waiting: ${Math.round(perSecond)} starts/s, p99 ${Math.round(p99)} ms`,
    );
    expect(calls).toBe(INSTANCES * CLIENTS * EACH);
    expect(tickets).toBe(waiting + calls - 1);
    expect(waiters).toBe(tickets);
    expect(perSecond).toBeGreaterThan(300);
    expect(p99).toBeLessThan(1_500);
  });
});

describe('a start that others keep out of its lane for too long', () => {
  /** Every write of a lane meets a concurrent one. */
  const outrun = (world: World): World => ({
    ...world,
    store: {
      ...world.store,
      async commit(table, partition, writes) {
        if (table !== 'lanes') return world.store.commit(table, partition, writes);
        await world.clock.sleep(300);
        throw new Conflict('another writer was faster');
      },
    },
  });

  /** A lane whose only run is on its way out: there is nothing to attach to. */
  async function endingLane() {
    const parts = memoryWorld({
      script: () => ({ lines: [], endsAt: 600_000, exitCode: 0, termMs: 300_000 }),
    });
    const { run } = await submitRun(parts.world, { domain, request: request() });
    await parts.clock.advance(1_000);
    await cancelRun(parts.world, { domain, runId: run.run_id });
    return parts;
  }

  const outrunStart = async (on_busy: 'attach' | 'queue') => {
    const { world, clock, store } = await endingLane();
    const answer = submitRun(outrun(world), { domain, request: request({ on_busy }) });
    const settled = answer.then(
      ({ run }) => ({ id: run.run_id, position: run.queue_position }),
      (error: unknown) => ({ code: (error as { code: string }).code }),
    );
    const state = { open: true };
    void settled.finally(() => (state.open = false));
    while (state.open) await clock.advance(100);
    await clock.advance(20_000);
    await tick(world);
    return { world, store, told: await settled };
  };

  test('is answered as queued when it asked to wait, and gets its ticket from a tick', async () => {
    const { world, told } = await outrunStart('queue');
    expect(told).toMatchObject({ position: null });
    const { id = '' } = told as { id?: string };
    expect(await getRun(world, domain, id)).toMatchObject({ state: 'queued', queue_position: 1 });
  });

  test('is withdrawn before it is refused when it asked to attach', async () => {
    const { store, told } = await outrunStart('attach');
    expect(told).toEqual({ code: 'unavailable' });
    expect(store.dump('work')).toHaveLength(1);
    expect(store.dump('lanes').filter(({ key }) => key !== 'lane')).toEqual([]);
  });
});
