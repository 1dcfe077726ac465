/** What cannot be stored is not read: the cluster waits, memory does not grow. */
import { expect, test } from 'vitest';
import { singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { MIB } from '../../../src/core/limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const CHUNK = 64 * 1024;
/** What may be between the cluster and the store: a batch that waits, and a chunk on its way. */
const BETWEEN_MAX = 2 * MIB;

/** A log without end, in chunks of whole lines; `given` bytes of it were asked for. */
function endless() {
  const state = { given: 0 };
  const line = `2026-01-01T00:00:01.000000000Z ${'x'.repeat(96)}\n`;
  const chunk = new TextEncoder().encode(line.repeat(Math.floor(CHUNK / line.length)));
  async function* log(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (signal?.aborted) return;
      state.given += chunk.length;
      yield chunk;
    }
  }
  return { state, log };
}

test('a burst without end is read no faster than it is stored', async () => {
  const parts = memoryWorld({
    script: () => ({ lines: [{ at: 0, text: 'first' }], endsAt: 3_600_000, exitCode: 0 }),
  });
  const { state, log } = endless();
  const cluster: Cluster = Object.assign(Object.create(parts.cluster) as Cluster, {
    readLog: (_pod: string, _container: string, options: { signal?: AbortSignal }) =>
      log(options.signal),
  });
  let stored = 0;
  let stuck = false;
  const world: World = {
    ...parts.world,
    clusters: singleCluster(cluster),
    store: {
      ...parts.store,
      async commit(table, partition, writes) {
        const lines = writes.some(
          (write) => write.op !== 'delete' && write.values['type'] === 'log',
        );
        if (lines) await parts.clock.sleep(stuck ? 120_000 : 100);
        const etags = await parts.store.commit(table, partition, writes);
        if (lines) stored = (await storedBytes(world, partition)) ?? stored;
        return etags;
      },
    },
  };
  const { run } = await submitRun(world, { domain, request: request() });
  await passTime({ ...parts, world }, 3_000);
  expect(stored).toBeGreaterThan(4 * MIB);
  expect(state.given - overhead(stored)).toBeLessThan(BETWEEN_MAX);
  stuck = true;
  await passTime({ ...parts, world }, 20_000);
  expect(state.given - overhead(stored)).toBeLessThan(BETWEEN_MAX);
  const given = state.given;
  await passTime({ ...parts, world }, 20_000);
  expect(state.given).toBe(given);
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'running' });
});

/** Bytes of lines without their times, as the run counts them. */
async function storedBytes(world: World, runId: string): Promise<number | undefined> {
  const row = await world.store.read('runs', runId, 'run');
  return row && (JSON.parse(String(row.values['body'])) as { log_bytes: number }).log_bytes;
}

/** The same with them. */
const overhead = (bytes: number): number => (bytes / 97) * 128;
