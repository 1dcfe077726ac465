/** Lists of tasks, one task, and what is known of a run as a whole. */
import { describe, expect, test } from 'vitest';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { DAY_MS } from '../../../src/core/retention-limits.ts';
import { newsOf, type TaskReport } from '../../../src/core/tasks/report.ts';
import { deleteRun } from '../../../src/engine/commands/delete-run.ts';
import {
  getTask,
  listTasks,
  TASKS_EXAMINED_MAX,
  traceOf,
} from '../../../src/engine/queries/tasks.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import { cleanUp, stalling } from '../../support/world.ts';
import { sweepAll } from '../retention/support.ts';
import { DOMAIN, nextflowWorld, tableOf } from './support.ts';

const hashOf = (id: number): string => `ab/${id.toString(16).padStart(6, '0')}`;
const told = (id: number, status: string, more: object = {}): TaskReport => {
  const process = `Q:P${id % 3}`;
  const fields = { task_id: id, status, process, tag: `s${id}`, hash: hashOf(id), ...more };
  const report = taskReport(fields, 'trace', 1);
  if (!report) throw new Error('no report');
  return report;
};

/** A run of so many tasks, of which each tenth failed. */
async function runOf(count: number) {
  const made = await nextflowWorld();
  const all = Array.from({ length: count }, (_, at) =>
    told(at + 1, at % 10 === 9 ? 'FAILED' : 'COMPLETED', { script: 'echo', realtime: 1_000 }),
  );
  await takeNews(made.world, made.runId, 1, newsOf('tower', all));
  const list = (filter: object) =>
    listTasks(made.world, DOMAIN, made.runId, { limit: 500, ...filter });
  return { ...made, list };
}

