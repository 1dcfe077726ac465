/** A follower that hangs for ever, in a call that never comes back. */
import { expect, it } from 'vitest';
import { WATCHDOG_MS_MAX } from '../../../src/core/function-limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, otherInstance, request } from '../../support/world.ts';

it('is replaced: it postpones its watchdog message no longer than its time slice', async () => {
  const lines = Array.from({ length: 600 }, (_, second) => ({ at: second * 1_000, text: 'line' }));
  const parts = memoryWorld({ script: () => ({ lines, endsAt: 600_000, exitCode: 0 }) });
  const { world, clock, queue } = parts;
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  let hangs = false;
  const commit: typeof world.store.commit = (...args) =>
    hangs ? new Promise(() => undefined) : world.store.commit(...args);
  const hanging = { ...otherInstance(world), store: { ...world.store, commit } };
  void handleMessage(hanging, queue.take()?.message);
  await passTime(parts, 2_000, 0);
  hangs = true;
  for (let second = 0; second < WATCHDOG_MS_MAX / 1_000; second++) await clock.advance(1_000);
  // Others take it up from here.
  await passTime(parts, world.watchdogSeconds * 1_000 + 5_000);
  const after = (await readRun(world, run.run_id))?.run;
  expect(after?.generation).toBe(2);
  expect(after?.log_lines).toBeGreaterThan(250);
});
