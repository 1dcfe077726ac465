/** `tasks`: the processes and tasks of a run, one task, and its log. */
import { expect, test } from 'vitest';
import { towerNews } from '../../src/core/nextflow/trace/tower.ts';
import { silentRecorder } from '../../src/engine/events/outlet.ts';
import { tellTasks } from '../../src/engine/events/tell-tasks.ts';
import { takeNews } from '../../src/engine/store/tasks/task-store.ts';
import { START } from '../support/world.ts';
import { type CommandLine, commandLine } from './support.ts';

const task = (taskId: number, status: string, more: object = {}) => ({
  taskId,
  status,
  hash: `ab/cdef1${taskId}`,
  process: 'ALIGN',
  tag: `s${taskId}`,
  name: `ALIGN (s${taskId})`,
  attempt: 1,
  ...more,
});

const FAILED = task(2, 'FAILED', {
  exit: 137,
  errorAction: 'TERMINATE',
  script: 'align --all \u001b[2J',
  workdir: '/workspace/work/ab/cdef12',
  nativeId: 'nf-abcdef12-00001',
  duration: 61_000,
  pcpu: 150,
  peakRss: 3 * 2 ** 30,
  memory: 4 * 2 ** 30,
});

async function started({ run, memory }: CommandLine, tasks: readonly object[]): Promise<string> {
  const { out } = await run('run', 'nf-core/rnaseq');
  const [runId = ''] = /r[0-9a-z]{15}/.exec(out) ?? [];
  const news = towerNews('progress', { tasks, instant: START });
  const change = await takeNews(memory.world, runId, 1, news);
  if (change) await tellTasks(silentRecorder(memory.world), runId, change);
  return runId;
}

test('processes with their counts, then the tasks', async () => {
  const line = commandLine();
  const runId = await started(line, [
    task(1, 'COMPLETED', { exit: 0 }),
    FAILED,
    task(3, 'RUNNING'),
    task(4, 'FAILED', { exit: 1, errorAction: 'RETRY' }),
    task(5, 'CACHED', { exit: 0 }),
  ]);
  const { code, out, err } = await line.with({ tty: true })('tasks', runId);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [head, process, blank, tasks, ...rows] = out.split('\n');
  expect(head).toMatch(/^PROCESS +TASKS/);
  expect(process).toMatch(
    /^ALIGN +3 of 4 +1 running, 1 succeeded, 1 cached, 1 failed, 1 tried again *$/,
  );
  expect(blank).toBe('');
  expect(tasks).toMatch(/^TASK +STATUS +NAME +TRY +EXIT +TIME +CPU +MEMORY +POD/);
  expect(rows[1]).toMatch(
    /^2 +failed +ALIGN \(s2\) +137 +1m 1s +150% +3 GiB +nf-abcdef12-00001 *$/,
  );
  expect(rows[3]).toMatch(/^4 +failed, tried again +/);
  expect((await line.run('tasks', runId)).out).toMatch(/^1\tsucceeded\tALIGN \(s1\)\t/);
  expect((await line.run('tasks', runId, '--processes')).out).toMatch(/^ALIGN\t3 of 4\t/);
  const [json] = (await line.run('tasks', runId, '--processes', '--json')).json;
  expect(json).toMatchObject({ name: 'ALIGN', counts: { failed: 2, retried: 1 } });
  expect((await line.run('show', runId)).out).toContain(
    '1 running, 1 succeeded, 1 cached, 1 failed, 1 tried again',
  );
});

test('filters, pages and JSON', async () => {
  const line = commandLine();
  const all = Array.from({ length: 90 }, (_, at) =>
    task(at + 1, at % 3 === 0 ? 'FAILED' : 'COMPLETED'),
  );
  const runId = await started(line, all);
  const ids = (json: readonly Record<string, unknown>[]) => json.map((each) => each['task']);
  const failed = await line.run('tasks', runId, '--status', 'failed', '--json');
  expect(ids(failed.json)).toEqual(Array.from({ length: 30 }, (_, at) => String(at * 3 + 1)));
  const found = await line.run('tasks', runId, '--search', 's77', '--json');
  expect(ids(found.json)).toEqual(['77']);
  const other = await line.run('tasks', runId, '--process', 'OTHER', '--json');
  expect(ids(other.json)).toEqual([]);
  const few = await line.run('tasks', runId, '--limit', '7');
  expect(few.out.split('\n').filter((each) => /^\d+\t/.test(each))).toHaveLength(7);
  expect(few.err).toContain('There are more');
  expect((await line.run('tasks', runId, '--limit', 'x')).code).toBe(2);
  expect((await line.run('tasks', runId, '--status', 'done')).code).toBe(2);
});

test('one task, by its number or its hash, without what would move the cursor', async () => {
  const line = commandLine();
  const runId = await started(line, [FAILED]);
  const { out } = await line.run('tasks', runId, '2');
  for (const said of [
    'ALIGN (s2)',
    '137',
    '/workspace/work/ab/cdef12',
    '3 GiB at most, 4 GiB asked for',
    '150% of a CPU',
    'align --all',
  ])
    expect(out).toContain(said);
  expect(out).not.toContain('\u001b');
  expect((await line.run('tasks', runId, 'ab/cdef12')).out).toBe(out);
  const [json] = (await line.run('tasks', runId, '2', '--json')).json;
  expect(json).toMatchObject({ task: '2', script: 'align --all  [2J', exit: 137 });
  const absent = await line.run('tasks', runId, '9');
  expect(absent).toMatchObject({ out: '', err: expect.stringContaining('task') });
  expect(absent.code).not.toBe(0);
});

test('a run of which nothing is known, and a log without a task', async () => {
  const line = commandLine();
  const { out } = await line.run('run', 'nf-core/rnaseq');
  const [runId = ''] = /r[0-9a-z]{15}/.exec(out) ?? [];
  const none = await line.run('tasks', runId);
  expect(none.code).toBe(0);
  expect(none.err).toContain('Nothing is known of tasks');
  expect((await line.run('tasks', runId, '--log')).code).toBe(2);
});
