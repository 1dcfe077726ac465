/** Gaps are told where lines may be missing, and nowhere else. */
import { describe, expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import type { ObservedContainer, ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';
const NEVER: Script = { lines: [], endsAt: 1_000, exitCode: 0, startsAfter: Infinity };
const TALKING: Script = {
  lines: Array.from({ length: 50 }, (_, index) => ({ at: index * 1_000, text: `${index}` })),
  endsAt: 600_000,
  exitCode: 0,
};

/** A run on a cluster that shows its pods as `show` says. */
async function started(script: Script, show: (pod: ObservedPod) => ObservedPod = (pod) => pod) {
  const parts = memoryWorld({ script: () => script });
  const shown: Pick<Cluster, 'list' | 'watchPods'> = {
    list: async (...args) => {
      const { jobs, pods } = await parts.cluster.list(...args);
      return { jobs, pods: pods.map(show) };
    },
    async *watchPods(...args) {
      for await (const pods of parts.cluster.watchPods(...args)) yield pods.map(show);
    },
  };
  const cluster = Object.assign(Object.create(parts.cluster) as Cluster, shown);
  const world: World = { ...parts.world, clusters: singleCluster(cluster) };
  const { run } = await submitRun(world, { domain, request: request() });
  const id = run.run_id;
  const ended = async () => {
    const { state, reason } = await getRun(world, domain, id);
    const { events } = await readEvents(world, domain, id, { after: 0, limit: 1_000 });
    const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
    return {
      state,
      reason: reason?.code,
      gaps: events.filter(({ type }) => type === 'gap').length,
      lines: lines.map(({ message }) => message),
    };
  };
  return { ...parts, world, id, ended };
}
type Parts = Awaited<ReturnType<typeof started>>;

const cancelled = async ({ world, id }: Parts) => cancelRun(world, { domain, runId: id });
const alone = async (parts: Parts): Promise<void> =>
  tickUntil(parts.world, parts.clock, async () =>
    ['cancelled', 'failed', 'succeeded'].includes((await parts.ended()).state),
  );

describe('a driver that never started leaves no gap', () => {
  test.each([
    ['its pod waits', NEVER],
    ['it has no pod', { ...NEVER, podAfter: Infinity }],
  ])('cancelled while %s', async (_what, script) => {
    for (const followed of [true, false]) {
      const parts = await started(script);
      if (followed) await passTime(parts, 5_000);
      else await parts.clock.advance(5_000);
      await cancelled(parts);
      if (followed) await passTime(parts, 5_000);
      else await alone(parts);
      expect(await parts.ended()).toMatchObject({ state: 'cancelled', gaps: 0 });
    }
  });

  test('given up for what its pod is warned of', async () => {
    const events = [{ warning: true, reason: 'FailedMount', message: 'no', at: 1_000 }];
    const parts = await started({ ...NEVER, events });
    await tickUntil(
      parts.world,
      parts.clock,
      async () => (await parts.ended()).state === 'failed',
      700,
    );
    expect(await parts.ended()).toMatchObject({ reason: 'volume_mount', gaps: 0 });
  });

  test('turned away by its node', async () => {
    const turned = { phase: 'Failed', reason: 'UnexpectedAdmissionError' } as const;
    const parts = await started(NEVER, (pod) => ({ ...pod, ...turned, containers: [] }));
    await alone(parts);
    expect(await parts.ended()).toMatchObject({ reason: 'not_started', gaps: 0 });
  });
});

describe('a driver that may have started leaves one', () => {
  test('evicted without a word of its containers', async () => {
    const evicted = { phase: 'Failed', reason: 'Evicted' } as const;
    const parts = await started(NEVER, (pod) => ({ ...pod, ...evicted, containers: [] }));
    await alone(parts);
    expect(await parts.ended()).toMatchObject({ reason: 'evicted', gaps: 1 });
  });

  test('gone with its Job before it was observed', async () => {
    const parts = await started(TALKING);
    await parts.clock.advance(5_000);
    parts.cluster.deleteByHand(parts.id);
    await parts.clock.advance(5_000);
    await alone(parts);
    expect(await parts.ended()).toMatchObject({ reason: 'driver_lost', gaps: 1 });
  });

  test('running when it was fenced, and gone before its log was read to the end', async () => {
    const parts = await started({ ...TALKING, termMs: 0 });
    await parts.clock.advance(5_000);
    await cancelled(parts);
    await alone(parts);
    expect(await parts.ended()).toMatchObject({ state: 'cancelled', gaps: 1 });
  });
});

test.each([
  ['that prints', TALKING],
  ['that prints nothing', { ...TALKING, lines: [] }],
])('a driver %s, cancelled under a follower, is read to its end', async (_what, script) => {
  const parts = await started({ ...script, termMs: 7_000 });
  await passTime(parts, 5_000);
  await cancelled(parts);
  await passTime(parts, 12_000);
  expect(await parts.ended()).toEqual({
    state: 'cancelled',
    reason: 'cancelled',
    gaps: 0,
    lines: parts.cluster.printed(parts.id),
  });
});

test('a side container that still runs leaves no gap', async () => {
  const main: Script = { ...TALKING, lines: [], endsAt: 5_000 };
  const side = { name: 'proxy', kind: 'sidecar', state: 'running' } as const;
  const beside = (pod: ObservedPod): ObservedPod => {
    const sides = pod.containers
      .filter(({ started_at }) => started_at !== null)
      .map((each): ObservedContainer => ({ ...each, ...side, exit_code: null, finished_at: null }));
    return { ...pod, phase: 'Running', containers: [...pod.containers, ...sides] };
  };
  for (const followed of [true, false]) {
    const parts = await started({ ...main, lines: [{ at: 100, text: 'listening' }] }, beside);
    if (followed) await passTime(parts, 10_000);
    else await alone(parts);
    expect(await parts.ended()).toMatchObject({
      state: 'succeeded',
      gaps: 0,
      lines: ['listening', 'listening'],
    });
  }
});
