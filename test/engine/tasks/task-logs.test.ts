/** What tasks printed: read from their pods, and kept of failed ones before these are deleted. */
import { expect, test } from 'vitest';
import { type Script, singleCluster } from '../../../src/adapters/memory/cluster.ts';
import type { ObservedPod } from '../../../src/core/kubernetes/observed.ts';
import { readTaskLog } from '../../../src/engine/commands/runs/task-log.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getTask } from '../../../src/engine/queries/tasks.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import {
  KEPT_BYTES_MAX,
  KEPT_LOGS_MAX,
  keepLog,
  readKeptLog,
} from '../../../src/engine/store/tasks/task-logs.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, nextflowRequest, tickUntil } from '../../support/world.ts';
import { DOMAIN as domain } from './support.ts';

const HASH = 'abcdef1200000000000000000000000a';
const taskEnded = `Nov-20 16:53:26.612 [T] DEBUG n.p.T - Task completed > TaskHandler[id: 1; name: SAY (ada); status: COMPLETED; exit: 1; error: -; workDir: /workspace/work/ab/${HASH.slice(2)}]`;
const script: Script = {
  lines: [
    { at: 500, text: '[ab/cdef12] Submitted process > SAY (ada)' },
    { at: 600, text: '[cd/ef1234] Submitted process > SAY (ben)' },
  ],
  endsAt: 10_000,
  exitCode: 1,
};

/** A pod of a task that has failed. */
const failedPod = (run_id: string, name: string, exit_code = 1): ObservedPod => ({
  name,
  uid: `uid-${name}`,
  run_id,
  job_uid: null,
  role: 'task',
  phase: 'Failed',
  reason: '',
  message: '',
  unscheduled: null,
  deleting: false,
  disruption: null,
  containers: [
    {
      name,
      kind: 'main',
      state: 'terminated',
      reason: 'Error',
      message: '',
      exit_code,
      started_at: null,
      finished_at: '2026-01-01T00:00:02Z',
    },
  ],
});

type ReadLog = (pod: string, signal?: AbortSignal) => AsyncIterable<Uint8Array>;

/** A world with a run whose failed tasks have these pods, until they are deleted. */
async function start(names: readonly string[], readLog: ReadLog, exit = 1, error = '-') {
  const ended = taskEnded
    .replace('exit: 1', `exit: ${exit}`)
    .replace('error: -', `error: ${error}`);
  const trace = [{ at: 2_000, text: ended }];
  const parts = memoryWorld({ script: () => ({ ...script, trace }) });
  const { cluster } = parts;
  let pods = [...names];
  const clusters = singleCluster({
    ...(Object.fromEntries(Object.entries(cluster)) as unknown as Cluster),
    async list(runId, what) {
      const found = await cluster.list(runId, what);
      const id = runId ?? found.jobs[0]?.run_id ?? '';
      const isAsked = what === undefined || what.includes('tasks');
      return isAsked
        ? { ...found, pods: [...found.pods, ...pods.map((name) => failedPod(id, name, exit))] }
        : found;
    },
    async deletePod(pod) {
      pods = pods.filter((name) => name !== pod.name);
      await cluster.deletePod(pod);
    },
    readLog: (pod, container, options) =>
      pod.startsWith('nf-')
        ? readLog(pod, options.signal)
        : cluster.readLog(pod, container, options),
  });
  const world: World = { ...parts.world, clusters };
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  const id = run.run_id;
  const at = async (seconds: number) => {
    let left = seconds;
    await tickUntil(world, parts.clock, () => (left -= 1) < 0, seconds + 2);
  };
  const swept = async () =>
    tickUntil(world, parts.clock, async () => (await readRun(world, id))?.run.swept === true, 300);
  return { world, id, at, swept, clock: parts.clock, pods: () => pods };
}

const printed = (text: string) =>
  async function* () {
    yield new TextEncoder().encode(
      text
        .split('\n')
        .map((line) => `2026-01-01T00:00:02.000000000Z ${line}\n`)
        .join(''),
    );
  };
const text = async (world: World, id: string, task: string) =>
  new TextDecoder().decode(await readTaskLog(world, domain, id, task));

