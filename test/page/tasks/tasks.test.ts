/** The tasks of a run as the page keeps them: what events change, filters, sorting, counts in words. */
import { describe, expect, it } from 'vitest';
import { NO_TASKS } from '../../../src/core/tasks/status.ts';
import { taskOfWorkDir } from '../../../src/page/screens/run/state/failed-task.ts';
import { arrange, attemptsOf } from '../../../src/page/screens/run/tasks/model/arrange.ts';
import { msText, percentText } from '../../../src/page/screens/run/tasks/model/measures.ts';
import {
  doneText,
  endedBadly,
  lookOf,
  partsOf,
  partsText,
  splitName,
  statusText,
} from '../../../src/page/screens/run/tasks/model/parts.ts';
import { withoutIndent } from '../../../src/page/screens/run/tasks/model/script.ts';
import {
  nextSort,
  orderOf,
  readTaskSearch,
} from '../../../src/page/screens/run/tasks/model/search.ts';
import { TaskTable } from '../../../src/page/screens/run/tasks/model/task-table.ts';
import { countsOf, inStatus, madeTask } from './made-tasks.ts';

const made = (count: number) =>
  Array.from({ length: count }, (_, index) => madeTask(index, count, 0));
const pageOf = (tasks: ReturnType<typeof made>) => ({
  tasks,
  processes: [...countsOf(tasks)],
  counts: NO_TASKS,
  source: 'tower' as const,
  next_cursor: null,
});
const ids = (tasks: readonly { task: string }[]) => tasks.map(({ task }) => task);

describe('the table', () => {
  it('changes the rows that an event names, keeps what the event does not tell, and adds new ones at the end', () => {
    const tasks = made(5);
    const table = new TaskTable();
    table.addPage(pageOf(tasks));
    const { cpus } = tasks[2] ?? {};
    const changed = madeTask(2, 5, 0, inStatus('failed'));
    const { task, hash, process, tag, name, status, attempt, exit, error_action } = changed;
    const { submitted_at, started_at, finished_at } = changed;
    const times = { submitted_at, started_at, finished_at };
    const brief = { task, hash, process, tag, name, status, attempt, exit, error_action, ...times };
    table.fold({ tasks: [brief, { ...brief, task: '99' }], processes: [], more: false });
    expect(table.get('3')).toMatchObject({ status: 'failed', exit: 1, cpus });
    expect(ids(table.tasks)).toEqual(['1', '2', '3', '4', '5', '99']);
    expect(table.get('99')).toMatchObject({ status: 'failed', cpus: null, work_dir: null });
  });

  it('takes the counts of processes from events, of which a page has all', () => {
    const table = new TaskTable();
    table.addPage(pageOf(made(3)));
    const counts = { ...NO_TASKS, running: 7 };
    table.fold({ tasks: [], processes: [{ name: 'MULTIQC', counts }], more: true });
    expect(table.processes.at(-1)).toEqual({ name: 'MULTIQC', counts });
    expect(table.counts.running).toBe(7);
    table.addPage(pageOf(made(3)));
    expect(table.counts.running).toBe(0);
  });
});

