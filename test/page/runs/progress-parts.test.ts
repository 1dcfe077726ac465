/** What the list says of the tasks of a run. */
import { expect, it } from 'vitest';
import { NO_TASKS } from '../../../src/core/tasks/status.ts';
import { progressParts } from '../../../src/page/screens/runs/rows/progress-parts.ts';

const said = (state: 'running' | 'succeeded' | 'failed', tasks?: object): string[] =>
  progressParts({
    state,
    progress: {
      completed: 4,
      total: 4,
      percent: null,
      ...(tasks && { tasks: { ...NO_TASKS, ...tasks } }),
    },
  }).map(({ text, isBad }) => (isBad ? `${text}!` : text));

it.each([
  ['running', { succeeded: 3, failed: 2, retried: 1 }, ['4 of 4', '1 failed!']],
  ['succeeded', { succeeded: 3, failed: 2, retried: 1, ignored: 1 }, ['4 of 4', '1 ignored']],
  ['failed', { succeeded: 3, failed: 1 }, ['3 succeeded', '1 failed!']],
  ['failed', { cached: 3, failed: 1, aborted: 1 }, ['3 cached', '1 failed!', '1 aborted']],
  ['failed', {}, ['4 of 4']],
  ['failed', undefined, ['4 of 4']],
] as const)('%s with %j', (state, tasks, want) => {
  expect(said(state, tasks)).toEqual(want);
});
