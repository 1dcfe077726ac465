/** What is stored of a run goes from every store: the steps of a deletion with its transactions as each takes them. */
import { expect, test } from 'vitest';
import { anyVersion } from '../../../src/core/precondition.ts';
import { DAY_MS } from '../../../src/core/retention-limits.ts';
import { deleteRun } from '../../../src/engine/commands/delete-run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { getRun, listRuns } from '../../../src/engine/queries/runs.ts';
import { sweepSlice } from '../../../src/engine/reconcile/retention/sweep.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { Blobs } from '../../../src/ports/blobs.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';

export function testDeletion(name: string, make: () => { store: Store; blobs: Blobs }): void {
  test(`${name}: of runs that are deleted by request and by age nothing is left`, async () => {
    const { clock, queue, ...memory } = memoryWorld();
    const { store, blobs } = make();
    const world: World = { ...memory.world, store, blobs, retention: { runsDays: 30 } };
    const start = async (key: string): Promise<string> => {
      const body = request({ lane: key });
      const idempotency = { key, body };
      return (await submitRun(world, { domain, request: body, idempotency })).run.run_id;
    };
    const ids = [await start('by-request'), await start('by-age')];
    const rows = async (...[table, partition]: Parameters<Store['list']>) =>
      (await store.list(table, partition, { limit: 100 })).length;
    const left = () =>
      Promise.all([
        ...ids.map((id) => rows('runs', id, { limit: 1 })),
        rows('idempotency', domain, { limit: 1 }),
        rows('index', `${domain}.2026-01`, { limit: 1 }),
        rows('meta', 'deletions', { limit: 1 }),
      ]);
    for (let done = false; !done; await clock.advance(1_000)) {
      await tick(world);
      for (let next = queue.take(); next; next = queue.take())
        if ((next.message as { kind: string }).kind === 'compact')
          await handleMessage(world, next.message);
      done = await deleteRun(world, { domain, runId: ids[0] ?? '', precondition: anyVersion }).then(
        () => true,
        (error: { code: string }) => {
          if (error.code !== 'not_over') throw error;
          return false;
        },
      );
    }
    const { last_seq } = await getRun(world, domain, ids[1] ?? '');
    const blob = (id: string | undefined): string =>
      `events/${domain}/${id}/000000000001-${String(last_seq).padStart(12, '0')}.jsonl`;
    expect(await blobs.get(blob(ids[0]))).toBeUndefined();
    expect(await blobs.get(blob(ids[1]))).toBeDefined();
    const { runs } = await listRuns(world, domain, { limit: 10 });
    expect(runs.map(({ run_id }) => run_id)).toEqual([ids[1]]);
    await clock.advance(31 * DAY_MS);
    const swept = await sweepSlice(world, { budgetMs: 60_000 });
    expect(swept).toMatchObject({ deleted: { runs: 1 }, done: true });
    expect(await left()).toEqual([0, 0, 0, 0, 0]);
    expect(await blobs.get(blob(ids[1]))).toBeUndefined();
  });
}
