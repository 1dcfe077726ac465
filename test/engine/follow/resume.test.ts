import { describe, expect, test } from 'vitest';
import { singleCluster } from '../../../src/adapters/memory/cluster.ts';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

test('a log that shows the rest of an old line after a disconnect is found again once, not over and over', async () => {
  const parts = memoryWorld({
    script: () => ({
      lines: [
        { at: 0, text: 'a line that took three seconds' },
        { at: 3_000, text: 'next' },
        { at: 60_000, text: 'last' },
      ],
      endsAt: 61_000,
      exitCode: 0,
    }),
  });
  let reads = 0;
  /** Kubernetes filters the pieces in which a long line was printed, each by its own time. */
  async function* readLog(...args: Parameters<Cluster['readLog']>): AsyncGenerator<Uint8Array> {
    reads += 1;
    const first = reads === 1;
    // Whoever reads over and over lets no time pass: that has to end for the test to end.
    if (reads > 50) await new Promise(() => undefined);
    if (args[2].sinceTime === '2026-01-01T00:00:02Z')
      yield Buffer.from('2026-01-01T00:00:03.000000000Z three seconds\n');
    let text = '';
    for await (const chunk of parts.cluster.readLog(...args)) {
      yield chunk;
      text += Buffer.from(chunk).toString();
      if (first && text.endsWith('next\n')) return;
    }
  }
  const cluster: Cluster = Object.assign(Object.create(parts.cluster) as Cluster, { readLog });
  const world: World = { ...parts.world, clusters: singleCluster(cluster) };
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  await passTime({ ...parts, world }, 80_000);
  expect(await getRun(world, 'default', run.run_id)).toMatchObject({ state: 'succeeded' });
  const { events } = await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 });
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  expect(lines.map(({ message }) => message)).toEqual([
    'a line that took three seconds',
    'next',
    'last',
  ]);
  expect(events.filter(({ type }) => type === 'gap')).toEqual([]);
  expect(reads).toBeLessThan(15);
});

describe('a log that was rotated away right after its last line', () => {
  const EMPTY = 'broke, and the next one showed nothing more';
  const cut = new ClusterError('unavailable', 0, 'cut');

  /** The driver's stream ends so; whoever asks for the log after that finds an empty file. */
  async function gapsAfter(end: string): Promise<RunEvent[]> {
    const parts = memoryWorld({
      script: () => ({ lines: [{ at: 500, text: 'last' }], endsAt: 5_000, exitCode: 0 }),
    });
    let opened = 0;
    async function* readLog(...args: Parameters<Cluster['readLog']>): AsyncGenerator<Uint8Array> {
      if (!args[2].follow) return;
      opened += 1;
      for await (const chunk of parts.cluster.readLog(...args)) {
        if (end !== EMPTY || opened === 1) yield chunk;
        if (end === EMPTY && opened === 1 && chunk[0] === 10) throw cut;
        if (end === 'ended early, and the next one hung' && opened === 1 && chunk[0] === 10) return;
      }
      if (end === 'broke') throw cut;
      if (end === 'ended inside a line') yield Buffer.from('2026-01-01T00:00:04.000000000Z ha');
      if (end !== EMPTY && opened === 2) await new Promise(() => undefined);
    }
    const cluster: Cluster = Object.assign(Object.create(parts.cluster) as Cluster, { readLog });
    const world: World = { ...parts.world, clusters: singleCluster(cluster) };
    const { run } = await submitRun(world, { domain: 'default', request: request() });
    await passTime({ ...parts, world }, 30_000);
    expect(await getRun(world, 'default', run.run_id)).toMatchObject({ state: 'succeeded' });
    const { events } = await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 });
    expect(events.filter(({ type }) => type === 'log')).toHaveLength(1);
    return events.filter(({ type }) => type === 'gap');
  }

  test('has no gap: the cluster ended the stream, so there was no more', async () => {
    expect(await gapsAfter('ended')).toEqual([]);
  });

  test.each(['broke', 'ended inside a line', 'ended early, and the next one hung', EMPTY])(
    'may have one when the stream %s: nobody knows what else there was',
    async (end) => {
      expect(await gapsAfter(end)).toMatchObject([{ data: { container: 'driver', before: null } }]);
    },
  );
});
