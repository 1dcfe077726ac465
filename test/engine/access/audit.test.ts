/** How entries of the audit log are written. */
import { expect, test } from 'vitest';
import { bySystem } from '../../../src/core/access/audit.ts';
import { audit, auditPartition, DAYS, dayKey, NOBODY } from '../../../src/engine/access/audit.ts';
import { memoryWorld, START } from '../../support/world.ts';

const entry = (id: string, change: Record<string, unknown> = {}) => ({
  ...bySystem(START, { domain: 'lab', operation: 'sweepRun', thing: { kind: 'run', id } }),
  ...change,
});

test('what comes while a commit is under way goes with the next one', async () => {
  const { world, store } = memoryWorld();
  const sizes: number[] = [];
  const commit: typeof store.commit = async (...args) => {
    if (args[1] !== DAYS) sizes.push(args[2].length);
    return store.commit(...args);
  };
  const counted = { ...world, store: { ...store, commit } };
  const ids = Array.from({ length: 250 }, (_, index) => `r${index}`);
  expect(await Promise.all(ids.map((id) => audit(counted, entry(id))))).toEqual(
    ids.map(() => true),
  );
  // The first batch has everything that came in the same turn.
  expect(sizes).toEqual([100, 100, 50]);
  const rows = await store.list('audit', auditPartition('lab', '2026-01-01'), { limit: 1_000 });
  expect(rows).toHaveLength(250);
});

test('every partition is on the list of days before its first row', async () => {
  const { world, store } = memoryWorld();
  await audit(world, entry('r1'));
  await audit(world, entry('r2', { at: '2026-01-02T00:00:00.000Z' }));
  await audit(world, entry('r3', { domain: null }));
  const days = await store.list('audit', DAYS, { limit: 10 });
  expect(days.map(({ key }) => key)).toEqual([
    dayKey(null, '2026-01-01'),
    dayKey('lab', '2026-01-01'),
    dayKey('lab', '2026-01-02'),
  ]);
  expect(dayKey(null, '2026-01-01')).toBe(`2026-01-01.${NOBODY}`);
});

test('an entry that cannot be stored is in the log, and later ones are stored', async () => {
  const { world, store, log } = memoryWorld();
  let fails = true;
  const commit: typeof store.commit = (...args) =>
    fails ? Promise.reject(new Error('storage is away')) : store.commit(...args);
  const weak = { ...world, store: { ...store, commit } };
  expect(await audit(weak, entry('r1'))).toBe(false);
  expect(JSON.stringify(log.entries)).toContain('"id":"r1"');
  fails = false;
  expect(await audit(weak, entry('r2'))).toBe(true);
});
