/** Logs of tasks that only Nextflow itself keeps, in their work folders. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { taskReport } from '../../../../src/core/nextflow/trace/task-report.ts';
import { newsOf } from '../../../../src/core/tasks/report.ts';
import { readTaskLog } from '../../../../src/engine/commands/runs/task-log.ts';
import { getTask } from '../../../../src/engine/queries/tasks.ts';
import { KEPT_BYTES_MAX } from '../../../../src/engine/store/tasks/task-logs.ts';
import { takeNews } from '../../../../src/engine/store/tasks/task-store.ts';
import { filesOn } from '../../../support/files/run.ts';
import { memoryWorld } from '../../../support/world.ts';

test('the log of a task without a pod is read from its work folder, if that is one of the run', async () => {
  const memory = memoryWorld();
  const files = await filesOn(memory);
  /** Lets time pass until the promise is settled. */
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    const state = { open: true };
    const end = () => void (state.open = false);
    void promise.then(end, end);
    for (let at = 0; state.open && at < 1_000; at += 1) await memory.clock.advance(200);
    return promise;
  };
  const id = await files.start();
  const tell = async (task: number, folder: string) => {
    const fields = { task_id: task, hash: `ab/00000${task}`, name: 'A', process: 'A', exit: 0 };
    const more = { status: 'COMPLETED', workdir: `/workspace/${folder}` };
    const report = taskReport({ ...fields, ...more }, 'trace', 1);
    if (report) await takeNews(memory.world, id, 1, newsOf('tower', [report]));
  };
  const rest = (task: number) => `ab/00000${task}${'0'.repeat(24)}`;
  const own = 'work';
  files.put(`${own}/${rest(1)}/.command.log`, `${'x'.repeat(KEPT_BYTES_MAX)}the end`);
  files.put(`runs/other/work/${rest(3)}/.command.log`, 'secret');
  files.put('runs/other/secret', 'secret');
  mkdirSync(join(files.folder, own, rest(4)), { recursive: true });
  symlinkSync(
    join(files.folder, 'runs/other/secret'),
    join(files.folder, own, rest(4), '.command.log'),
  );
  await tell(1, `${own}/${rest(1)}`);
  await tell(2, `${own}/${rest(2)}`);
  await tell(3, `runs/other/work/${rest(3)}`);
  await tell(4, `${own}/${rest(4)}`);
  await tell(5, `${own}/../../other/work/${rest(3)}`);
  expect(await getTask(memory.world, 'default', id, '1')).toMatchObject({ log: 'volume' });
  const log = await settled(readTaskLog(memory.world, 'default', id, '1'));
  expect(log).toHaveLength(KEPT_BYTES_MAX);
  expect(new TextDecoder().decode(log).endsWith('xthe end')).toBe(true);
  for (const task of ['2', '3', '4', '5'])
    await expect(settled(readTaskLog(memory.world, 'default', id, task))).rejects.toMatchObject({
      code: 'log_gone',
    });
});
