/** A tick with very many open runs, in the model of Azure Tables. Not among the tests of the engine: each mutant would pay for it. */
import { describe, expect, test } from 'vitest';
import type { Run } from '../src/core/runs/run.ts';
import { bigTick, type Order } from './support/big-tick.ts';

describe('open runs of which nine in ten wait', () => {
  test.each<[number, Order]>([
    [100_000, 'live last'],
    [10_000, 'mixed'],
    [10_000, 'live first'],
  ])(
    'of %d every live one is looked at within 15 s: %s',
    async (all, order) => {
      const counts = { live: all / 10, waiting: all - all / 10, order };
      const { model, live, waiting, reads, lists, ...big } = await bigTick(counts);
      const { duration_ms, left, failed } = await big.tick();
      console.info(`${order}: ${duration_ms} ms`);
      expect({ left, failed }).toEqual({ left: 0, failed: 0 });
      expect(duration_ms).toBeLessThan(15_000);
      expect(waiting.filter((id) => reads.has(id))).toEqual([]);
      expect(lists()).toBe(1);
      for (const id of live) {
        const row = await model.store.read('runs', id, 'run');
        expect((JSON.parse(String(row?.values['body'])) as Run).log_lines).toBe(1);
      }
    },
    // Real time, of which it needs a fraction: the figure is in virtual time.
    300_000,
  );
});
