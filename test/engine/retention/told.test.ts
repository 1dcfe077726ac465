/** Everything that goes by age is told in the log, in the audit log and in the figure. */
import { expect, test } from 'vitest';
import { withFaults } from '../../../src/adapters/memory/faults.ts';
import { type AuditEntry, bySystem } from '../../../src/core/access/audit.ts';
import { counterSamples } from '../../../src/core/figures/figures.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { audit } from '../../../src/engine/access/audit.ts';
import { deleteRun } from '../../../src/engine/commands/delete-run.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { sweepSlice } from '../../../src/engine/reconcile/retention/sweep.ts';
import { readFigures, storeFigures } from '../../../src/engine/store/figures.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance } from '../../support/world.ts';
import { DOMAIN, days, ended, keeping, sweepAll } from './support.ts';

type Memory = ReturnType<typeof memoryWorld>;

/** Domain and contents of the entries of deletions by age, in order. */
const toldIn = ({ store }: Memory) =>
  store
    .dump('audit')
    .filter(({ values }) => values['body'] !== undefined)
    .map(({ values }) => JSON.parse(String(values['body'])) as AuditEntry)
    .filter(({ operation }) => operation === 'deleteByAge')
    .map(({ domain, thing }) => [domain, thing?.kind, thing?.id]);

async function countedIn(world: World, domain: string): Promise<unknown> {
  await storeFigures(world, true);
  const figures = counterSamples('retention_deleted_total', await readFigures(world, domain));
  return figures.map(({ labels, value }) => [labels['what'], value]);
}

test('entries of the audit log are told in their domain, those of unknown callers in none', async () => {
  const memory = memoryWorld();
  const note = (domain: string | null) =>
    audit(
      memory.world,
      bySystem(memory.clock.now(), { domain, operation: 'putLane', thing: null }),
    );
  await note('lab');
  await note('lab');
  await note(null);
  await memory.clock.advance(days(100));
  const world = keeping(memory.world, 30, 90);
  await sweepAll(memory, world);
  expect(toldIn(memory)).toEqual([
    [null, 'audit_entries', '1 entries of the audit log'],
    ['lab', 'audit_entries', '2 entries of the audit log'],
  ]);
  const logged = memory.log.entries.filter(({ message }) => message === 'old data deleted');
  expect(logged).toHaveLength(2);
  // That of no domain is the installation's.
  expect(await countedIn(world, 'lab')).toEqual([['audit_entries', 3]]);
});

test('the rest of a deletion that was cut off is told by who finishes it', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 30);
  await ended(memory, 'key');
  await memory.clock.advance(days(31));
  const stopped: World = {
    ...otherInstance(world),
    blobs: withFaults(world.blobs, (method) => (method === 'remove' ? 'before' : 'none')),
  };
  await sweepSlice(stopped, { budgetMs: 5_000 });
  await sweepAll(memory, world);
  expect(toldIn(memory)).toEqual([
    [DOMAIN, 'runs', '1 runs, 0 blobs, 1 idempotency keys'],
    [DOMAIN, 'runs', '0 runs, 1 blobs, 0 idempotency keys'],
  ]);
});

test('what a deletion by request has left is not called deleted by age', async () => {
  const memory = memoryWorld();
  const { world } = memory;
  const runId = await ended(memory, 'key');
  const stopped: World = {
    ...otherInstance(world),
    blobs: withFaults(world.blobs, (method) => (method === 'remove' ? 'before' : 'none')),
  };
  await deleteRun(stopped, { domain: DOMAIN, runId, precondition: anyVersion });
  await memory.clock.advance(days(2));
  await sweepAll(memory, world);
  expect(memory.store.dump('idempotency')).toEqual([]);
  expect(toldIn(memory)).toEqual([]);
});

test('whoever asks for a run that is too old is told for how long runs are kept', async () => {
  const memory = memoryWorld();
  const world = keeping(memory.world, 1);
  const id = await ended(memory);
  await memory.clock.advance(days(3));
  await sweepAll(memory, world);
  await expect(getRun(world, DOMAIN, id)).rejects.toThrow('runs are kept for 1 day.');
});
