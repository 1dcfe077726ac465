/** Runs with many tasks and many processes: what a call, a row and a page take stays bounded. */
import { expect, test } from 'vitest';
import { COMMIT_WRITES_MAX, ROW_BYTES_MAX } from '../../../src/core/limits.ts';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { newsOf } from '../../../src/core/tasks/report.ts';
import {
  NO_TRACE,
  OTHERS,
  PROCESSES_KEPT,
  TASKS_KEPT_MAX,
} from '../../../src/core/tasks/trace-state.ts';
import { listTasks, traceOf } from '../../../src/engine/queries/tasks.ts';
import { readTrace, TRACE_KEY, traceValues } from '../../../src/engine/store/tasks/task-rows.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { simulatedTrace } from './simulated-trace.ts';
import { DOMAIN, nextflowWorld, tableOf } from './support.ts';

/** The world, and what is asked of its storage. */
function counted(world: World) {
  const asked = { reads: 0, lists: 0, rows: 0, commits: 0, most: 0 };
  const store: World['store'] = {
    ...world.store,
    read: (...args) => {
      asked.reads += 1;
      return world.store.read(...args);
    },
    list: async (...args) => {
      const rows = await world.store.list(...args);
      asked.lists += 1;
      asked.rows += rows.length;
      return rows;
    },
    commit: (...args) => {
      asked.commits += 1;
      asked.most = Math.max(asked.most, args[2].length);
      return world.store.commit(...args);
    },
  };
  return { world: { ...world, store }, asked };
}

test('2,000 tasks at a hundred a second: a call costs two transactions at most, and reads what it is about', async () => {
  const { world, runId } = await nextflowWorld();
  for (const { call, body } of simulatedTrace({ tasks: 2_000, perSecond: 100, processes: 20 })) {
    const { world: own, asked } = counted(world);
    await takeNews(own, runId, 1, towerNews(call, body));
    expect(asked.commits).toBeLessThanOrEqual(2);
    expect(asked.most).toBeLessThan(COMMIT_WRITES_MAX);
    // A row for each task, and the run's own for the first of all.
    expect(asked.reads).toBeLessThanOrEqual(4);
    expect(asked.lists).toBeLessThanOrEqual(2);
  }
  const { tasks, counts, processes } = await tableOf(world, runId);
  expect(tasks).toHaveLength(2_000);
  expect(counts).toMatchObject({ succeeded: 2_000, running: 0, submitted: 0 });
  expect(processes).toHaveLength(20);
});

test('the time that remains is estimated while it runs', async () => {
  const { world, runId } = await nextflowWorld();
  const calls = simulatedTrace({ tasks: 2_000, perSecond: 100, processes: 20 });
  const remaining = async () => (await traceOf(world, DOMAIN, runId)).remaining_seconds;
  expect(await remaining()).toBeNull();
  for (const { call, body, at } of calls.filter((each) => each.at < 15_000)) {
    await takeNews(world, runId, 1, towerNews(call, body));
    if (at < 10_000) expect(await remaining()).toBeNull();
  }
  // Of 1,400 tasks that are known about 400 are done: eight hundred run, each for eight seconds.
  expect(await remaining()).toBeGreaterThanOrEqual(4);
  expect(await remaining()).toBeLessThanOrEqual(8);
  for (const { call, body } of calls) await takeNews(world, runId, 1, towerNews(call, body));
  expect(await remaining()).toBeNull();
});

test('20,000 tasks: a page reads what it shows, and a filter what it may examine', async () => {
  const { world, runId } = await nextflowWorld();
  const all = Array.from({ length: 20_000 }, (_, at) => {
    const fields = {
      task_id: at + 1,
      status: 'COMPLETED',
      process: `P${at % 9}`,
      hash: 'ab/cdef12',
    };
    return taskReport(fields, 'trace', 1);
  });
  await takeNews(
    world,
    runId,
    1,
    newsOf(
      'tower',
      all.filter((each) => each !== null),
    ),
  );
  const page = counted(world);
  await listTasks(page.world, DOMAIN, runId, { limit: 500, cursor: '01.000010000' });
  expect(page.asked).toMatchObject({ lists: 1, rows: 501 });
  const search = counted(world);
  await listTasks(search.world, DOMAIN, runId, { limit: 500, search: 'nothing' });
  expect(search.asked.rows).toBeLessThanOrEqual(6_000);
  const use = counted(world);
  const trace = await traceOf(use.world, DOMAIN, runId);
  expect(trace.counts.succeeded).toBe(20_000);
  expect(use.asked.rows).toBeLessThanOrEqual(6_000);
});

