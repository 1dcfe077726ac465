/** Tasks are known from what the container `trace` and the driver print: live by a follower, and by ticks. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { TRACE_COLUMNS } from '../../../src/core/kinds/nextflow/trace.ts';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import { newsOf, type TaskReport } from '../../../src/core/tasks/report.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { traceOf } from '../../../src/engine/queries/tasks.ts';

import { tick } from '../../../src/engine/reconcile/tick.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, nextflowRequest, request } from '../../support/world.ts';
import { DOMAIN as domain, tableOf } from './support.ts';

const folder = (hash: string) => `/workspace/work/${hash}${'0'.repeat(24)}`;
const submitted = (hash: string, name: string) => `[${hash}] Submitted process > ${name}`;
const ended = (id: number, hash: string, name: string, exit = 0) =>
  `Nov-20 16:53:26.612 [Task monitor] DEBUG n.p.T - Task completed > TaskHandler[id: ${id}; name: ${name}; status: COMPLETED; exit: ${exit}; error: -; workDir: ${folder(hash)}]`;
const failed = (hash: string, name: string) => `  task: name=${name}; work-dir=${folder(hash)}`;

const script: Script = {
  lines: [
    { at: 500, text: 'N E X T F L O W  ~  version 24.10.5' },
    { at: 1_000, text: submitted('ab/cdef12', 'SAY (ada)') },
    { at: 1_100, text: submitted('cd/ef1234', 'SAY (ben)') },
    { at: 6_000, text: submitted('ef/123456', 'SAY (cleo)') },
    {
      at: 8_100,
      text: '[cd/ef1234] NOTE: Process `SAY (ben)` terminated with an error exit status (4) -- Error is ignored',
    },
  ],
  trace: [
    { at: 4_000, text: ended(1, 'ab/cdef12', 'SAY (ada)') },
    { at: 8_000, text: ended(2, 'cd/ef1234', 'SAY (ben)', 4) },
    { at: 8_050, text: failed('cd/ef1234', 'SAY (ben)') },
    // The last row comes after the driver has ended.
    { at: 10_900, text: ended(3, 'ef/123456', 'SAY (cleo)') },
  ],
  endsAt: 10_000,
  exitCode: 0,
};

const shown = async (world: World, id: string) =>
  Object.fromEntries((await tableOf(world, id)).tasks.map(({ name, status }) => [name, status]));
const eventsOf = async (world: World, id: string) =>
  (await readEvents(world, domain, id, { after: 0, limit: 1_000 })).events;

test('a run tells its trace source before anything has told of its tasks', async () => {
  const parts = memoryWorld({ script: () => script });
  const { world } = parts;
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  const id = run.run_id;
  await passTime(parts, 400);
  expect((await getRun(world, domain, id)).trace_source).toBe('log');
  expect(await tableOf(world, id)).toMatchObject({ tasks: [], processes: [], source: 'log' });
  expect((await traceOf(world, domain, id)).source).toBe('log');
  const container = await submitRun(world, { domain, request: request({ lane: 'other' }) });
  await passTime(parts, 400);
  const other = container.run.run_id;
  expect((await getRun(world, domain, other)).trace_source).toBeNull();
  expect((await tableOf(world, other)).source).toBeNull();
});

test('a follower shows tasks live, and the run ends with the last of them', async () => {
  const parts = memoryWorld({ script: () => script });
  const { world } = parts;
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  const id = run.run_id;
  await passTime(parts, 2_500);
  expect(await shown(world, id)).toEqual({ 'SAY (ada)': 'submitted', 'SAY (ben)': 'submitted' });
  expect(await tableOf(world, id)).toMatchObject({ source: 'log', counts: { submitted: 2 } });
  await passTime(parts, 3_000);
  expect(await shown(world, id)).toMatchObject({ 'SAY (ada)': 'succeeded' });
  expect((await getRun(world, domain, id)).progress).toMatchObject({ completed: 1, total: 2 });
  await passTime(parts, 8_000);
  const over = await getRun(world, domain, id);
  expect(over.state).toBe('succeeded');
  // The driver ended at 10.1 s: nothing but the two seconds of the container has kept its run.
  expect(Date.parse(over.finished_at ?? '')).toBeLessThan(world.clock.now() - 500);
  expect(over.progress).toMatchObject({ completed: 3, total: 3, percent: 100 });
  const { tasks } = await tableOf(world, id);
  expect(tasks).toMatchObject([
    { task: '1', hash: 'ab/cdef12', tag: 'ada', exit: 0, duration_ms: 3_000 },
    { task: '2', status: 'failed', exit: 4, error_action: 'ignore' },
    { task: '3', status: 'succeeded', work_dir: folder('ef/123456') },
  ]);
  const events = await eventsOf(world, id);
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  expect(lines).toHaveLength(script.lines.length);
  expect(events.filter(({ type }) => type === 'gap')).toEqual([]);
  const told = events
    .filter(({ type }) => type === 'tasks')
    .map(({ timestamp }) => Date.parse(timestamp));
  expect(told.length).toBeGreaterThanOrEqual(4);
});

test('ticks alone give the same table, whatever they saw of it live', async () => {
  const parts = memoryWorld({ script: () => script });
  const { world, clock } = parts;
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  for (let at = 0; at < 10; at += 1) {
    await clock.advance(4_000);
    await tick(world);
  }
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'succeeded' });
  expect(await shown(world, run.run_id)).toEqual({
    'SAY (ada)': 'succeeded',
    'SAY (ben)': 'failed',
    'SAY (cleo)': 'succeeded',
  });
  const events = await eventsOf(world, run.run_id);
  expect(events.filter(({ type }) => type === 'gap')).toEqual([]);
});

test('rows of the trace file are read on where the last reader stopped, behind its header', async () => {
  const row = (id: number, hash: string, status: string) =>
    TRACE_COLUMNS.map(
      (name) =>
        ({ task_id: id, hash, name: `SAY (${id})`, status, peak_rss: 1024, exit: 0 })[name] ?? '-',
    ).join('\t');
  const trace: Script['lines'] = [
    { at: 500, text: TRACE_COLUMNS.join('\t') },
    { at: 1_000, text: row(1, 'ab/cdef12', 'COMPLETED') },
    { at: 9_000, text: row(2, 'cd/ef1234', 'CACHED') },
  ];
  const parts = memoryWorld({ script: () => ({ ...script, lines: [], trace }) });
  const { world, clock } = parts;
  const { pipelines } = await import('../../../src/engine/catalogue/catalogue.ts');
  const { Pipeline } = await import('../../../src/core/catalogue/entry.ts');
  const entry = Pipeline.parse({
    name: 'flow',
    nextflow: { source: 'x/y', trace: 'file' },
    overridable: [],
  });
  await pipelines.create(world, domain, entry);
  const request = nextflowRequest({ pipeline: 'flow' });
  const { run } = await submitRun(world, { domain, request });
  for (let at = 0; at < 10; at += 1) {
    await clock.advance(4_000);
    await tick(world);
  }
  const table = await tableOf(world, run.run_id);
  expect(table).toMatchObject({ source: 'file', counts: { succeeded: 1, cached: 1 } });
  expect(table.tasks[0]).toMatchObject({ task: '1', peak_rss: 1024 });
});

test.each(['tower', 'weblog'] as const)(
  'what the console says counts until %s tells of a task, and no task is there twice',
  async (source) => {
    const parts = memoryWorld({ script: () => ({ ...script, trace: [] }) });
    const { world } = parts;
    const { run } = await submitRun(world, { domain, request: nextflowRequest() });
    const id = run.run_id;
    await tick(world);
    const stored = await readRun(world, id);
    if (stored) await changeRun(world, stored, { trace_source: source }, []);
    await parts.clock.advance(2_000);
    await tick(world);
    expect(await tableOf(world, id)).toMatchObject({ source: 'console', counts: { submitted: 2 } });
    const told = (task_id: number, hash: string, name: string) =>
      taskReport({ task_id, hash, name, process: 'SAY', status: 'COMPLETED' }, 'trace', 1);
    const tell = (report: TaskReport | null) =>
      takeNews(world, id, 1, newsOf(source, report ? [report] : []));
    await tell(told(1, 'ab/cdef12', 'SAY (ada)'));
    // Told before its line is read.
    await tell(told(3, 'ef/123456', 'SAY (cleo)'));
    await parts.clock.advance(7_000);
    await tick(world);
    const table = await tableOf(world, id);
    expect(table.source).toBe(source);
    // Of the second one no message has come.
    expect(table.tasks.map(({ task, status }) => [task, status])).toEqual([
      ['1', 'succeeded'],
      ['3', 'succeeded'],
      ['h-cd-ef1234', 'failed'],
    ]);
    expect(table.counts).toMatchObject({ succeeded: 2, failed: 1, submitted: 0 });
    expect((await traceOf(world, domain, id)).nextflow_version).toBe('24.10.5');
    // As many tasks as a message has, each with a row by its hash.
    const many = Array.from({ length: 100 }, (_, at) => told(at + 10, `aa/${100_000 + at}`, 'SAY'));
    await takeNews(
      world,
      id,
      1,
      newsOf(
        source,
        many.filter((each) => each !== null),
      ),
    );
    expect((await tableOf(world, id)).counts.succeeded).toBe(102);
  },
);

test('a cancelled run shows what never ended as aborted, and misses no line of its log', async () => {
  const parts = memoryWorld({
    script: () => ({ ...script, trace: script.trace?.slice(0, 1) ?? [], endsAt: 600_000 }),
  });
  const { world } = parts;
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  await passTime(parts, 7_000);
  await cancelRun(world, { domain, runId: run.run_id });
  await passTime(parts, 20_000);
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'cancelled' });
  expect(await shown(world, run.run_id)).toEqual({
    'SAY (ada)': 'succeeded',
    'SAY (ben)': 'aborted',
    'SAY (cleo)': 'aborted',
  });
  // Two were stopped, and are not done.
  const { progress } = await getRun(world, domain, run.run_id);
  expect(progress).toMatchObject({ completed: 1, total: 3, tasks: { succeeded: 1, aborted: 2 } });
  const events = await eventsOf(world, run.run_id);
  expect(events.filter(({ type }) => type === 'gap')).toEqual([]);
});

test('tasks of a run that succeeded did so too where nothing told of their end', async () => {
  const parts = memoryWorld({ script: () => ({ ...script, trace: [] }) });
  const { world, clock } = parts;
  const { run } = await submitRun(world, { domain, request: nextflowRequest() });
  for (let at = 0; at < 10; at += 1) {
    await clock.advance(4_000);
    await tick(world);
  }
  const { state, progress } = await getRun(world, domain, run.run_id);
  expect(state).toBe('succeeded');
  expect(progress).toMatchObject({ completed: 3, total: 3, percent: 100 });
  expect(await shown(world, run.run_id)).toEqual({
    'SAY (ada)': 'succeeded',
    'SAY (ben)': 'failed',
    'SAY (cleo)': 'succeeded',
  });
  const { counts, processes } = await tableOf(world, run.run_id);
  expect(counts).toMatchObject({ succeeded: 2, failed: 1, aborted: 0, submitted: 0 });
  expect(processes).toMatchObject([{ counts: { succeeded: 2, aborted: 0 } }]);
});
