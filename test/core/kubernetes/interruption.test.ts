/** How a driver ended that was ended from outside, or whose end was not observed. */
import { describe, expect, test } from 'vitest';
import type { ObservedJob, ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { lossOf, outcomeOf } from '../../../src/core/runs/failure-reason.ts';
import { observe } from '../../../src/core/runs/observe.ts';
import type { Run } from '../../../src/core/runs/run.ts';
import { waitReason } from '../../../src/core/runs/wait-reason.ts';

const run = {
  run_id: 'r1',
  job_name: 'r1',
  job_uid: 'u',
  driver_uids: [],
  state: 'running',
} as unknown as Run;
const ENDED = '2026-01-01T00:00:10.000Z';

const pod = (change: Partial<ObservedPod>, exit: number | null): ObservedPod => ({
  name: 'p',
  uid: 'pu',
  run_id: 'r1',
  job_uid: 'u',
  role: 'driver',
  phase: exit === 0 ? 'Succeeded' : 'Failed',
  reason: '',
  message: '',
  unscheduled: null,
  deleting: false,
  disruption: null,
  containers: [
    {
      name: 'driver',
      kind: 'main',
      state: exit === null ? 'running' : 'terminated',
      reason: '',
      message: '',
      exit_code: exit,
      started_at: '2026-01-01T00:00:00.000Z',
      finished_at: exit === null ? null : ENDED,
    },
  ],
  ...change,
});

const job = (end: ObservedJob['end']): ObservedJob => ({
  name: 'r1',
  uid: 'u',
  config: 'r1-0',
  traced: true,
  run_id: 'r1',
  attempt: 1,
  suspended: false,
  deleting: false,
  end,
  active: 1,
  created_at: ENDED,
});
const DEADLINE = { type: 'Failed', reason: 'DeadlineExceeded', message: '' } as const;

const of = (one: ObservedPod, end: ObservedJob['end'] = null) =>
  outcomeOf('container', observe(run, { jobs: [job(end)], pods: [one] }));

const disrupted = (reason: string, at: string) => ({ disruption: { reason, message: '', at } });
const BEFORE = '2026-01-01T00:00:08.000Z';
const AFTER = '2026-01-01T00:00:12.000Z';

describe('a driver that has exited', () => {
  test.each([
    ['by itself, with success', pod({}, 0), null, null],
    ['by itself, with an error', pod({}, 3), null, 'exit_code'],
    [
      'with 0 after it was evicted by its kubelet',
      pod({ phase: 'Failed', reason: 'Evicted' }, 0),
      null,
      'evicted',
    ],
    [
      'with 143 at the shutdown of its node',
      pod({ reason: 'Terminated' }, 143),
      null,
      'node_shutdown',
    ],
    [
      'with 0 when its node was drained',
      pod(disrupted('EvictionByEvictionAPI', BEFORE), 0),
      null,
      'drained',
    ],
    [
      'with 143 for a pod of higher priority',
      pod(disrupted('PreemptionByScheduler', BEFORE), 143),
      null,
      'preempted',
    ],
    [
      'with 137 when its node was lost',
      pod(disrupted('DeletionByTaintManager', BEFORE), 137),
      null,
      'node_lost',
    ],
    [
      'with 0 when somebody deleted its pod',
      pod(disrupted('Deleted', BEFORE), 0),
      null,
      'pod_deleted',
    ],
    [
      'with 143 at the deadline of its Job',
      pod(disrupted('Deleted', BEFORE), 143),
      DEADLINE,
      'deadline_exceeded',
    ],
    ['with success, before its pod was deleted', pod(disrupted('Deleted', AFTER), 0), null, null],
    [
      'with an error, before its node was drained',
      pod(disrupted('EvictionByEvictionAPI', AFTER), 3),
      null,
      'exit_code',
    ],
  ] as const)('%s', (_sentence, one, end, code) => {
    expect(of(one, end).reason?.code ?? null).toBe(code);
  });
});

describe('a driver that is being ended', () => {
  test('by the deadline of its Job waits for that, not for a lost node', () => {
    const ending = pod({ ...disrupted('Deleted', BEFORE), phase: 'Running', deleting: true }, null);
    const wait = waitReason(observe(run, { jobs: [job(DEADLINE)], pods: [ending] }));
    expect(wait?.code).toBe('deadline_exceeded');
  });

  test('by a drain says so, also when the pod is gone before anybody saw how it ended', () => {
    const ending = pod({ ...disrupted('EvictionByEvictionAPI', BEFORE), phase: 'Running' }, null);
    const told = waitReason(observe(run, { jobs: [job(null)], pods: [ending] }));
    expect(told?.code).toBe('drained');
    expect(lossOf(job({ type: 'Failed', reason: 'BackoffLimitExceeded', message: '' }), told)).toBe(
      told,
    );
    expect(lossOf(null, null).code).toBe('driver_lost');
  });
});
