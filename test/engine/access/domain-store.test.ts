/** Stored domains, and how old a read of one may be. */
import { expect, test } from 'vitest';
import { Domain, DomainSettings } from '../../../src/core/access/domain.ts';
import {
  deleteDomainRow,
  listStoredDomains,
  readDomain,
  readStoredDomain,
  writeDomain,
} from '../../../src/engine/store/domains/domain-store.ts';
import { Conflict } from '../../../src/ports/store.ts';
import { memoryWorld } from '../../support/world.ts';

const lab: Domain = { name: 'lab', quotas: { live_runs: 3 }, retention: { runs_days: 30 } };

test('a domain without a row has no quotas and keeps everything', async () => {
  const { world } = memoryWorld();
  expect(await readDomain(world, 'lab')).toEqual({ name: 'lab', quotas: {}, retention: {} });
  expect((await readStoredDomain(world, 'lab')).etag).toBeNull();
  expect(await listStoredDomains(world)).toEqual([]);
});

test('a written domain is read back, replaced at its version only, and deleted', async () => {
  const { world } = memoryWorld();
  const first = await writeDomain(world, lab, null);
  await expect(writeDomain(world, lab, null)).rejects.toThrow(Conflict);
  const second = await writeDomain(world, { ...lab, quotas: {} }, first);
  await expect(writeDomain(world, lab, first)).rejects.toThrow(Conflict);
  expect(await readStoredDomain(world, 'lab')).toEqual({
    domain: { ...lab, quotas: {} },
    etag: second,
  });
  expect((await listStoredDomains(world)).map(({ domain }) => domain.name)).toEqual(['lab']);
  await deleteDomainRow(world, 'lab', second);
  expect(await readDomain(world, 'lab')).toEqual({ name: 'lab', quotas: {}, retention: {} });
});

test('an instance sees its own writes at once, those of others within a minute', async () => {
  const { world, clock } = memoryWorld();
  const other = { ...world, instance: {} };
  expect((await readDomain(other, 'lab')).quotas).toEqual({});
  await writeDomain(world, lab, null);
  expect((await readDomain(world, 'lab')).quotas).toEqual({ live_runs: 3 });
  expect((await readDomain(other, 'lab')).quotas).toEqual({});
  await clock.advance(60_000);
  expect((await readDomain(other, 'lab')).quotas).toEqual({ live_runs: 3 });
});

test('a row of a later build is read by what this one knows, so that the way back stops no domain', async () => {
  const { world, store } = memoryWorld();
  const { name, ...known } = lab;
  const later = { ...known, quotas: { ...known.quotas, tasks: 9 }, budget: 1 };
  const values = { body: JSON.stringify(later) };
  await store.commit('catalogue', 'domains', [{ op: 'insert', key: name, values }]);
  expect(await readDomain(world, name)).toEqual(lab);
  expect((await listStoredDomains(world)).map(({ domain }) => domain)).toEqual([lab]);
});

test('a failed read is not remembered', async () => {
  const { world } = memoryWorld();
  let fails = true;
  const { store } = world;
  const read: typeof store.read = (...args) =>
    fails ? Promise.reject(new Error('storage is away')) : store.read(...args);
  const weak = { ...world, store: { ...store, read, commit: store.commit.bind(store) } };
  await expect(readDomain(weak, 'lab')).rejects.toThrow('storage is away');
  fails = false;
  expect((await readDomain(weak, 'lab')).name).toBe('lab');
});

test.each([
  { quotas: { live_runs: -1 } },
  { quotas: { live_runs: 1.5 } },
  { quotas: { tasks: 3 } },
  { retention: { runs_days: 0 } },
  { retention: { audit_days: 89 } },
  { retention: { audit_days: 3_651 } },
  { name: 'lab' },
])('refused as settings of a domain: %j', (body) => {
  expect(DomainSettings.safeParse(body).success).toBe(false);
});
