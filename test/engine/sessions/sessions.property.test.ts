/** Runs that continue others, again and again, under faults and in every order. A failure names its seed: `SEED=n vitest run …`. */
import { expect, test } from 'vitest';
import { isTerminal } from '../../../src/core/events/state.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { type Chaos, chaos, pick } from '../../support/chaos.ts';
import { nextflowRequest } from '../../support/world.ts';
import { checkSessions, resume } from '../promises-sessions.ts';
import { domain, type Instance, LANES, type Record_, runsIn } from '../promises-support.ts';

const only = process.env['SEED'];
const SEEDS = Number(process.env['SEEDS'] ?? 60);
const seeds =
  only === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(only)];
const TROUBLE = { before: 0.03, after: 0.03, emptyList: 0, stall: 0.03, late: 0.03, linger: 0.5 };
const STEPS = 250;

const check = (c: Chaos): void =>
  checkSessions(c, new Map(runsIn(c).map((run) => [run.run_id, run])));

/** How often in a hundred steps. */
const ACTIONS: readonly (readonly [
  number,
  (c: Chaos, instance: Instance, record: Record_) => Promise<unknown> | undefined,
])[] = [
  [40, resume],
  [15, (_, { world }) => tick(world)],
  [15, next],
  [1, crash],
  [25, (c) => c.clock.advance(pick(c.random, [50, 500, 3_000]))],
];

function next(c: Chaos, { world }: Instance): Promise<unknown> | undefined {
  const message = c.queue.take();
  return message && handleMessage(world, message.message);
}

function crash(_: Chaos, instance: Instance): undefined {
  instance.dead = true;
}

async function trouble(c: Chaos, record: Record_): Promise<void> {
  const instances = [c.instance(), c.instance()];
  for (let step = 0; step < STEPS; step += 1) {
    for (const [share, act] of ACTIONS) {
      if (c.random() * 100 >= share) continue;
      const instance = pick(c.random, instances);
      act(c, instance, record)?.catch(() => undefined);
      if (instance.dead) instances[instances.indexOf(instance)] = c.instance();
    }
    for (let calls = Math.floor(c.random() * 20); calls >= 0; calls -= 1) {
      c.step();
      await c.quiet();
      check(c);
    }
  }
  for (const instance of instances) instance.dead = true;
}

/** After the faults all that was accepted ends, each after the other. */
async function settle(c: Chaos, record: Record_): Promise<void> {
  c.calm();
  const { world } = c.instance();
  const isLeft = () => runsIn(c).some(({ state }) => !isTerminal(state));
  for (let round = 0; round < 600 && isLeft(); round += 1) {
    await c.drive(tick(world));
    check(c);
    await c.clock.advance(1_000);
  }
  const ended = new Set(
    runsIn(c).flatMap(({ state, run_id }) => (isTerminal(state) ? [run_id] : [])),
  );
  for (const runId of record.accepted.keys()) expect(ended, 'an accepted run').toContain(runId);
}

test('a session has one driver at a time, and never beside task pods of the last one', {
  timeout: Math.max(120_000, SEEDS * 2_000),
}, async () => {
  let drove = 0;
  for (const seed of seeds) {
    const c = chaos(seed, TROUBLE, (random) => ({
      lines: [],
      endsAt: pick(random, [1, 500, 2_000, 5_000]),
      exitCode: 1,
      startsAfter: pick(random, [0, 100]),
      tasks: 2,
    }));
    const record: Record_ = {
      accepted: new Map(),
      cancelled: new Set(),
      byHand: new Set(),
      keys: new Map(),
    };
    try {
      const target = Target.parse({ name: 'default', work_claim: 'work' });
      await targets.create(c.world, domain, target);
      for (const lane of LANES) await putLane(c.world, domain, lane, { capacity: 9 });
      for (const lane of LANES)
        await submitRun(c.world, { domain, request: nextflowRequest({ lane }) });
      await trouble(c, record);
      await settle(c, record);
      drove += runsIn(c).filter(({ origin, job_uid }) => origin && job_uid !== null).length;
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  expect(drove, 'drivers that continued others').toBeGreaterThan(seeds.length);
});