describe('what is shown', () => {
  const tasks = [
    madeTask(0, 4, 0, { tag: 'sample_10', name: 'A (sample_10)', process: 'A' }),
    madeTask(1, 4, 0, { tag: 'sample_9', name: 'B (sample_9)', process: 'B', peak_rss: null }),
    madeTask(2, 4, 0, { ...inStatus('running'), tag: null, name: 'B', process: 'B' }),
    madeTask(3, 4, 0, { ...inStatus('failed'), tag: 'other', name: 'A (other)', process: 'A' }),
  ];

  it.each([
    ['all as they came', {}, ['1', '2', '3', '4']],
    ['some statuses', { status: 'failed,running' }, ['3', '4']],
    ['one process', { process: 'B' }, ['2', '3']],
    ['a part of a tag, whatever its case', { q: 'SAMPLE' }, ['1', '2']],
    ['a hash', { q: tasks[3]?.hash ?? '' }, ['4']],
    ['an id', { q: '2' }, ['2']],
    ['numbers in tags as numbers, and none at the end', { sort: 'tag' }, ['4', '2', '1', '3']],
    ['the other way round, none at the end as well', { sort: '-tag' }, ['1', '2', '4', '3']],
    ['by status as they pass through them', { sort: 'status' }, ['3', '1', '2', '4']],
    ['by a measure', { sort: '-memory', status: 'succeeded' }, ['1', '2']],
  ])('%s', (_, search, want) => {
    // `2` is in more than an id.
    expect(
      ids(arrange(tasks, search)).filter((id) => !('q' in search) || want.includes(id)),
    ).toEqual(want);
  });

  it('knows the attempts of a task by its name', () => {
    const first = madeTask(0, 1, 0, inStatus('failed'));
    const second = madeTask(7, 9, 0, { ...first, task: '8', attempt: 2 });
    expect(ids(attemptsOf([second, madeTask(3, 4, 0), first], second))).toEqual(['1', '8']);
  });

  it('reads an address that people wrote by hand, and leaves out what means nothing', () => {
    expect(
      readTaskSearch({
        view: 'timeline',
        status: 'failed,odd,running',
        sort: '-nothing',
        task: 12,
        q: '',
        process: ['A'],
      }),
    ).toEqual({ view: 'timeline', status: 'running,failed', task: '12' });
    expect(readTaskSearch({ view: 'table', sort: '-cpu' })).toEqual({ sort: '-cpu' });
  });

  it('sorts up, down and not at all', () => {
    expect(nextSort('cpu', undefined)).toBe('cpu');
    expect(nextSort('cpu', orderOf({ sort: 'cpu' }))).toBe('-cpu');
    expect(nextSort('cpu', orderOf({ sort: '-cpu' }))).toBeUndefined();
    expect(nextSort('cpu', orderOf({ sort: '-tag' }))).toBe('cpu');
  });
});

describe('what is said', () => {
  it('counts a task once, however often it was tried', () => {
    const counts = { ...NO_TASKS, succeeded: 1_200, failed: 5, retried: 2, ignored: 1, running: 3 };
    expect(partsOf(counts)).toEqual([
      { part: 'succeeded', count: 1_200 },
      { part: 'ignored', count: 1 },
      { part: 'failed', count: 2 },
      { part: 'running', count: 3 },
    ]);
    expect(doneText(counts)).toBe('1,203 of 1,206');
    expect(partsText(counts)).toBe(
      '1,200 succeeded, 1 ignored, 2 failed, 3 running, 2 tried again',
    );
  });

  it.each([
    ['failed', 'terminate', 'failed', 'failed'],
    ['failed', null, 'failed', 'failed'],
    ['failed', 'retry', 'retried', 'failed, tried again'],
    ['failed', 'ignore', 'ignored', 'failed, ignored'],
    ['succeeded', null, 'succeeded', 'succeeded'],
  ] as const)('tells a failure that ended the run from others: %s, %s', (...row) => {
    const [status, error_action, look, text] = row;
    expect(lookOf({ status, error_action })).toBe(look);
    expect(statusText({ status, error_action })).toBe(text);
  });

  it('does not say that all is done where all is over and something failed', () => {
    const counts = { ...NO_TASKS, succeeded: 3, failed: 2, ignored: 1 };
    expect(endedBadly(counts)).toBe(true);
    expect(endedBadly({ ...counts, running: 1 })).toBe(false);
    expect(endedBadly({ ...counts, retried: 1 })).toBe(false);
  });

  it('says measures shortly', () => {
    expect([12, 61_000].map(msText)).toEqual(['12 ms', '1 min 1 s']);
    expect([3.14, 96.6].map(percentText)).toEqual(['3.1 %', '97 %']);
    expect(splitName('A:B:C')).toEqual(['A:B:', 'C']);
    expect(splitName('C')).toEqual(['', 'C']);
  });

  it('takes the indentation of the pipeline from a script, and nothing else', () => {
    expect(withoutIndent('\n    a \\\n      b\n\n    c\n  ')).toBe('a \\\n  b\n\nc');
    expect(withoutIndent('')).toBe('');
  });

  it('finds the task of a work directory', () => {
    expect(taskOfWorkDir('/w/work/b3/2bad61ab0c')).toBe('b3-2bad61');
    expect(taskOfWorkDir('s3://bucket/work/0a/ffeedd11/')).toBe('0a-ffeedd');
    expect(taskOfWorkDir('/data/other')).toBeUndefined();
    expect(taskOfWorkDir(null)).toBeUndefined();
  });
});
