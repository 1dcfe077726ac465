/** Where tasks are known from what containers print, the listed pods of tasks tell which of them run. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import type { ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { getTask } from '../../../src/engine/queries/tasks.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, nextflowRequest } from '../../support/world.ts';
import { DOMAIN as domain, tableOf } from './support.ts';

const script: Script = {
  lines: [
    { at: 1_000, text: '[ab/cdef12] Submitted process > SAY (ada)' },
    { at: 1_100, text: '[cd/ef1234] Submitted process > SAY (ben)' },
  ],
  trace: [],
  endsAt: 600_000,
  exitCode: 0,
};
const STARTED = '2026-01-01T00:00:03.000Z';
const podOf = (digits: string): string => `nf-${digits}${'0'.repeat(24)}-1a2b3`;

const pod = (run_id: string, digits: string, state: 'running' | 'waiting'): ObservedPod => ({
  name: podOf(digits),
  uid: digits,
  run_id,
  job_uid: null,
  role: 'task',
  phase: state === 'running' ? 'Running' : 'Pending',
  reason: '',
  message: '',
  unscheduled: null,
  deleting: false,
  disruption: null,
  containers: [
    {
      name: 'task',
      kind: 'main',
      state,
      reason: '',
      message: '',
      exit_code: null,
      started_at: state === 'running' ? STARTED : null,
      finished_at: null,
    },
  ],
});

/** A run with a task that runs, one that waits, and a pod of none that was told. */
async function start() {
  const parts = memoryWorld({ script: () => script });
  const { run } = await submitRun(parts.world, { domain, request: nextflowRequest() });
  const id = run.run_id;
  parts.cluster.plant(pod(id, 'abcdef12', 'running'));
  parts.cluster.plant(pod(id, 'cdef1234', 'waiting'));
  parts.cluster.plant(pod(id, '12345678', 'running'));
  return { ...parts, id };
}

type Started = Awaited<ReturnType<typeof start>>;

async function expectRunning({ world, id }: Started) {
  expect(await getTask(world, domain, id, 'ab-cdef12')).toMatchObject({
    name: 'SAY (ada)',
    process: 'SAY',
    status: 'running',
    native_id: podOf('abcdef12'),
    started_at: STARTED,
  });
  const { tasks, counts } = await tableOf(world, id);
  expect(tasks.map(({ status }) => status)).toEqual(['running', 'submitted']);
  expect(counts).toMatchObject({ running: 1, submitted: 1 });
  const { state, progress } = await getRun(world, domain, id);
  expect(state).toBe('running');
  expect(progress?.tasks).toMatchObject({ running: 1, submitted: 1 });
  const { events } = await readEvents(world, domain, id, { after: 0, limit: 1_000 });
  const told = events.flatMap((event) => (event.type === 'tasks' ? event.data.tasks : []));
  expect(told.filter(({ status }) => status === 'running')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'log').length).toBeGreaterThan(0);
}

test('a tick tells of a running pod once', async () => {
  const started = await start();
  for (let at = 0; at < 6; at += 1) {
    await started.clock.advance(4_000);
    await tick(started.world);
  }
  await expectRunning(started);
});

test('so does a follower, when it lists the cluster', async () => {
  const started = await start();
  await passTime(started, 100_000);
  await expectRunning(started);
});
