/** The instances of the model run the whole way of a start, in virtual time. */
import { expect, test } from 'vitest';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { modelOfTables } from '../support/model.ts';
import { request } from '../support/world.ts';

test('instances share one store and one clock, and the same seed takes the same time', async () => {
  const took = async (seed: number): Promise<number> => {
    const model = modelOfTables({ instances: 2, seed });
    const from = model.clock.now();
    const started = await model.drive(
      Promise.all(
        model.worlds.map((world, index) =>
          submitRun(world, { domain: 'default', request: request({ lane: `l${index}` }) }),
        ),
      ),
    );
    expect(started.map(({ run }) => run.state)).toEqual(['starting', 'starting']);
    expect(model.store.dump('work')).toHaveLength(2);
    return model.clock.now() - from;
  };
  const first = await took(1);
  expect(first).toBeGreaterThan(20);
  expect(await took(1)).toBe(first);
  expect(await took(2)).not.toBe(first);
});
