/** A start while storage fails: what is answered, and what becomes of the run. */
import { describe, expect, test } from 'vitest';
import { InjectedFault, withFaults } from '../../../src/adapters/memory/faults.ts';
import { SUBMIT_GRACE_MS } from '../../../src/core/limits.ts';
import type { OnBusy } from '../../../src/core/runs/request.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';

type Where = { readonly method: string; readonly table: string; readonly count: number };

/** Storage that fails as it is told; `count` is the number of the call of that method on that table. */
function failing(world: World, plan: (where: Where) => 'none' | 'before' | 'after'): World {
  const counts = new Map<string, number>();
  return {
    ...world,
    store: withFaults(world.store, (method, [table]) => {
      const count = (counts.get(`${method} ${String(table)}`) ?? 0) + 1;
      counts.set(`${method} ${String(table)}`, count);
      return plan({ method, table: String(table), count });
    }),
  };
}

/** Fails from that call on: storage is gone. */
const goneFrom = (method: string, table: string, first = 1) => {
  let gone = false;
  return (where: Where) => {
    gone ||= where.method === method && where.table === table && where.count >= first;
    return gone ? 'before' : 'none';
  };
};

async function start(world: World, clock: { advance(ms: number): Promise<void> }, on_busy: OnBusy) {
  const state = { open: true };
  const told = submitRun(world, { domain, request: request({ on_busy }) }).then(
    ({ run }) => ({ id: run.run_id }),
    (error: { name: string; runId?: string; code?: string; cause?: unknown }) => error,
  );
  void told.finally(() => (state.open = false));
  while (state.open) await clock.advance(100);
  return told;
}

const runsIn = (store: ReturnType<typeof memoryWorld>['store']) =>
  store.dump('runs').filter(({ key, values }) => key === 'run' && values['body'] !== undefined);

describe('the record of a run fails', () => {
  test('though it succeeded: the start continues', async () => {
    const { world, clock, store } = memoryWorld();
    const once = failing(world, ({ method, table, count }) =>
      method === 'commit' && table === 'runs' && count === 1 ? 'after' : 'none',
    );
    const told = await start(once, clock, 'queue');
    expect(runsIn(store).map(({ partition }) => partition)).toEqual([(told as { id: string }).id]);
  });

  test('and did not happen: it never will, and the answer names no run', async () => {
    const { world, clock, store } = memoryWorld();
    const once = failing(world, ({ method, table, count }) =>
      method === 'commit' && table === 'runs' && count === 1 ? 'before' : 'none',
    );
    expect(await start(once, clock, 'queue')).toBeInstanceOf(InjectedFault);
    await clock.advance(SUBMIT_GRACE_MS + 1_000);
    await tick(world);
    expect(runsIn(store)).toEqual([]);
    expect(store.dump('work')).toEqual([]);
  });

  test('and then storage is gone: the answer names the run that may still begin', async () => {
    const { world, clock, store } = memoryWorld();
    const gone = failing(world, goneFrom('commit', 'runs'));
    const told = await start(gone, clock, 'queue');
    expect(told).toMatchObject({ name: 'Unsettled', runId: store.dump('work')[0]?.key });
  });
});

describe('the way into the lane fails, and storage is gone', () => {
  test.each(['queue', 'attach', 'reject'] as const)(
    '%s: the answer names the run, which a tick brings in',
    async (on_busy) => {
      const { world, clock } = memoryWorld();
      const told = await start(failing(world, goneFrom('commit', 'lanes')), clock, on_busy);
      expect(told).toMatchObject({ name: 'Unsettled' });
      await clock.advance(SUBMIT_GRACE_MS + 1_000);
      await tick(world);
      const { runId = '' } = told as { runId?: string };
      expect((await readRun(world, runId))?.run.state).toBe('starting');
    },
  );
});

describe('the way into the lane fails, for the lane alone', () => {
  const lanesOnly = (world: World, fault: 'before' | 'after', from: number, to: number) =>
    failing(world, ({ method, table, count }) =>
      method === 'commit' && table === 'lanes' && count >= from && count <= to ? fault : 'none',
    );

  test.each(['attach', 'reject'] as const)(
    '%s: the run is withdrawn before the answer',
    async (on_busy) => {
      const { world, clock, store } = memoryWorld();
      const told = await start(lanesOnly(world, 'before', 1, 2), clock, on_busy);
      expect(told).toMatchObject({ code: 'unavailable', retryAfter: 1 });
      expect(runsIn(store)).toEqual([]);
      expect(store.dump('work')).toEqual([]);
    },
  );

  test.each(['queue', 'attach', 'reject'] as const)(
    '%s: one that is in all the same is answered',
    async (on_busy) => {
      const { world, clock } = memoryWorld();
      const told = await start(lanesOnly(world, 'after', 1, 1), clock, on_busy);
      const { id = '' } = told as { id?: string };
      expect((await readRun(world, id))?.run.state).toBe('starting');
    },
  );
});

test.each(['attach', 'reject'] as const)(
  '%s: a run that is in, though its commit failed and no check was possible, is not withdrawn',
  async (on_busy) => {
    const { world, clock } = memoryWorld();
    const blind = failing(world, ({ method, table, count }) => {
      if (table !== 'lanes') return 'none';
      if (method === 'commit' && count === 1) return 'after';
      return method === 'read' && count === 2 ? 'before' : 'none';
    });
    const told = await start(blind, clock, on_busy);
    const { id = '' } = told as { id?: string };
    expect((await readRun(world, id))?.run.state).toBe('starting');
  },
);

test('a ticket that was committed though the commit failed is not committed twice', async () => {
  const { world, clock, store } = memoryWorld();
  await start(world, clock, 'queue');
  const once = failing(world, ({ method, table, count }) =>
    method === 'commit' && table === 'lanes' && count === 1 ? 'after' : 'none',
  );
  const { id = '' } = (await start(once, clock, 'queue')) as { id?: string };
  const rows = store.dump('lanes').map(({ key }) => key);
  expect(rows).toEqual(['lane', expect.stringMatching(/^q\./), `r.${id}`]);
});

test('the answer cannot be made any more: it names the run, which has begun', async () => {
  const { world, clock } = memoryWorld();
  let placed = false;
  const gone = failing(world, ({ method, table }) => {
    placed ||= method === 'commit' && table === 'lanes';
    return placed && method === 'read' ? 'before' : 'none';
  });
  const told = await start(gone, clock, 'queue');
  const { runId = '' } = told as { runId?: string };
  expect(told).toMatchObject({ name: 'Unsettled' });
  expect((await readRun(world, runId))?.run.state).toBe('starting');
});