describe('a list', () => {
  test('has each task once, in the order of numbers, whatever the size of pages', async () => {
    const { world, runId } = await runOf(250);
    for (const limit of [1, 7, 249, 250, 500]) {
      const { tasks } = await tableOf(world, runId, limit);
      expect(tasks.map(({ task }) => Number(task))).toEqual(
        Array.from({ length: 250 }, (_, at) => at + 1),
      );
    }
  });

  test('is filtered by status, process and text, with the counts of all', async () => {
    const { list } = await runOf(60);
    const failed = await list({ statuses: ['failed', 'running'] });
    expect(failed.tasks.map(({ task }) => task)).toEqual(['10', '20', '30', '40', '50', '60']);
    expect(failed.counts).toMatchObject({ succeeded: 54, failed: 6 });
    expect((await list({ process: 'Q:P1' })).tasks).toHaveLength(20);
    expect((await list({ process: 'Q:P' })).tasks).toHaveLength(0);
    expect((await list({ search: 'S60' })).tasks.map(({ task }) => task)).toEqual(['60']);
    expect((await list({ search: hashOf(17) })).tasks.map(({ task }) => task)).toEqual(['17']);
    const both = await list({ statuses: ['failed'], process: 'Q:P1' });
    expect(both.tasks.map(({ task }) => task)).toEqual(['10', '40']);
  });

  test('refuses a cursor that is none', async () => {
    const { list } = await runOf(1);
    for (const cursor of ['x', '01.', '01.000000001x', '../run', '01.h.zz'])
      await expect(list({ cursor })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('examines a bounded number of tasks, and goes on from there', async () => {
    const { world, runId, list } = await runOf(TASKS_EXAMINED_MAX + 30);
    const first = await list({ search: 'nothing' });
    expect(first).toMatchObject({ tasks: [], next_cursor: '01.000005000' });
    const next = await list({ search: `s${TASKS_EXAMINED_MAX + 7}`, cursor: first.next_cursor });
    expect(next).toMatchObject({ tasks: [{ task: '5007' }], next_cursor: null });
    expect((await tableOf(world, runId)).counts.failed).toBe(503);
  });

  test('of a run without tasks is empty, and says what will tell of them', async () => {
    const { world, runId } = await nextflowWorld();
    expect(await listTasks(world, DOMAIN, runId, { limit: 10 })).toMatchObject({
      tasks: [],
      processes: [],
      source: 'log',
      next_cursor: null,
    });
    expect(await traceOf(world, DOMAIN, runId)).toMatchObject({
      source: 'log',
      use: [],
      remaining_seconds: null,
      heard_at: null,
    });
  });
});

describe('a task', () => {
  test('is found by its number and by its hash, in any form', async () => {
    const { world, runId } = await runOf(30);
    for (const id of ['17', 'h-ab-000011', 'ab-000011', 'ab/000011', '1.17'])
      expect(await getTask(world, DOMAIN, runId, id)).toMatchObject({
        task: '17',
        process: 'Q:P2',
        script: 'echo',
        log: 'none',
      });
    for (const id of ['31', 'ab-ffffff', '2.17', 'x', '', '9999999999'])
      await expect(getTask(world, DOMAIN, runId, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of the console has its hash for an id, and keeps it when its number is known', async () => {
    const { world, runId } = await nextflowWorld();
    const console = taskReport(
      { hash: 'ab/cdef12', name: 'A (x)', status: 'SUBMITTED', submit: 1_795_193_600_000 },
      'console',
      1,
    );
    const pod = taskReport(
      { hash: 'ab/cdef12', name: 'A_x', status: 'RUNNING', native_id: 'nf-abcdef12' },
      'pod',
      2,
    );
    if (!console || !pod) throw new Error('no report');
    await takeNews(world, runId, 1, newsOf('file', [pod, console]));
    // The status of the pod, the name of the console.
    expect(await getTask(world, DOMAIN, runId, 'ab-cdef12')).toMatchObject({
      task: 'h-ab-cdef12',
      name: 'A (x)',
      process: 'A',
      status: 'running',
      native_id: 'nf-abcdef12',
      submitted_at: '2026-11-20T16:53:20.000Z',
      log: 'live',
    });
    await takeNews(world, runId, 1, newsOf('file', [told(4, 'COMPLETED', { hash: 'ab/cdef12' })]));
    await takeNews(world, runId, 1, newsOf('file', [pod, console]));
    for (const id of ['4', 'h-ab-cdef12', 'ab-cdef12'])
      expect(await getTask(world, DOMAIN, runId, id)).toMatchObject({
        task: '4',
        status: 'succeeded',
      });
    const { tasks, counts, processes } = await tableOf(world, runId);
    expect(tasks).toHaveLength(1);
    expect(counts).toMatchObject({ succeeded: 1, running: 0, submitted: 0 });
    expect(processes.map(({ name }) => name)).toEqual(['Q:P1']);
  });
});

test('facts, graph, metrics and processes are as Nextflow tells them', async () => {
  const { world, runId, clock } = await runOf(4);
  expect((await traceOf(world, DOMAIN, runId)).use).toMatchObject([
    { process: 'Q:P1', tasks: 2, time_ms: { mean: 1_000, q2: 1_000 }, memory: null },
    { process: 'Q:P2', tasks: 1 },
    { process: 'Q:P0', tasks: 1 },
  ]);
  const workflow = { sessionId: 's-1', nextflow: { version: '24.10.5' }, revision: 'main' };
  const begin = {
    workflow,
    processNames: ['Q:P0', 'Q:P1', 'Q:P2', 'Q:LAST'],
    dag: 'flowchart TB',
    instant: clock.now(),
  };
  await takeNews(world, runId, 1, towerNews('begin', begin));
  const time = { mean: 5, min: 1, q1: 2, q2: 3, q3: 4, max: 9 };
  const complete = {
    workflow: { ...workflow, revision: null, commitId: 'c0ffee' },
    metrics: [{ process: 'Q:P1', time, cpu: null }],
    progress: { processes: [{ name: 'Q:P0', index: 1, stored: 3, running: -3 }] },
    instant: clock.now(),
  };
  await takeNews(world, runId, 1, towerNews('complete', complete));
  const trace = await traceOf(world, DOMAIN, runId);
  expect(trace).toMatchObject({
    source: 'tower',
    session_id: 's-1',
    nextflow_version: '24.10.5',
    revision: 'main',
    commit_id: 'c0ffee',
    dag: 'flowchart TB',
    use: [{ process: 'Q:P1', tasks: 2, time_ms: time, cpu_percent: null }],
    heard_at: new Date(clock.now()).toISOString(),
  });
  expect(trace.processes.map(({ name }) => name)).toEqual(['Q:P0', 'Q:P1', 'Q:P2', 'Q:LAST']);
  expect(trace.counts).toMatchObject({ stored: 3, running: 0, succeeded: 4 });
});

test('of a deleted run no task is left, nor comes any later', async () => {
  const memory = await runOf(230);
  const { world, runId, clock } = memory;
  await cleanUp(memory);
  await deleteRun(world, { domain: DOMAIN, runId, precondition: anyVersion });
  const late = newsOf('tower', [told(999, 'COMPLETED')]);
  expect(await takeNews(world, runId, 1, late)).toBeNull();
  await expect(listTasks(world, DOMAIN, runId, { limit: 1 })).rejects.toMatchObject({
    code: 'gone',
  });
  await clock.advance(2 * DAY_MS);
  await sweepAll(memory, world);
  expect(await takeNews(world, runId, 1, late)).toBeNull();
  expect(memory.store.dump('runs').filter(({ partition }) => partition === runId)).toEqual([]);
});

test('news that come while their run is deleted leave nothing behind', async () => {
  const memory = await runOf(30);
  const { world, runId } = memory;
  await cleanUp(memory);
  const { slow, resume } = stalling(world, 'runs');
  const late = takeNews(slow, runId, 1, newsOf('tower', [told(999, 'COMPLETED')]));
  await deleteRun(world, { domain: DOMAIN, runId, precondition: anyVersion });
  resume();
  expect(await late).toBeNull();
  const left = memory.store.dump('runs').filter(({ partition }) => partition === runId);
  expect(left.map(({ key }) => key).filter((key) => key.startsWith('t'))).toEqual([]);
});
