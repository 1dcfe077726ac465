/** What becomes of a session when its runs are deleted. */
import { expect, test } from 'vitest';
import { sessionId } from '../../../src/core/kinds/nextflow/session.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { deleteRun } from '../../../src/engine/commands/delete-run.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readSession } from '../../../src/engine/store/session-store.ts';
import { cleanUp, stalling, tickUntil } from '../../support/world.ts';
import { domain, FAILS, resumeIn, sessionWorld } from './support.ts';

const remove = (world: Parameters<typeof deleteRun>[0], runId: string) =>
  deleteRun(world, { domain, runId, precondition: anyVersion });

test('its row goes with the last of its runs, in whatever order they go', async () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const memory = await sessionWorld();
    const { world, start, resume, over, store } = memory;
    const runs = [await start()];
    for (let at = 0; at < 2; at += 1) {
      await over(runs[at] ?? '');
      runs.push(await resume(runs[at] ?? ''));
    }
    await cleanUp(memory);
    for (const at of order.slice(0, 2)) await remove(world, runs[at] ?? '');
    const left = runs[order[2] ?? 0] ?? '';
    expect((await readSession(world, sessionId(runs[0] ?? '')))?.run_id ?? left).toBe(left);
    await remove(world, left);
    expect(store.dump('runs').filter(({ partition }) => partition.startsWith('session.'))).toEqual(
      [],
    );
  }
});

test('while a run of it lives the runs before may go, and the session stays with that one', async () => {
  let endsAt = 1_000;
  const memory = await sessionWorld(() => ({ ...FAILS, endsAt }));
  const { world, clock, start, over, resume, runOf } = memory;
  const first = await start();
  await over(first);
  await cleanUp(memory);
  endsAt = 1e9;
  const live = await resume(first);
  await tickUntil(world, clock, async () => (await runOf(live))?.state === 'running');
  await remove(world, first);
  expect(await getRun(world, domain, live)).toMatchObject({
    state: 'running',
    origin: { run_id: first, how: 'resume' },
  });
  await expect(resume(live)).rejects.toMatchObject({
    code: 'session_busy',
    members: { run_id: live },
  });
});

test('a run that waits for a deleted one starts', async () => {
  const memory = await sessionWorld();
  const { world, start, over, resume } = memory;
  const first = await start();
  await over(first);
  await cleanUp(memory);
  const { slow, resume: goOn } = stalling(world, 'lanes');
  const second = resumeIn(slow, first);
  await expect.poll(() => readSession(world, sessionId(first))).toBeDefined();
  await remove(world, first);
  goOn();
  await over(await second);
  await resume(await second);
});

test('one that was deleted before it had a driver gives the wait back', async () => {
  const memory = await sessionWorld(() => ({ ...FAILS, tasks: 1 }));
  const { world, start, over, resume, cancel, cluster, store } = memory;
  const first = await start();
  await over(first);
  const second = await resume(first);
  cluster.deletePod = async () => undefined;
  await over(second);
  const third = await resume(second);
  await cancel(third);
  // Its work is done; that of the one before it is not.
  await store.commit('work', store.dump('work').find(({ key }) => key === third)?.partition ?? '', [
    { op: 'delete', key: third },
  ]);
  await remove(world, third);
  const fourth = await resume(first);
  await tick(world);
  expect(await getRun(world, domain, fourth)).toMatchObject({
    state: 'starting',
    reason: { code: 'session_busy', message: expect.stringContaining(second) },
  });
});

test('a start that never recorded its run keeps no row for ever', async () => {
  const memory = await sessionWorld();
  const { world, start, over, store } = memory;
  const first = await start();
  await over(first);
  await cleanUp(memory);
  const { slow, resume: goOn } = stalling(world, 'work');
  const late = resumeIn(slow, first).catch((error: unknown) => error);
  await expect.poll(() => readSession(world, sessionId(first))).toBeDefined();
  await remove(world, first);
  expect(await readSession(world, sessionId(first))).toBe(undefined);
  goOn();
  expect(await late).toMatchObject({ code: 'gone' });
  expect(store.dump('runs').filter(({ values }) => values['state'] === 'queued')).toEqual([]);
});
