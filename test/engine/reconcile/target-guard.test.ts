/** A target cannot be moved away from under the runs that are on it. */
import { describe, expect, test } from 'vitest';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun, listRuns } from '../../../src/engine/queries/runs.ts';
import type { World } from '../../../src/ports/world.ts';
import { costOf } from '../../support/cost.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';

describe('a change of a target', () => {
  const moved = async (world: World, name: string): Promise<string> => {
    const target = Target.parse({ name, namespace: 'elsewhere' });
    return targets.change(world, domain, target).then(
      () => 'changed',
      (error: { code: string }) => error.code,
    );
  };

  test('costs the same however many runs there are, and sees each that is not over', async () => {
    const costs = await Promise.all(
      [10, 1_100].map(async (waiting) => {
        const { world, clock } = memoryWorld();
        for (const name of ['used', 'free'])
          await targets.create(world, domain, Target.parse({ name }));
        await Promise.all(
          Array.from({ length: waiting }, () => submitRun(world, { domain, request: request() })),
        );
        const { run } = await submitRun(world, {
          domain,
          request: request({ target: 'used', lane: 'own' }),
        });
        expect(run.state).toBe('starting');
        const cost = await costOf(world, async (counted) => {
          expect(await moved(counted, 'free')).toBe('changed');
          expect(await moved(counted, 'used')).toBe('conflict');
          expect(await moved(counted, 'default')).toBe('conflict');
        });
        await tickUntil(
          world,
          clock,
          async () => (await getRun(world, domain, run.run_id)).finished_at !== null,
        );
        expect(await moved(world, 'used')).toBe('changed');
        return cost;
      }),
    );
    expect(costs[1]?.calls).toBe(costs[0]?.calls);
    expect(costs[1]?.rows).toBe(costs[0]?.rows);
  });

  test('does not wait for the index to know that a run is over', async () => {
    const { world, clock } = memoryWorld();
    const { run } = await submitRun(world, { domain, request: request() });
    const late: World = {
      ...world,
      store: {
        ...world.store,
        commit: (table, ...rest) =>
          table === 'index'
            ? Promise.reject(new Error('no answer'))
            : world.store.commit(table, ...rest),
      },
    };
    expect(await moved(world, 'default')).toBe('conflict');
    const isOver = async () => (await getRun(world, domain, run.run_id)).finished_at !== null;
    await tickUntil(late, clock, isOver);
    expect((await listRuns(world, domain, { over: true, limit: 10 })).runs).toEqual([]);
    expect(await moved(world, 'default')).toBe('changed');
  });
});