test('the log of a failed task is read from its pod, and kept when that is deleted', async () => {
  const parts = await start([`nf-${HASH}-12345`], printed('reading\nno such file'));
  const { world, id } = parts;
  await parts.at(5);
  expect(await getTask(world, domain, id, '1')).toMatchObject({ log: 'live' });
  expect(await text(world, id, '1')).toBe('reading\nno such file\n');
  expect(await text(world, id, 'ab-cdef12')).toBe('reading\nno such file\n');
  await parts.swept();
  expect(parts.pods()).toEqual([]);
  expect(await getTask(world, domain, id, '1')).toMatchObject({ log: 'kept' });
  expect(await text(world, id, '1')).toBe('reading\nno such file\n');
  await expect(readTaskLog(world, domain, id, 'cd-ef1234')).rejects.toMatchObject({
    code: 'log_gone',
  });
});

test.each([
  ['its cluster', new ClusterError('unavailable', 500, 'no')],
  ['a fault of ours', new RangeError('too large')],
])(
  'a log that %s keeps from being read holds nothing up: the pod goes, and it is said where the log is',
  async (_what, error) => {
    const parts = await start([`nf-${HASH}-12345`], async function* () {
      yield await Promise.reject(error);
    });
    await parts.swept();
    expect(parts.pods()).toEqual([]);
    await expect(readTaskLog(parts.world, domain, parts.id, '1')).rejects.toMatchObject({
      code: 'log_gone',
      message: expect.stringContaining(`/workspace/work/ab/${HASH.slice(2)}/.command.log`),
    });
  },
);

test('a pod that cannot be read costs its own log, not those of others', async () => {
  const lost = `nf-${'0'.repeat(32)}-12345`;
  const parts = await start([lost, `nf-${HASH}-12345`], async function* (pod) {
    if (pod === lost) throw new ClusterError('unavailable', 500, 'no');
    yield* printed('no such file')();
  });
  await parts.swept();
  expect(parts.pods()).toEqual([]);
  expect(await text(parts.world, parts.id, '1')).toBe('no such file\n');
});

test('the log of a task that failed after its script ended well is kept too, of one that succeeded not', async () => {
  const parts = await start([`nf-${HASH}-12345`], printed('no output'), 0, 'no output');
  await parts.swept();
  expect(await text(parts.world, parts.id, '1')).toBe('no output\n');
  const other = await start([`nf-${HASH}-12345`], printed('fine'), 0);
  await other.swept();
  expect(await readKeptLog(other.world, other.id, HASH.slice(0, 8))).toBeUndefined();
});

test('a log that never ends holds the cleanup up for some seconds', async () => {
  let given: AbortSignal | undefined;
  const parts = await start([`nf-${HASH}-12345`], async function* (_pod, signal) {
    yield* printed('the begin')();
    given = signal;
    await parts.clock.advance(30_000);
  });
  await parts.swept();
  expect(given?.aborted).toBe(true);
  expect(parts.pods()).toEqual([]);
  expect(await readKeptLog(parts.world, parts.id, HASH.slice(0, 8))).toBeUndefined();
});

test('of many failed tasks the logs of some are kept, and of a long log the end', async () => {
  const names = Array.from(
    { length: KEPT_LOGS_MAX + 5 },
    (_, index) => `nf-${String(index).padStart(8, '0')}${'0'.repeat(24)}-12345`,
  );
  const parts = await start(names, printed('x'));
  await parts.swept();
  const { world, id } = parts;
  const kept = await Promise.all(names.map((name) => readKeptLog(world, id, name.slice(3, 11))));
  expect(kept.filter((bytes) => bytes !== undefined)).toHaveLength(KEPT_LOGS_MAX);
  const long = new Uint8Array(KEPT_BYTES_MAX + 10).map((_, index) => (index < 10 ? 1 : 2));
  await keepLog(world, id, 'ff/ffffff', long);
  const end = await readKeptLog(world, id, 'ff/ffffff');
  expect(end).toHaveLength(KEPT_BYTES_MAX);
  expect(end?.includes(1)).toBe(false);
});
