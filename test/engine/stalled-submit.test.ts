/** A submit that stalls half-way and comes back much later. */
import { expect, test } from 'vitest';
import { SUBMIT_GRACE_MS } from '../../src/core/limits.ts';
import { submitRun } from '../../src/engine/submit.ts';
import { tick } from '../../src/engine/tick.ts';
import type { World } from '../../src/ports/world.ts';
import { memoryWorld, request } from '../support/world.ts';

const domain = 'default';

test('between its work row and its run row: the run is never recorded, or nobody would end it', async () => {
  const { world, clock, store } = memoryWorld();
  let resume = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (resume = resolve));
  const slow: World = {
    ...world,
    store: {
      ...world.store,
      async commit(table, partition, writes) {
        if (table === 'runs') await stalled;
        return world.store.commit(table, partition, writes);
      },
    },
  };
  const submit = submitRun(slow, { domain, request: request() });
  const answer = submit.then(
    () => 'accepted',
    (error: unknown) => (error as { code: string }).code,
  );
  for (let turn = 0; turn < 50 && store.dump('work').length === 0; turn++) await clock.advance(0);
  expect(store.dump('work')).toHaveLength(1);
  await clock.advance(SUBMIT_GRACE_MS + 1_000);
  await tick(world);
  expect(store.dump('work')).toEqual([]);
  resume();
  expect(await answer).toBe('unavailable');
  const live = store.dump('runs').filter((row) => row.values['state'] !== 'withdrawn');
  expect(live).toEqual([]);
});
