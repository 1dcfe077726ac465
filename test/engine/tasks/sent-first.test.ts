/** Lines of the console that come after the trace has told of the same tasks. */
import { expect, test } from 'vitest';
import { consoleNews } from '../../../src/core/nextflow/trace/console-report.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import { nextflowWorld, tableOf } from './support.ts';

test('a task that the trace has told of is not told a second time by the console', async () => {
  const { world, runId } = await nextflowWorld();
  const t = { taskId: 1, status: 'RUNNING', hash: 'ab/cdef12', name: 'A (x)', process: 'A' };
  await takeNews(
    world,
    runId,
    1,
    towerNews('create', { runName: 'x', sessionId: 's', workflowId: runId }),
  );
  await takeNews(world, runId, 1, towerNews('progress', { tasks: [t], instant: 1 }));
  for (const line of [
    '[ab/cdef12] Submitted process > A (x)',
    '[cd/cdef12] Submitted process > A (y)',
    'N E X T F L O W  ~  version 24.10.5',
  ]) {
    const news = consoleNews(line, 5);
    if (news) await takeNews(world, runId, 1, { ...news, source: 'console' });
  }
  await takeNews(
    world,
    runId,
    1,
    towerNews('progress', {
      tasks: [{ ...t, taskId: 2, hash: 'cd/cdef12', name: 'A (y)' }],
      instant: 2,
    }),
  );
  const table = await tableOf(world, runId);
  expect(table.source).toBe('tower');
  expect(table.tasks.map(({ task }) => task)).toEqual(['1', '2']);
  expect(table.counts.running).toBe(2);
  expect(table.counts.submitted).toBe(0);
});
