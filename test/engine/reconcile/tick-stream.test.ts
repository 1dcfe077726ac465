/** A tick reads and acts in one stream: what waits costs next to nothing, and what it lists is no proof of what is missing. */
import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/core/runs/run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { Pass } from '../../../src/engine/reconcile/pass.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { bigTick } from '../../support/big-tick.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';

describe('a tick that runs out of time', () => {
  test('is gone on with by the next one, until all runs have been looked at', async () => {
    const { model, live } = await bigTick({ live: 2_000, waiting: 0, order: 'mixed' });
    const { world, clock } = model;
    const seen: string[] = [];
    const slow: World = {
      ...world,
      store: {
        ...world.store,
        async read(table, partition, key) {
          if (table === 'runs') seen.push(partition);
          await clock.sleep(100);
          return world.store.read(table, partition, key);
        },
      },
      clusters: {
        ...world.clusters,
        connect: () => {
          throw new Error('not asked');
        },
      },
    };
    let from = '';
    for (let ticks = 0; ticks < 8; ticks += 1) {
      const ticked = await model.drive(tick(slow, { budgetMs: 3_000, from, page: 10 }));
      from = ticked.stopped_at;
      if (from === '') break;
    }
    expect(live.filter((id) => !seen.includes(id))).toEqual([]);
  }, 60_000);
});

describe('a run that was read after its namespace was listed', () => {
  /** A cluster whose list of all was made before the run's Job; asked for the run by its name it tells. */
  function listedBefore(runId: string, cluster: Cluster) {
    const asked: (string | undefined)[] = [];
    const old: Cluster = Object.assign(Object.create(cluster) as Cluster, {
      async list(id?: string, what?: Parameters<Cluster['list']>[1]) {
        asked.push(id);
        const { jobs, pods } = await cluster.list(id, what);
        if (id !== undefined) return { jobs, pods };
        return {
          jobs: jobs.filter((job) => job.run_id !== runId),
          pods: pods.filter((pod) => pod.run_id !== runId),
        };
      },
    });
    return { old, asked };
  }

  test.each([
    ['is asked for by name', true],
    ['before: it is believed to be missing', false],
  ])('%s', async (_what, after) => {
    const { world, clock, cluster } = memoryWorld({
      script: () => ({ lines: [], endsAt: 3_600_000, exitCode: 0 }),
    });
    const start = async (lane: string) =>
      (await submitRun(world, { domain, request: request({ lane }) })).run.run_id;
    const [first, second] = [await start('a'), await start('b')];
    await clock.advance(1_000);
    const { old, asked } = listedBefore(first, cluster);
    const pass = new Pass(
      { ...world, clusters: { ...world.clusters, connect: () => old } },
      clock.now() + 10_000,
    );
    const read = async (id: string): Promise<Run> => {
      const stored = await pass.read(id);
      if (!stored) throw new Error('the run is gone');
      return stored.run;
    };
    const early = await read(first);
    const observe = (run: Run) => pass.executorOf(run).observe(run);
    await observe(await read(second));
    const { clusterState } = await observe(after ? await read(first) : early);
    expect(clusterState).toBe(after ? 'running' : 'absent');
    expect(asked).toEqual(after ? [undefined, first] : [undefined]);
  });
});