test('the row of all processes fits, with as many as are kept; tasks of others are counted together', async () => {
  const { world, store, runId } = await nextflowWorld();
  const name = (at: number): string => `${'WORKFLOW_'.repeat(20)}${String(at).padStart(5, '0')}`;
  const all = Array.from({ length: PROCESSES_KEPT + 500 }, (_, at) =>
    taskReport(
      { task_id: at + 1, status: 'RUNNING', process: name(at), hash: 'ab/cdef12' },
      'trace',
      1,
    ),
  ).filter((each) => each !== null);
  await takeNews(world, runId, 1, newsOf('tower', all));
  const table = await listTasks(world, DOMAIN, runId, { limit: 1 });
  expect(table.processes.length).toBeLessThanOrEqual(PROCESSES_KEPT + 1);
  expect(table.processes.some((each) => each.name === OTHERS)).toBe(true);
  expect(table.counts.running).toBe(PROCESSES_KEPT + 500);
  const rows = store.dump('runs').filter(({ key }) => key === 'trace');
  const sizes = rows.map(({ values }) => (values['body'] as Uint8Array).byteLength);
  expect(sizes).toHaveLength(1);
  expect(sizes[0]).toBeLessThan(ROW_BYTES_MAX * 0.75);
  // Tasks of others leave their count as they came to it.
  const ended = all.map((each) => ({ ...each, status: 'succeeded' as const }));
  await takeNews(world, runId, 1, newsOf('tower', ended));
  expect((await listTasks(world, DOMAIN, runId, { limit: 1 })).counts).toMatchObject({
    running: 0,
    succeeded: PROCESSES_KEPT + 500,
  });
});

test('of a run with more tasks than are kept the first ones are, and the trace says so', async () => {
  const { world, store, log, runId } = await nextflowWorld();
  const told = (id: number, status: string) =>
    towerNews('progress', {
      tasks: [{ taskId: id, status, hash: `ab/00000${id}`, name: 'P', process: 'P' }],
      instant: 1,
    });
  await takeNews(world, runId, 1, told(1, 'RUNNING'));
  // Stands for the rows of all others.
  const stored = await world.store.read('runs', runId, TRACE_KEY);
  const state = stored ? readTrace(stored) : NO_TRACE;
  const processes = state.processes.map((each) => ({
    ...each,
    counts: { ...each.counts, succeeded: TASKS_KEPT_MAX - 2 },
  }));
  const values = traceValues({ ...state, processes });
  await store.commit('runs', runId, [{ op: 'put', key: TRACE_KEY, values }]);
  for (const id of [2, 3, 4, 3]) await takeNews(world, runId, 1, told(id, 'RUNNING'));
  // A task that is kept goes on.
  await takeNews(world, runId, 1, told(1, 'COMPLETED'));
  const { tasks, counts } = await tableOf(world, runId);
  expect(tasks.map(({ task, status }) => [task, status])).toEqual([
    ['1', 'succeeded'],
    ['2', 'running'],
  ]);
  expect(counts).toMatchObject({ running: 1, succeeded: TASKS_KEPT_MAX - 1 });
  expect((await traceOf(world, DOMAIN, runId)).tasks_left_out).toBe(true);
  const warned = log.entries.filter(
    ({ message }) => message === 'a run has more tasks than are kept',
  );
  expect(warned).toHaveLength(1);
});

test('tasks with the longest scripts that Nextflow sends come in transactions that storage takes', async () => {
  const { world, runId } = await nextflowWorld();
  const script = '𝄞'.repeat(5_120);
  const all = Array.from({ length: 90 }, (_, at) =>
    taskReport({ task_id: at + 1, status: 'RUNNING', name: 'P', script }, 'trace', 1),
  ).filter((each) => each !== null);
  await takeNews(world, runId, 1, newsOf('tower', all));
  expect((await tableOf(world, runId)).tasks).toHaveLength(90);
});
