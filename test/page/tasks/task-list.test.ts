/** The list of tasks as the page reads it, from the API itself. */
import { expect, it, vi } from 'vitest';
import { createClient } from '../../../src/client/index.ts';
import { newsOf, type TaskReport } from '../../../src/core/tasks/report.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import { createReader } from '../../../src/page/screens/run/tasks/live/task-list.ts';
import { ADMIN, apiOn } from '../../api/support.ts';
import { nextflowWorld } from '../../engine/tasks/support.ts';
import { PATIENCE } from '../../support/patience.ts';
import { inStatus, madeTask } from './made-tasks.ts';

const COUNT = 1_200;

/** As Nextflow tells of it. */
function reportOf(index: number): TaskReport {
  const { task, ...rest } = madeTask(index, COUNT, 0, index === 700 ? inStatus('failed') : {});
  const more = { script: 'echo', executor: 'k8s', scratch: null, modules: [], hostname: null };
  return { ...rest, ...more, id: Number(task), from: 'trace', instant: 1 };
}

async function storedTasks() {
  const { world, runId } = await nextflowWorld();
  const reports = Array.from({ length: COUNT }, (_, index) => reportOf(index));
  await takeNews(world, runId, 1, newsOf('tower', reports));
  const { send } = apiOn(world);
  let away = false;
  const client = createClient({
    url: 'http://localhost',
    token: ADMIN,
    push: false,
    fetch: async (address, init) => {
      const { pathname, search } = new URL(new Request(address).url);
      const detail = 'The store does not answer.';
      if (away) return Response.json({ code: 'invalid', detail }, { status: 422 });
      return send(`${pathname}${search}`, { method: init?.method ?? 'GET' });
    },
  });
  return { reader: createReader(client, runId), setAway: (is: boolean) => (away = is) };
}

it('has all tasks of all pages, with their counts, and what an event changed', async () => {
  const { reader } = await storedTasks();
  const end = reader.start();
  await vi.waitFor(() => expect(reader.state.get().complete).toBe(true), PATIENCE);
  const { tasks, table, cut } = reader.state.get();
  expect([tasks.length, cut, table.source]).toEqual([COUNT, false, 'tower']);
  expect(table.counts).toMatchObject({ succeeded: COUNT - 1, failed: 1 });
  const [first] = tasks;
  if (first === undefined) throw new Error('there are tasks');
  reader.fold({ processes: [], tasks: [{ ...first, status: 'aborted' }], more: false });
  expect(reader.state.get().tasks[0]).toEqual({ ...first, status: 'aborted' });
  end();
});

it('keeps what it has when a read fails, and forgets the failure with the next one', async () => {
  const { reader, setAway } = await storedTasks();
  const end = reader.start();
  await vi.waitFor(() => expect(reader.state.get().complete).toBe(true), PATIENCE);
  setAway(true);
  reader.retry();
  await vi.waitFor(() => expect(reader.state.get().error).toBeDefined(), PATIENCE);
  expect(reader.state.get().tasks.length).toBe(COUNT);
  setAway(false);
  reader.retry();
  await vi.waitFor(() => expect(reader.state.get().error).toBeUndefined(), PATIENCE);
  end();
});
