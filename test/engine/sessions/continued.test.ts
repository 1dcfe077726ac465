/** Continuing a run in its session: who may, when its driver is made, and what is left when others stopped half-way. */
import { expect, test } from 'vitest';
import { sessionId } from '../../../src/core/kinds/nextflow/session.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readLaunch } from '../../../src/engine/store/run-store.ts';
import { readSession } from '../../../src/engine/store/session-store.ts';
import {
  nextflowRequest,
  otherInstance,
  request,
  stalling,
  tickUntil,
} from '../../support/world.ts';
import { domain, FAILS, resumeIn, sessionWorld, workTarget } from './support.ts';

test('a run continues another one in its session and folder, and so does the run after it', async () => {
  const { start, over, resume, world } = await sessionWorld();
  const first = await start();
  await over(first);
  const second = await resume(first);
  await over(second);
  const third = await resume(second);
  const session = { id: sessionId(first), folder: `runs/${first}`, run_id: first };
  for (const [run, before] of [
    [second, first],
    [third, second],
  ] as const) {
    expect(await readLaunch(world, run)).toMatchObject({ nextflow: { session } });
    const view = await getRun(world, domain, run);
    expect(view.origin).toEqual({ run_id: before, how: 'resume' });
    expect(view.nextflow).toMatchObject({ session_id: session.id });
    expect(view.nextflow).not.toHaveProperty('resume');
    expect(view.nextflow).not.toHaveProperty('session');
  }
  expect(await getRun(world, domain, first)).toMatchObject({
    origin: null,
    nextflow: { session_id: session.id },
  });
});

test('while a run of the session is not over no other one gets it, and it is named', async () => {
  const { start, over, resume, cancel } = await sessionWorld(() => ({ ...FAILS, endsAt: 60_000 }));
  const first = await start();
  await expect(resume(first)).rejects.toMatchObject({
    code: 'session_busy',
    members: { run_id: first },
  });
  await over(first);
  const second = await resume(first);
  for (const busy of [first, second])
    await expect(resume(busy)).rejects.toMatchObject({
      code: 'session_busy',
      members: { run_id: second },
    });
  await cancel(second);
  await over(second);
  await resume(first);
});

