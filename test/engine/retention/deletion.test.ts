/** What is old is deleted by age, and what is over by request; nothing else is. */
import { expect, test } from 'vitest';
import { withFaults } from '../../../src/adapters/memory/faults.ts';
import { POLICIES } from '../../../src/core/access/policy.ts';
import type { AppError } from '../../../src/core/errors.ts';
import { counterSamples } from '../../../src/core/figures/figures.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { deleteRun, holdRun } from '../../../src/engine/commands/delete-run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun, listRuns } from '../../../src/engine/queries/runs.ts';
import { sliceUntil } from '../../../src/engine/reconcile/retention/erase.ts';
import { finishDue } from '../../../src/engine/reconcile/retention/stages.ts';
import { sweepSlice } from '../../../src/engine/reconcile/retention/sweep.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { timerTick } from '../../../src/engine/reconcile/timer.ts';
import { noteSeen, writeDomain } from '../../../src/engine/store/domains/domain-store.ts';
import { readFigures, storeFigures } from '../../../src/engine/store/figures.ts';
import type { World } from '../../../src/ports/world.ts';
import { cleanUp, memoryWorld, otherInstance, request, stalling } from '../../support/world.ts';
import { DOMAIN, days, ended, keeping, remainsOf, sweepAll } from './support.ts';

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: unknown) => (error as AppError).code ?? String(error),
  );
const order = (runId: string) => ({ domain: DOMAIN, runId, precondition: anyVersion });
const hold = (world: World, runId: string, held: boolean) =>
  holdRun(world, { ...order(runId), hold: held, by: 'ada', reason: 'evidence' });
const listed = async (world: World): Promise<string[]> =>
  (await listRuns(world, DOMAIN, { limit: 100 })).runs.map(({ run_id }) => run_id);

test('by age nothing is deleted where nothing says so', async () => {
  const memory = memoryWorld();
  const id = await ended(memory, 'key');
  await memory.clock.advance(days(4_000));
  await sweepAll(memory, memory.world);
  expect((await getRun(memory.world, DOMAIN, id)).state).toBe('succeeded');
});

test('of a run that is older nothing is left, and younger ones keep all', async () => {
  const memory = memoryWorld();
  const old = await ended(memory, 'old');
  await memory.clock.advance(days(20));
  const young = await ended(memory, 'young');
  await memory.clock.advance(days(15));
  const before = remainsOf(memory, young);
  const world = keeping(memory.world, 30);
  await sweepAll(memory, world);
  expect(remainsOf(memory, old)).toEqual([]);
  expect(remainsOf(memory, young)).toEqual(before);
  expect(await listed(world)).toEqual([young]);
  expect(await codeOf(getRun(world, DOMAIN, old))).toBe('gone');
  expect(await codeOf(readEvents(world, DOMAIN, old, { after: 2, limit: 10 }))).toBe('gone');
  expect((await readEvents(world, DOMAIN, young, { after: 0, limit: 100 })).complete).toBe(true);
  await storeFigures(world, true);
  const figures = counterSamples('retention_deleted_total', await readFigures(world, DOMAIN));
  expect(figures.map(({ value }) => value)).toEqual([1, 1, 1]);
});

test('the days that a domain says itself go before those of the setting', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  await writeDomain(world, { name: DOMAIN, quotas: {}, retention: { runs_days: 30 } }, null);
  const id = await ended(memory);
  await memory.clock.advance(days(29));
  await sweepAll(memory, world);
  expect((await getRun(world, DOMAIN, id)).state).toBe('succeeded');
  await memory.clock.advance(days(2));
  await sweepAll(memory, world);
  expect(await codeOf(getRun(world, DOMAIN, id))).toBe('gone');
  expect(memory.store.dump('audit').at(-1)?.values['body']).toContain(
    '1 runs, 1 blobs, 0 idempotency keys',
  );
});

