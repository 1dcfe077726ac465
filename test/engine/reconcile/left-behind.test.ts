import { expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const FILL = '-'.repeat(1_000);
/** As much as in the part of a log that a stream catches up with, then a line a second. */
const script = (burst: number): Script => ({
  lines: [
    ...Array.from({ length: burst }, (_, index) => ({ at: 0, text: `${index} ${FILL}` })),
    ...Array.from({ length: 30 }, (_, index) => ({
      at: 1_000 * (index + 1),
      text: `later ${index}`,
    })),
  ],
  endsAt: 60_000,
  exitCode: 0,
});

/** The first stream brings the burst, and then nothing, as one of a kubelet that has missed a rotation. */
async function follow(burst: number) {
  const parts = memoryWorld({ script: () => script(burst) });
  let streams = 0;
  const stuck: Pick<Cluster, 'readLog'> = {
    async *readLog(pod, container, options) {
      const log = parts.cluster.readLog(pod, container, options);
      if (!options.follow || ++streams > 1) return yield* log;
      const until = Date.parse('2026-01-01T00:00:01Z');
      for await (const chunk of log) if (parts.clock.now() < until) yield chunk;
    },
  };
  const cluster = Object.assign(Object.create(parts.cluster) as Cluster, stuck);
  const world: World = { ...parts.world, clusters: singleCluster(cluster) };
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  await passTime({ ...parts, world }, 20_000);
  const { events } = await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 });
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  return { streams, lines: lines.map(({ message }) => message.split(' ').slice(0, 2).join(' ')) };
}

test('a stream that had much to catch up with, and stays in a file that was rotated away meanwhile, is opened anew', async () => {
  const { streams, lines } = await follow(2_000);
  expect(streams).toBe(2);
  expect(lines).toContain('later 10');
  expect(new Set(lines).size).toBe(lines.length);
});

test('a stream that had little to catch up with stays open', async () => {
  expect((await follow(100)).streams).toBe(1);
});
