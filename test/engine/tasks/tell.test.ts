/** What events and a run's progress tell of its tasks. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import type { TaskChange } from '../../../src/core/tasks/change.ts';
import { newsOf, type TaskReport } from '../../../src/core/tasks/report.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { silentRecorder } from '../../../src/engine/events/outlet.ts';
import { TELL_TASKS_MS, tellTasks } from '../../../src/engine/events/tell-tasks.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readTraceState, takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import { Conflict } from '../../../src/ports/store.ts';
import type { World } from '../../../src/ports/world.ts';
import { otherInstance, tickUntil } from '../../support/world.ts';
import { DOMAIN, nextflowWorld, tableOf } from './support.ts';

const task = (task_id: number, status: string, more: object = {}): TaskReport => {
  const fields = { task_id, status, name: `P (${task_id})`, hash: `ab/00000${task_id}`, ...more };
  const report = taskReport(fields, 'trace', task_id);
  if (!report) throw new Error('no report');
  return report;
};

const take = async (world: World, runId: string, tasks: readonly TaskReport[]) => {
  const change = await takeNews(world, runId, 1, newsOf('tower', tasks));
  if (!change) throw new Error('nothing changed');
  return change;
};

const eventsOf = async (world: World, runId: string): Promise<readonly RunEvent[]> =>
  (await readEvents(world, DOMAIN, runId, { after: 0, limit: 1_000 })).events;
const told = async (world: World, runId: string): Promise<string[]> =>
  (await eventsOf(world, runId))
    .filter(({ type }) => type === 'progress' || type === 'tasks')
    .map(({ type }) => type);
const tell = (world: World, runId: string, change: TaskChange) =>
  tellTasks(silentRecorder(world), runId, change);

test('a change is told with the counts of the whole run, and they are its progress', async () => {
  const { world, runId } = await nextflowWorld();
  await take(world, runId, [task(1, 'COMPLETED'), task(2, 'RUNNING')]);
  const change = await take(world, runId, [task(3, 'FAILED', { error_action: 'RETRY' })]);
  await tell(world, runId, change);
  const [progress, tasks] = (await eventsOf(world, runId)).slice(-2);
  const counts = { succeeded: 1, running: 1, failed: 1, retried: 1, ignored: 0 };
  expect(progress).toMatchObject({
    type: 'progress',
    // What was run again is no task of its own.
    data: { completed: 1, total: 2, percent: null, tasks: counts },
  });
  expect(tasks?.data).toMatchObject({
    more: false,
    processes: [{ name: 'P', counts }],
    tasks: [{ task: '3', status: 'failed', error_action: 'retry' }],
  });
  expect((await getRun(world, DOMAIN, runId)).progress).toEqual(progress?.data);
});

test('changes within a second are told together, and nothing is told twice', async () => {
  const { world, clock, runId } = await nextflowWorld();
  await tell(world, runId, await take(world, runId, [task(1, 'RUNNING')]));
  const changes = [
    await take(world, runId, [task(2, 'RUNNING')]),
    await take(world, runId, [task(3, 'RUNNING')]),
  ];
  const waiting = changes.map((change) => tell(world, runId, change));
  await clock.advance(TELL_TASKS_MS - 1);
  expect(await told(world, runId)).toEqual(['progress', 'tasks']);
  await clock.advance(1);
  await Promise.all(waiting);
  expect(await told(world, runId)).toEqual(['progress', 'tasks', 'progress', 'tasks']);
  const last = (await eventsOf(world, runId)).at(-1);
  expect(last?.data).toMatchObject({ tasks: [{ task: '2' }, { task: '3' }] });
});

test('more than a hundred changes say that there are more', async () => {
  const { world, runId } = await nextflowWorld();
  const many = Array.from({ length: 250 }, (_, at) => task(at + 1, 'RUNNING'));
  await tell(world, runId, await take(world, runId, many));
  const last = (await eventsOf(world, runId)).at(-1);
  expect(last).toMatchObject({ type: 'tasks', data: { more: true } });
  expect(last?.type === 'tasks' && last.data.tasks).toHaveLength(100);
});

test('a writer who is faster does not keep it from being told', async () => {
  const { world, runId } = await nextflowWorld();
  const change = await take(world, runId, [task(1, 'RUNNING')]);
  let conflicts = 3;
  const commit: World['store']['commit'] = async (...args) => {
    if (args[0] === 'runs' && conflicts-- > 0) throw new Conflict('another was first');
    return world.store.commit(...args);
  };
  await tell({ ...world, store: { ...world.store, commit } }, runId, change);
  expect(await told(world, runId)).toEqual(['progress', 'tasks']);
});

test('storage that fails costs the event, and nothing else', async () => {
  const { world, runId } = await nextflowWorld();
  const change = await take(world, runId, [task(1, 'RUNNING')]);
  const commit: World['store']['commit'] = () => Promise.reject(new Error('no answer'));
  await tell({ ...otherInstance(world), store: { ...world.store, commit } }, runId, change);
  expect(await told(world, runId)).toEqual([]);
  expect((await tableOf(world, runId)).tasks).toHaveLength(1);
});

test('a run ends with the true counts, and `complete` stays its last event, whatever comes late', async () => {
  const { world, clock, runId } = await nextflowWorld();
  await tick(world);
  const early = await take(world, runId, [task(1, 'COMPLETED'), task(2, 'RUNNING')]);
  // Nobody told: its event was lost.
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, DOMAIN, runId)).exit_code !== null,
  );
  const over = await getRun(world, DOMAIN, runId);
  expect(over).toMatchObject({
    state: 'succeeded',
    progress: { completed: 2, total: 2, percent: 100, tasks: { succeeded: 2, aborted: 0 } },
  });
  expect((await tableOf(world, runId)).tasks.map(({ status }) => status)).toEqual([
    'succeeded',
    'succeeded',
  ]);
  await tell(world, runId, early);
  await tell(otherInstance(world), runId, await take(world, runId, [task(2, 'COMPLETED')]));
  const late = await take(world, runId, [task(3, 'FAILED', { error_action: 'IGNORE' })]);
  await tell(otherInstance(world), runId, late);
  expect((await eventsOf(world, runId)).at(-1)?.type).toBe('complete');
  expect((await getRun(world, DOMAIN, runId)).progress?.tasks).toMatchObject({
    succeeded: 2,
    ignored: 1,
    aborted: 0,
  });
});

test('the console counts only where nothing else does', async () => {
  const { world, runId } = await nextflowWorld();
  await tell(world, runId, await take(world, runId, [task(1, 'RUNNING')]));
  const { nextflow } = await import('../../../src/core/kinds/nextflow.ts');
  const { progress } = await getRun(world, DOMAIN, runId);
  const line = '[ab/cdef12] Submitted process > A (1)';
  expect(nextflow.progress.next(progress, line)).toBe(progress);
  expect(nextflow.progress.next(null, line)).toMatchObject({ total: 1 });
});

test('news without tasks tell facts, and that Nextflow lives, now and then', async () => {
  const { world, clock, runId } = await nextflowWorld();
  await takeNews(world, runId, 1, newsOf('tower'));
  const first = (await readTraceState(world, runId))?.heard_at;
  await clock.advance(1_000);
  expect(await takeNews(world, runId, 1, newsOf('tower'))).toBeNull();
  expect((await readTraceState(world, runId))?.heard_at).toBe(first);
  await clock.advance(60_000);
  await takeNews(world, runId, 1, newsOf('tower'));
  expect((await readTraceState(world, runId))?.heard_at).toBe((first ?? 0) + 61_000);
});