test('of two starts at the same moment one gets the session', async () => {
  const { start, over, world } = await sessionWorld();
  const first = await start();
  await over(first);
  const both = await Promise.allSettled([
    resumeIn(world, first),
    resumeIn(otherInstance(world), first),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const lost = both.find((each) => each.status === 'rejected');
  expect(lost?.reason).toMatchObject({ code: 'session_busy' });
});

test('its driver is made when no task pod of the last driver is left', async () => {
  const tasks = new Map<string, number>();
  const { start, over, resume, world, clock, cluster, runOf } = await sessionWorld((runId) => ({
    ...FAILS,
    tasks: tasks.get(runId) ?? 1,
  }));
  const first = await start();
  const { deletePod } = cluster;
  cluster.deletePod = async () => undefined;
  await over(first);
  expect(cluster.tasks()).toEqual([first]);
  const second = await resume(first);
  await tick(world);
  expect(await getRun(world, domain, second)).toMatchObject({
    state: 'starting',
    reason: { code: 'session_busy', message: expect.stringContaining(first) },
  });
  expect((await cluster.list(second)).jobs).toEqual([]);
  cluster.deletePod = deletePod;
  await tickUntil(world, clock, async () => (await runOf(second))?.job_uid !== null, 4_000);
  expect(cluster.tasks()).not.toContain(first);
  expect((await runOf(first))?.swept).toBe(true);
});

test('a run that never had a driver leaves the wait to the next one', async () => {
  const { start, over, resume, cluster, cancel, world } = await sessionWorld(() => ({
    ...FAILS,
    tasks: 1,
  }));
  const first = await start();
  cluster.deletePod = async () => undefined;
  await over(first);
  const second = await resume(first);
  await cancel(second);
  const third = await resume(second).catch((error: unknown) => error);
  expect(third).toMatchObject({ code: 'not_resumable', message: /never started/ });
  const fourth = await resume(first);
  await tick(world);
  expect(await getRun(world, domain, fourth)).toMatchObject({ reason: { code: 'session_busy' } });
});

test.each([
  ['a run of another kind', 'container', /a container, which keeps nothing/],
  ['a run that never started', 'waiting', /never started/],
  ['a run on another volume', 'moved', /was changed since/],
  ['another target with another volume', 'elsewhere', /has another work volume/],
  ['a target without a work volume', 'none', /has no work claim/],
])('%s cannot be resumed', async (_, what, sentence) => {
  const { start, over, resume, world, cancel } = await sessionWorld();
  await putLane(world, domain, 'closed', { paused: true });
  await targets.create(world, domain, workTarget({ name: 'other', work_claim: 'b' }));
  await targets.create(world, domain, workTarget({ name: 'bare', work_claim: null }));
  const asked = {
    container: () => submitRun(world, { domain, request: request() }).then(({ run }) => run.run_id),
    waiting: () => start({ lane: 'closed' }),
    none: () => start({ target: 'bare' }),
  }[what];
  const first = await (asked ?? start)();
  if (what === 'waiting') await cancel(first);
  await over(first);
  if (what === 'moved')
    await targets.change(world, domain, workTarget({ work_claim: 'b' }), anyVersion);
  const change = { elsewhere: { target: 'other' }, none: { target: 'bare' } }[what] ?? {};
  await expect(resume(first, change)).rejects.toMatchObject({
    code: 'not_resumable',
    message: expect.stringMatching(sentence),
  });
});

test('another target with the same volume is as good', async () => {
  const { start, over, resume, world } = await sessionWorld();
  await targets.create(world, domain, workTarget({ name: 'large', resources: { memory: '8Gi' } }));
  const first = await start();
  await over(first);
  await resume(first, { target: 'large' });
});

test('a run that is not there, or of another domain, is no run to name', async () => {
  const { start, over, world } = await sessionWorld();
  const first = await start();
  await over(first);
  for (const [of, fields] of [
    [domain, { nextflow: { resume: 'r000000000000000' } }],
    ['lab', { nextflow: { resume: first } }],
    ['lab', { rerun_of: first }],
    [domain, { nextflow: { resume: first }, rerun_of: first }],
  ] as const)
    await expect(
      submitRun(world, { domain: of, request: nextflowRequest(fields) }),
    ).rejects.toMatchObject({ code: 'invalid' });
});

test('a start that stopped after it took the session loses it, however late it goes on', async () => {
  const { start, over, resume, world, runOf } = await sessionWorld();
  const first = await start();
  await over(first);
  const { slow, resume: goOn } = stalling(world, 'work');
  const late = resumeIn(slow, first).catch((error: unknown) => error);
  await expect
    .poll(async () => (await readSession(world, sessionId(first)))?.run_id)
    .not.toBe(undefined);
  const second = await resume(first);
  goOn();
  expect(await late).toMatchObject({ code: 'session_busy', members: { run_id: second } });
  expect((await readSession(world, sessionId(first)))?.run_id).toBe(second);
  expect(await runOf(second)).toBeDefined();
});

test('the same key gives the same run, also while the first request has only taken the session', async () => {
  const { start, over, world } = await sessionWorld();
  const first = await start();
  await over(first);
  const body = nextflowRequest({ lane: 'wide', nextflow: { resume: first } });
  const keyed = (of: typeof world) =>
    submitRun(of, { domain, request: body, idempotency: { key: 'k', body } });
  const { slow, resume: goOn } = stalling(world, 'work');
  const late = keyed(slow);
  await expect
    .poll(async () => (await readSession(world, sessionId(first)))?.run_id)
    .not.toBe(undefined);
  const now = await keyed(otherInstance(world));
  goOn();
  expect((await late).run.run_id).toBe(now.run.run_id);
  expect(await keyed(world)).toMatchObject({
    outcome: 'replayed',
    run: { run_id: now.run.run_id },
  });
});

test('a run that was turned away by its lane leaves the session to the next one', async () => {
  const { start, over, resume, world } = await sessionWorld();
  const first = await start();
  await over(first);
  await putLane(world, domain, 'closed', { paused: true });
  await expect(resume(first, { lane: 'closed', on_busy: 'reject' })).rejects.toMatchObject({
    code: 'lane_paused',
  });
  await resume(first);
});
