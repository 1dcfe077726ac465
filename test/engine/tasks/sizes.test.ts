/** Names and numbers of any size: what is stored and told of tasks stays bounded, and every task is there. */
import { expect, test } from 'vitest';
import { ROW_BYTES_MAX } from '../../../src/core/limits.ts';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { BRIEF_BYTES_MAX } from '../../../src/core/tasks/change.ts';
import { newsOf } from '../../../src/core/tasks/report.ts';
import { readTraceState, takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import { nextflowWorld, tableOf } from './support.ts';

const KINDS = ['\u0001', '\uD800', '"', '€', '𝄞'];

test.each(KINDS)(
  '3,000 processes with names of 250 characters %j are stored, and told',
  async (character) => {
    const { world, store, runId } = await nextflowWorld();
    const name = (at: number): string => `${at}${character.repeat(250)}`;
    const text = character.repeat(4_000);
    const instant = 1_795_193_600_000;
    const told = ['sessionId', 'runName', 'repository', 'revision', 'commitId', 'projectDir'];
    const paths = ['launchDir', 'workDir', 'commandLine', 'containerEngine'];
    const workflow = Object.fromEntries([...told, ...paths].map((each) => [each, text]));
    for (const call of ['create', 'begin', 'complete'] as const)
      await takeNews(world, runId, 1, towerNews(call, { instant, workflow, ...workflow }));
    const all = Array.from({ length: 3_000 }, (_, at) =>
      taskReport({ task_id: at + 1, status: 'RUNNING', name: name(at), tag: text }, 'trace', 1),
    ).filter((each) => each !== null);
    const change = await takeNews(world, runId, 1, newsOf('tower', all));
    expect((await tableOf(world, runId)).tasks).toHaveLength(3_000);
    const rows = store.dump('runs').filter(({ key }) => key === 'trace');
    const [size] = rows.map(({ values }) => (values['body'] as Uint8Array).byteLength);
    expect(size).toBeLessThan(ROW_BYTES_MAX * 0.75);
    expect(change).toMatchObject({ counts: { running: 3_000 }, more: true });
    expect(change?.tasks.length).toBeGreaterThan(0);
    expect(new TextEncoder().encode(JSON.stringify(change)).byteLength).toBeLessThan(
      2 * BRIEF_BYTES_MAX + 1_024,
    );
  },
);

test('times that nobody can have run add up, in any order', async () => {
  const { world, runId } = await nextflowWorld();
  const times = [1.7e308, 1.7e308, 9e15, 0.1, 0.2, 86_400_000];
  const told = (status: string) =>
    times.flatMap((realtime, at) => {
      const fields = { task_id: at + 1, status, name: 'P', realtime };
      return taskReport(fields, 'trace', 1) ?? [];
    });
  await takeNews(world, runId, 1, newsOf('tower', told('COMPLETED')));
  const [sum] = (await readTraceState(world, runId))?.processes ?? [];
  expect(sum).toMatchObject({ timed: 4, ran_ms: 1e11 + 86_400_000 });
  await takeNews(world, runId, 1, newsOf('tower', told('FAILED').toReversed()));
  const [none] = (await readTraceState(world, runId))?.processes ?? [];
  expect(none).toMatchObject({ timed: 0, ran_ms: 0 });
});