test('other domains are swept, too, by what they say', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  for (const domain of ['a', 'z']) {
    await writePolicy(world, domain, POLICIES.open);
    await targets.create(world, domain, Target.parse({ name: 'default' }));
    await submitRun(world, { domain, request: request() });
  }
  await cleanUp(memory);
  await writeDomain(world, { name: 'a', quotas: {}, retention: { runs_days: 90 } }, null);
  await memory.clock.advance(days(40));
  await sweepAll(memory, world);
  const left = memory.store.dump('runs').filter(({ key }) => key === 'run');
  expect(left.map(({ values }) => JSON.parse(String(values['body'])).domain)).toEqual(['a']);
});

test('a domain with runs from before the list of domains is swept once it is in use again', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  await writePolicy(world, 'a', POLICIES.open);
  await targets.create(world, 'a', Target.parse({ name: 'default' }));
  const { run } = await submitRun(world, { domain: 'a', request: request() });
  await cleanUp(memory);
  await memory.store.commit('meta', 'domains', [{ op: 'delete', key: 'a' }]);
  await noteSeen(world, 'a');
  await memory.clock.advance(days(3));
  await sweepAll(memory, world);
  expect(remainsOf(memory, run.run_id)).toEqual([]);
});

test('the age of a run counts from its end, and a live one has none', async () => {
  const memory = memoryWorld({ script: () => ({ lines: [], endsAt: days(40), exitCode: 0 }) });
  const world = keeping(memory.world, 30);
  const { run } = await submitRun(world, { domain: DOMAIN, request: request() });
  await tick(world);
  await memory.clock.advance(days(35));
  await tick(world);
  await sweepAll(memory, world);
  expect((await getRun(world, DOMAIN, run.run_id)).state).toBe('running');
  await memory.clock.advance(days(6));
  await cleanUp(memory);
  await memory.clock.advance(days(20));
  await sweepAll(memory, world);
  expect((await getRun(world, DOMAIN, run.run_id)).state).toBe('succeeded');
  await memory.clock.advance(days(11));
  await sweepAll(memory, world);
  expect(remainsOf(memory, run.run_id)).toEqual([]);
});

test('a held run is deleted neither by age nor by request, until the hold ends', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  const id = await ended(memory, 'key');
  const before = remainsOf(memory, id);
  const { run } = await hold(world, id, true);
  expect(run.hold).toEqual({ since: expect.any(String), by: 'ada', reason: 'evidence' });
  await memory.clock.advance(days(9));
  await sweepAll(memory, world);
  expect(await codeOf(deleteRun(world, order(id)))).toBe('held');
  expect(remainsOf(memory, id)).toEqual(before);
  expect((await hold(world, id, false)).run.hold).toBeNull();
  await sweepAll(memory, world);
  expect(remainsOf(memory, id)).toEqual([]);
});

test('a run with work left is not deleted, since its Job and its place are found by it', async () => {
  const memory = memoryWorld();
  const { world } = memory;
  const { run } = await submitRun(world, { domain: DOMAIN, request: request() });
  expect(await codeOf(deleteRun(world, order(run.run_id)))).toBe('not_over');
  await cancelRun(world, { domain: DOMAIN, runId: run.run_id });
  await memory.clock.advance(2_000);
  await tick(world);
  expect((await getRun(world, DOMAIN, run.run_id)).state).toBe('cancelled');
  expect(await codeOf(deleteRun(world, order(run.run_id)))).toBe('not_over');
  await cleanUp(memory);
  expect(await codeOf(deleteRun(world, order(run.run_id)))).toBe('done');
});

test('a deleted run is gone at once, its tombstone a day later, and a repetition is harmless', async () => {
  const memory = memoryWorld();
  const { world } = memory;
  const id = await ended(memory, 'key');
  await deleteRun(world, order(id));
  await deleteRun(world, order(id));
  expect(await listed(world)).toEqual([]);
  expect(await codeOf(getRun(world, DOMAIN, id))).toBe('gone');
  expect(await codeOf(getRun(world, 'other', id))).toBe('not_found');
  expect(await codeOf(deleteRun(world, { ...order(id), domain: 'other' }))).toBe('not_found');
  expect(memory.blobs.list()).toEqual([]);
  expect(memory.store.dump('idempotency')).toEqual([]);
  await memory.clock.advance(days(1));
  await sweepAll(memory, world);
  expect(remainsOf(memory, id)).toEqual([]);
  expect(await codeOf(getRun(world, DOMAIN, id))).toBe('not_found');
  expect(await codeOf(deleteRun(world, order(id)))).toBe('not_found');
});

