/** Drivers that may run and do not: what is said of them, and which of them are given up. */
import { expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const MINUTE = 60_000;
const never: Script = { lines: [], endsAt: 1_000, exitCode: 0, startsAfter: Infinity };
/** Said again every two minutes, as kubelets do. */
const warned = (reason: string): Script => ({
  ...never,
  events: Array.from({ length: 15 }, (_, index) => ({
    warning: true,
    reason,
    message: 'it does not work',
    at: 1_000 + index * 2 * MINUTE,
  })),
});

/** A run with that driver, and another one that waits for its place. */
async function started(script: Script, cluster: Partial<Cluster> = {}) {
  let jobs = 0;
  const parts = memoryWorld({
    script: () => (jobs++ === 0 ? script : { ...never, startsAfter: 0 }),
  });
  const reached = Object.assign(Object.create(parts.cluster) as Cluster, cluster);
  const world: World = { ...parts.world, clusters: singleCluster(reached) };
  const { run } = await submitRun(world, {
    domain,
    request: request({ deadline_seconds: 3_600 }),
  });
  const next = await submitRun(world, { domain, request: request() });
  const look = () => getRun(world, domain, run.run_id);
  return { ...parts, world, look, id: run.run_id, next: next.run.run_id };
}

type Parts = Awaited<ReturnType<typeof started>>;

/** Nobody follows: the timer looks every ten seconds. */
async function tickAlong({ world, clock }: Parts, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    await tick(world);
    await clock.advance(Math.min(left, 10_000));
  }
  await tick(world);
}

test.each([
  ['a follower', passTime, 'FailedMount', 'volume_mount'],
  ['the timer alone', tickAlong, 'FailedMount', 'volume_mount'],
  ['the timer alone', tickAlong, 'FailedAttachVolume', 'volume_attach'],
  ['the timer alone', tickAlong, 'FailedCreatePodSandBox', 'pod_sandbox'],
] as const)(
  '%s says what the pod is warned of, and gives it up after ten minutes',
  async (_, pass, reason, code) => {
    const parts = await started(warned(reason));
    await pass(parts, 15_000);
    expect((await parts.look()).reason).toBeNull();
    await pass(parts, 20_000);
    expect(await parts.look()).toMatchObject({
      state: 'starting',
      reason: { code, message: `${reason}: it does not work` },
    });
    await pass(parts, 9 * MINUTE);
    expect(await parts.look()).toMatchObject({ state: 'starting', reason: { code } });
    await pass(parts, 3 * MINUTE);
    expect(await parts.look()).toMatchObject({ state: 'failed', reason: { code } });
    // The place went on.
    expect(await getRun(parts.world, domain, parts.next)).toMatchObject({ state: 'succeeded' });
  },
);

test('a volume that can be mounted after all lets the driver run', async () => {
  const parts = await started({ ...warned('FailedMount'), startsAfter: 9 * MINUTE });
  await passTime(parts, 8 * MINUTE);
  expect(await parts.look()).toMatchObject({ reason: { code: 'volume_mount' } });
  await passTime(parts, 2 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'succeeded', reason: null });
});

test('a mount that healed leaves the time of the next trouble whole', async () => {
  const events = [
    { warning: true, reason: 'FailedMount', message: 'no', at: 1_000 },
    { warning: false, reason: 'Pulling', message: 'image', at: 9 * MINUTE },
    { warning: true, reason: 'FailedCreatePodSandBox', message: 'no', at: 12 * MINUTE },
  ];
  const parts = await started({ ...never, events });
  await tickAlong(parts, 8 * MINUTE);
  expect(await parts.look()).toMatchObject({ reason: { code: 'volume_mount' } });
  await tickAlong(parts, 3 * MINUTE);
  expect((await parts.look()).reason).toBeNull();
  await tickAlong(parts, 9 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'starting', reason: { code: 'pod_sandbox' } });
});

test('a pull that fails after a mount that was slow has its own time', async () => {
  const view = { reason: 'ContainerCreating' };
  const parts = await started(warned('FailedMount'), {
    list: async (...args) => {
      const { jobs, pods } = await parts.cluster.list(...args);
      const shown = pods.map((pod) => ({
        ...pod,
        containers: pod.containers.map((each) => ({ ...each, ...view })),
      }));
      return { jobs, pods: shown };
    },
  });
  await tickAlong(parts, 5 * MINUTE);
  expect(await parts.look()).toMatchObject({ reason: { code: 'volume_mount' } });
  view.reason = 'ImagePullBackOff';
  await tickAlong(parts, 2 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'starting', reason: { code: 'image_pull' } });
  await tickAlong(parts, 2 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'failed', reason: { code: 'image_pull' } });
});

test('any other warning is shown, and waited for', async () => {
  const parts = await started(warned('NetworkNotReady'));
  await tickAlong(parts, 20 * MINUTE);
  expect(await parts.look()).toMatchObject({
    state: 'starting',
    reason: { code: 'pod_warning', message: 'NetworkNotReady: it does not work' },
  });
});

test.each([
  ['SchedulingGated', 'scheduling_gated'],
  ['Unschedulable', 'unschedulable'],
])('%s waits with its reason until the deadline', async (reason, code) => {
  const unscheduled = { reason, message: 'not yet' };
  const parts = await started({ ...never, unscheduled });
  await tickAlong(parts, 59 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'starting', reason: { code } });
  await tickAlong(parts, 2 * MINUTE);
  expect(await parts.look()).toMatchObject({
    state: 'failed',
    reason: { code: 'deadline_exceeded' },
  });
});

test('warnings that cannot be read take nothing back', async () => {
  const told = { down: false };
  const parts = await started(warned('FailedMount'), {
    events: async (kind, name) => {
      if (told.down) throw new ClusterError('unavailable', 500, 'no');
      return parts.cluster.events(kind, name);
    },
  });
  await tickAlong(parts, 5 * MINUTE);
  told.down = true;
  await tickAlong(parts, 3 * MINUTE);
  expect(await parts.look()).toMatchObject({ reason: { code: 'volume_mount' } });
  told.down = false;
  await tickAlong(parts, 4 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'failed', reason: { code: 'volume_mount' } });
});

test('a run that is being cancelled is not given up, whatever its pod is warned of', async () => {
  // Its pod does not go: the node has gone silent.
  const parts = await started(warned('FailedMount'), { deleteJob: async () => undefined });
  await tickAlong(parts, 2 * MINUTE);
  expect(await parts.look()).toMatchObject({ reason: { code: 'volume_mount' } });
  await cancelRun(parts.world, { domain, runId: parts.id });
  await tickAlong(parts, 30 * MINUTE);
  expect(await parts.look()).toMatchObject({ state: 'cancelling' });
  expect(await getRun(parts.world, domain, parts.next)).toMatchObject({ state: 'queued' });
});
