/** How long known tasks may still take. */
import { expect, test } from 'vitest';
import { remainingSeconds } from '../../../src/core/tasks/estimate.ts';
import { NO_TASKS, type TaskCounts } from '../../../src/core/tasks/status.ts';
import type { ProcessState } from '../../../src/core/tasks/trace-state.ts';

const process = (counts: Partial<TaskCounts>): ProcessState =>
  ({ timed: 1, ran_ms: 60_000, counts: { ...NO_TASKS, succeeded: 1, ...counts } }) as ProcessState;

test('tasks that run at once take as long as one of them, whoever tells that they run', () => {
  expect(remainingSeconds([process({ running: 50 })], true)).toBe(30);
  expect(remainingSeconds([process({ submitted: 50 })], false)).toBe(60);
  expect(remainingSeconds([process({ submitted: 40, running: 10 })], false)).toBe(54);
});

test('what waits for those that run takes its turn', () => {
  expect(remainingSeconds([process({ submitted: 50, running: 1 })], true)).toBe(3_030);
  expect(remainingSeconds([process({})], true)).toBeNull();
});
