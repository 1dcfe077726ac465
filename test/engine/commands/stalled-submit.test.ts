/** A submit that stalls half-way and comes back much later. */
import { expect, test } from 'vitest';
import { SUBMIT_GRACE_MS } from '../../../src/core/limits.ts';
import { newRunId } from '../../../src/core/names.ts';
import { planRun } from '../../../src/engine/commands/plan.ts';
import { newRun, recordRun } from '../../../src/engine/commands/record.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { acceptRun, withdraw } from '../../../src/engine/lanes/lane-admission.ts';
import { readLane } from '../../../src/engine/lanes/lane-store.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { adoptRun } from '../../../src/engine/store/run-store.ts';
import { memoryWorld, request, stalling } from '../../support/world.ts';

const domain = 'default';

test('between its work row and its run row: the run is never recorded, or it would never end', async () => {
  const { world, clock, store } = memoryWorld();
  const { slow, resume } = stalling(world, 'runs');
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
  const live = store.dump('runs').filter((row) => row.values['state'] !== 'tombstone');
  expect(live).toEqual([]);
});

test('on the way into its lane, while others take the run back: it does not get in', async () => {
  const { world, clock } = memoryWorld();
  const submission = { domain, request: request({ on_busy: 'reject' }) };
  const plan = await planRun(world, submission);
  const id = { key: null, now: new Date(clock.now()).toISOString() };
  const run = newRun(newRunId(clock.now(), world.random(4)), submission, plan, id);
  const recorded = await recordRun(world, run, plan.launch, false);
  if (!recorded) throw new Error('the id is taken');
  const stored = await adoptRun(world, recorded.stored);
  const { slow, resume } = stalling(world, 'lanes');
  const entry = { run_id: run.run_id, priority: 0, queueing: false };
  const entered = acceptRun(slow, domain, run.lane, entry);
  for (let turn = 0; turn < 50; turn++) await clock.advance(0);
  expect(await withdraw(world, stored)).toBe(true);
  resume();
  const state = { open: true };
  void entered.finally(() => (state.open = false));
  while (state.open) await clock.advance(10);
  expect(await entered).toBe('withdrawn');
  expect((await readLane(world, domain, run.lane)).lane.active).toEqual([]);
});
