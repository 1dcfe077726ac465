/** Several instances bring runs into one lane, in the model of Azure Tables. */
import { describe, expect, test } from 'vitest';
import { submitRun } from '../../src/engine/submit.ts';
import { modelOfTables } from '../support/model.ts';
import { request } from '../support/world.ts';

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
