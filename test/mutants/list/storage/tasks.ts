/** Bugs of the tasks of Nextflow runs, and of their counts. */
import type { Mutant } from '../../list.ts';

const STORE = 'src/engine/store/tasks/task-store.ts';
const PLAN = 'src/engine/store/tasks/task-plan.ts';

export const TASKS: readonly Mutant[] = [
  {
    name: 'tasks come to a run that was deleted',
    tests: ['engine/tasks/queries'],
    file: STORE,
    find: 'if (!isFirst) {',
    replace: 'if (!isFirst || writes.length > 0) {',
  },
  {
    name: 'tasks outlive their run',
    tests: ['engine/tasks/queries'],
    file: 'src/engine/reconcile/retention/erase.ts',
    find: '{ from: keyAfter(RUN_KEY) },',
    replace: '',
  },
  {
    name: 'two writers of tasks overwrite their counts',
    tests: ['merge.property'],
    file: PLAN,
    find: "{ op: 'replace', key: TRACE_KEY, values, etag: stored.etag }",
    replace: "{ op: 'put', key: TRACE_KEY, values }",
  },
  {
    name: 'the last report of a task wins, whatever it tells',
    tests: ['merge.property'],
    file: 'src/core/tasks/merge.ts',
    find: 'if (before && compareReports(before, report) >= 0) return task;',
    replace: '',
  },
  {
    name: 'a task that goes on is counted again',
    tests: ['merge.property'],
    file: PLAN,
    find: "if (old && 'task' in old) processes.count(shareOf(old.task), -1);",
    replace: '',
  },
  {
    name: 'an event about tasks follows the end of the run',
    tests: ['engine/tasks/tell'],
    file: 'src/engine/events/tell-tasks.ts',
    find: 'isOver ? [] : told',
    replace: 'told',
  },
];
