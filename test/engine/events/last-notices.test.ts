/** A Web PubSub that is dead, slow or refuses keeps nothing from being done. */
import { expect, test } from 'vitest';
import { TICK_BUDGET_MS, TICK_PARALLEL } from '../../../src/core/limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { modelOfTables } from '../../support/model.ts';
import { request } from '../../support/world.ts';

const RUNS = 600;

test.each([
  ['refuses', 0, true],
  ['hangs', 5_000, true],
  ['is slow', 3_000, false],
] as const)(
  '600 ended runs and a Web PubSub that %s: they are forgotten all the same',
  async (_how, ms, fails) => {
    const model = modelOfTables({ instances: 1, seed: 21 });
    const [instance] = model.worlds as [World];
    let sent = 0;
    const world: World = {
      ...instance,
      push: {
        ...instance.push,
        async send() {
          sent += 1;
          await instance.clock.sleep(ms);
          if (fails) throw new Error('Web PubSub is not there');
        },
      },
    };
    for (let count = 0; count < RUNS; count += 1) {
      const { run } = await submitRun(model.world, {
        domain: 'default',
        request: request({ lane: `lane-${count}` }),
      });
      const stored = await readRun(model.world, run.run_id);
      if (!stored) throw new Error('the run is gone');
      const finished_at = new Date(model.clock.now()).toISOString();
      const ended = { state: 'cancelled', finished_at, swept: true };
      const body = JSON.stringify({ ...stored.run, ...ended });
      await model.store.commit('runs', run.run_id, [
        {
          op: 'put',
          key: 'run',
          values: { state: 'cancelled', last_seq: stored.run.last_seq, body },
        },
      ]);
    }
    for (let ticks = 0; ticks < 3; ticks += 1) {
      sent = 0;
      const { duration_ms, left } = await model.drive(tick(world));
      expect(left).toBe(0);
      expect(duration_ms).toBeLessThan(TICK_BUDGET_MS);
      // Those that were under way together, and none after the first that failed.
      if (fails) expect(sent).toBeLessThanOrEqual(TICK_PARALLEL);
      await model.clock.advance(60_000 - duration_ms);
    }
    const open = model.store.dump('work').filter(({ values }) => values['compacting_until'] === 0);
    expect(open).toEqual([]);
    expect(
      model.queue.messages.filter(
        ({ message }) => (message as { kind: string }).kind === 'compact',
      ),
    ).toHaveLength(RUNS);
  },
  60_000,
);
