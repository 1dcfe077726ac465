/** Runs that are over, as cleanup leaves them, and everything that is stored of a run. */
import { DAY_MS } from '../../../src/core/retention-limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { sweepSlice } from '../../../src/engine/reconcile/retention/sweep.ts';
import type { World } from '../../../src/ports/world.ts';
import { cleanUp, type memoryWorld, request } from '../../support/world.ts';

export const DOMAIN = 'default';
type Memory = ReturnType<typeof memoryWorld>;

/** The world with a default of so many days. */
export const keeping = (world: World, runsDays: number, auditDays?: number): World => ({
  ...world,
  retention: { runsDays, ...(auditDays !== undefined && { auditDays }) },
});

/** Starts a run, with a key where one is given, and lets it end and be cleaned up. */
export async function ended(memory: Memory, key?: string): Promise<string> {
  const { world } = memory;
  const body = request({ lane: 'l', on_busy: 'queue' });
  const { run } = await submitRun(world, {
    domain: DOMAIN,
    request: body,
    ...(key === undefined ? {} : { idempotency: { key, body } }),
  });
  await cleanUp(memory);
  return run.run_id;
}

export const days = (count: number): number => count * DAY_MS;

/** Sweeps until everything was looked at. */
export async function sweepAll(memory: Memory, world: World): Promise<number> {
  await memory.clock.advance(days(1) / 24);
  for (let slices = 1; slices < 100; slices += 1) {
    const swept = await sweepSlice(world, { budgetMs: 5_000 });
    if (swept?.done) return slices;
    await memory.clock.advance(60_000);
  }
  throw new Error('the sweep does not end');
}

/** Every row and blob in which the run's id is; ids of the index are inverted, so its rows are found by what they hold. */
export function remainsOf({ store, blobs }: Memory, runId: string): string[] {
  const rows = (['meta', 'work', 'runs', 'lanes', 'idempotency', 'index'] as const).flatMap(
    (table) =>
      store
        .dump(table)
        .filter((row) => JSON.stringify(row).includes(runId))
        .map(({ partition, key }) => `${table} ${partition} ${key}`),
  );
  return [...rows, ...blobs.list().flatMap(({ name }) => (name.includes(runId) ? [name] : []))];
}
