import { expect, test } from 'vitest';
import type { ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { isOver, observe } from '../../../src/core/runs/observe.ts';
import { assertChange, type Run } from '../../../src/core/runs/run.ts';
import { CLUSTER_STATES, RUN_TABLE, STEPS } from '../../../src/core/runs/state-table.ts';

const phases = [
  'queued',
  'starting',
  'committed',
  'running',
  'cancelling',
  'fenced',
  'ended',
] as const;

test('every phase has a step for everything that a cluster can show, and every step is used', () => {
  for (const phase of phases)
    expect(Object.keys(RUN_TABLE[phase]).sort()).toEqual(Object.keys(CLUSTER_STATES).sort());
  const used = new Set(phases.flatMap((phase) => Object.values(RUN_TABLE[phase])));
  expect([...used].sort()).toEqual(Object.keys(STEPS).sort());
});

test('a cluster that does not answer ends no run and deletes nothing', () => {
  for (const phase of ['starting', 'committed', 'running', 'fenced'] as const)
    expect(RUN_TABLE[phase].unreachable).toBe('wait');
});

test('only an exit that the kubelet reports finishes a run at once', () => {
  for (const phase of ['committed', 'running'] as const) {
    const ending = Object.entries(RUN_TABLE[phase]).filter(([, step]) => step === 'finish');
    expect(ending.map(([clusterState]) => clusterState)).toEqual(['exited']);
  }
});

const run = {
  run_id: 'r1',
  job_name: 'r1',
  job_uid: 'u',
  driver_uids: [],
  state: 'running',
} as unknown as Run;
const pod = (change: object, container: object): ObservedPod => ({
  name: 'p',
  uid: 'pu',
  run_id: 'r1',
  job_uid: 'u',
  role: 'driver',
  phase: 'Running',
  reason: '',
  message: '',
  unscheduled: null,
  deleting: false,
  disruption: null,
  containers: [
    {
      name: 'driver',
      kind: 'main',
      state: 'running',
      reason: '',
      message: '',
      exit_code: null,
      started_at: null,
      finished_at: null,
      ...container,
    },
  ],
  ...change,
});
const job = (change: object = {}) => ({
  name: 'r1',
  uid: 'u',
  config: 'r1-0',
  run_id: 'r1',
  attempt: 1,
  suspended: false,
  deleting: false,
  end: null,
  active: 1,
  created_at: '',
  ...change,
});

test.each([
  ['nothing listed', [], [], 'absent'],
  ['a Job of the same name with another uid', [job({ uid: 'other' })], [], 'absent'],
  ['a suspended Job', [job({ suspended: true })], [], 'suspended'],
  ['a Job without a pod yet', [job()], [], 'waiting'],
  [
    'a pod that pulls its image',
    [job()],
    [pod({ phase: 'Pending' }, { state: 'waiting' })],
    'waiting',
  ],
  ['a driver that runs', [job()], [pod({}, {})], 'running'],
  ['a driver that runs although its Job is gone', [], [pod({}, {})], 'running'],
  [
    'a Job that failed while its pod is on a lost node',
    [job({ end: { type: 'Failed', reason: '', message: '' } })],
    [pod({ deleting: true }, {})],
    'lost',
  ],
  [
    'a phase that the control plane set over a container that runs',
    [job()],
    [pod({ phase: 'Failed' }, {})],
    'running',
  ],
  [
    'a driver that has exited',
    [job()],
    [pod({ phase: 'Failed' }, { state: 'terminated', exit_code: 1 })],
    'exited',
  ],
  [
    'a driver that has exited beside a side container that runs',
    [job()],
    [pod({}, { state: 'terminated', exit_code: 0 })],
    'exited',
  ],
  [
    'a finished Job without its pod',
    [job({ end: { type: 'Failed', reason: 'DeadlineExceeded', message: '' } })],
    [],
    'vanished',
  ],
] as const)('%s', (_sentence, jobs, pods, want) => {
  expect(observe(run, { jobs: [...jobs] as never, pods: [...pods] }).clusterState).toBe(want);
});

test('a pod whose phase is final is not over while a container of it is reported running', () => {
  expect(isOver(pod({ phase: 'Failed' }, {}))).toBe(false);
  expect(isOver(pod({ phase: 'Failed' }, { state: 'terminated' }))).toBe(true);
});

test('there is no way out of a terminal state', () => {
  for (const state of ['succeeded', 'failed', 'cancelled'] as const) {
    expect(() => assertChange({ ...run, state }, { ...run, state: 'running' })).toThrow('no way');
  }
});