test('the same key starts a new run once its run is deleted', async () => {
  const memory = memoryWorld();
  const { world } = memory;
  const id = await ended(memory, 'key');
  await deleteRun(world, order(id));
  const again = await ended(memory, 'key');
  expect(again).not.toBe(id);
  expect((await getRun(world, DOMAIN, again)).state).toBe('succeeded');
});

test('a key that a new run has taken meanwhile stays', async () => {
  const memory = memoryWorld();
  const { world } = memory;
  const id = await ended(memory, 'key');
  // The deletion stops before it comes to the key.
  const stopped: World = {
    ...otherInstance(world),
    blobs: withFaults(world.blobs, (method) => (method === 'remove' ? 'before' : 'none')),
  };
  await deleteRun(stopped, order(id));
  const again = await ended(memory, 'key');
  await memory.clock.advance(days(2));
  await sweepAll(memory, world);
  expect(remainsOf(memory, id)).toEqual([]);
  expect(memory.store.dump('idempotency').map(({ values }) => values['run_id'])).toEqual([again]);
});

test('a deletion that another instance sees before its tombstone is still found afterwards', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  const id = await ended(memory);
  await memory.clock.advance(days(3));
  const { slow, resume } = stalling(world, 'runs');
  const fails = withFaults(slow.blobs, (method) => (method === 'remove' ? 'before' : 'none'));
  const sweep = sweepSlice({ ...slow, blobs: fails }, { budgetMs: 5_000 });
  const noted = () => memory.store.dump('meta').some((row) => row.partition === 'deletions');
  while (!noted()) await new Promise((turn) => setImmediate(turn));
  await finishDue(otherInstance(world), sliceUntil(Infinity));
  resume();
  await sweep;
  expect(await codeOf(getRun(world, DOMAIN, id))).toBe('gone');
  await memory.clock.advance(days(2));
  await sweepAll(memory, world);
  expect(remainsOf(memory, id)).toEqual([]);
});

test('entries of the audit log go by their own age', async () => {
  const memory = memoryWorld();
  const { audit } = await import('../../../src/engine/access/audit.ts');
  const { bySystem } = await import('../../../src/core/access/audit.ts');
  const write = (domain: string | null) =>
    audit(memory.world, bySystem(memory.clock.now(), { domain, operation: 'x', thing: null }));
  await write(DOMAIN);
  await write(null);
  await memory.clock.advance(days(50));
  await write(DOMAIN);
  await memory.clock.advance(days(50));
  await sweepAll(memory, memory.world);
  expect(memory.store.dump('audit')).toHaveLength(6);
  const world = keeping({ ...memory.world, instance: {} }, 30, 90);
  await sweepAll(memory, world);
  const left = memory.store.dump('audit');
  // Those of today tell of the deletion itself.
  const today = new Date(memory.clock.now()).toISOString().slice(0, 10);
  const before = left.filter(({ partition, key }) => !`${partition} ${key}`.includes(today));
  expect(before.map(({ partition }) => partition).toSorted()).toEqual(
    ['days', 'default.2026-02-20'].toSorted(),
  );
});

test('the timer sweeps after its tick, with a tenth of the time', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  const id = await ended(memory);
  await memory.clock.advance(days(2));
  await timerTick(world);
  expect(remainsOf(memory, id)).toEqual([]);
  expect(memory.log.entries.map(({ message }) => message)).toContain('old data deleted');
  // Then it pauses, and a tick pays nothing for it.
  expect(await sweepSlice(world)).toBeUndefined();
});
