/** Changing a run that waits: its place in the queue and its labels, whatever stops half-way. */
import { describe, expect, test } from 'vitest';
import { ticketPriority } from '../../../src/core/lanes/lane.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { type Patch, patchRun } from '../../../src/engine/commands/runs/patch-run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { listRuns } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance, QUICK, request } from '../../support/world.ts';

const domain = 'default';
const orderOf = (runId: string, patch: Patch) => ({
  domain,
  runId,
  patch,
  precondition: anyVersion,
  by: 'ada',
});

/** A run that holds the place, for an hour as a rule, and so many that wait. */
async function queued(count: number, endsAt = 3_600_000) {
  const parts = memoryWorld({ script: () => ({ ...QUICK, endsAt }) });
  const ids: string[] = [];
  for (let n = 0; n <= count; n += 1)
    ids.push((await submitRun(parts.world, { domain, request: request() })).run.run_id);
  const [holder = '', ...waiting] = ids;
  const queue = () =>
    parts.store
      .dump('lanes')
      .filter(({ key }) => key.startsWith('q.'))
      .map(({ key, values }) => ({
        at: waiting.indexOf(String(values['run_id'])),
        priority: ticketPriority(key),
      }));
  return { ...parts, holder, waiting, queue };
}

const inOrder = (queue: readonly { readonly at: number }[]) => queue.map(({ at }) => at);

describe('a run that waits', () => {
  test('moves in the queue, among equal ones by its arrival, and back', async () => {
    const { world, waiting, queue } = await queued(4);
    const [a = '', b = '', c = '', d = ''] = waiting;
    await patchRun(world, orderOf(d, { priority: 5 }));
    expect(inOrder(queue())).toEqual([3, 0, 1, 2]);
    const { run } = await patchRun(world, orderOf(b, { priority: 5 }));
    expect(run).toMatchObject({ priority: 5, queue_position: 1, state: 'queued' });
    expect(inOrder(queue())).toEqual([1, 3, 0, 2]);
    await patchRun(world, orderOf(d, { priority: 0 }));
    await patchRun(world, orderOf(b, { priority: 0 }));
    expect(inOrder(queue())).toEqual([0, 1, 2, 3]);
    await patchRun(world, orderOf(c, { priority: 9 }));
    await patchRun(world, orderOf(a, { priority: 9 }));
    expect(inOrder(queue())).toEqual([0, 2, 1, 3]);
  });

  test('is not read by the timer afterwards, and gets its place in its new order', async () => {
    const { world, holder, waiting, store } = await queued(2);
    await patchRun(world, orderOf(waiting[1] ?? '', { priority: 1 }));
    expect(
      store
        .dump('work')
        .filter(({ key }) => waiting.includes(key))
        .map(({ values }) => [values['waits'], values['leaves']]),
    ).toEqual([
      [true, false],
      [true, false],
    ]);
    await cancelRun(world, { domain, runId: holder });
    for (let n = 0; n < 3; n += 1) await tick(world);
    expect((await readRun(world, waiting[1] ?? ''))?.run.state).not.toBe('queued');
    expect((await readRun(world, waiting[0] ?? ''))?.run.state).toBe('queued');
  });
});

/** An instance that dies before, or after, its commit of that number. */
function dying(world: World, at: number, when: 'before' | 'after'): World {
  let commits = 0;
  const gone = () => new Promise<never>(() => undefined);
  return {
    ...otherInstance(world),
    store: {
      ...world.store,
      async commit(...args) {
        commits += 1;
        if (commits > at || (commits === at && when === 'before')) return gone();
        const done = await world.store.commit(...args);
        return commits === at ? gone() : done;
      },
    },
  };
}

test.each(
  [1, 2, 3, 4, 5].flatMap((at) =>
    (['before', 'after'] as const).map((when) => [when, at] as const),
  ),
)(
  'a change that stops %s its write %i is made whole by a tick, or not at all',
  async (when, at) => {
    const { world, waiting, queue, clock } = await queued(3);
    const last = waiting[2] ?? '';
    void patchRun(dying(world, at, when), orderOf(last, { priority: 7, labels: { a: 'b' } }));
    await clock.advance(20_000);
    await tick(world);
    await tick(world);
    const { run } = (await readRun(world, last)) ?? {};
    const isMade = run?.priority === 7;
    expect(run?.labels).toEqual(isMade ? { a: 'b' } : {});
    expect(queue().find((each) => each.at === 2)?.priority).toBe(isMade ? 7 : 0);
    expect(inOrder(queue())).toEqual(isMade ? [2, 0, 1] : [0, 1, 2]);
    // A repetition does what was left, and the list finds it by its label.
    await patchRun(world, orderOf(last, { priority: 7, labels: { a: 'b' } }));
    expect(inOrder(queue())).toEqual([2, 0, 1]);
    const found = await listRuns(world, domain, { labels: [['a', 'b']], limit: 10 });
    expect(found.runs.map(({ run_id }) => run_id)).toEqual([last]);
  },
);

test('of two changes at once the last one decides, for the run and for its ticket', async () => {
  for (const seed of [1, 2, 3]) {
    const { world, waiting, queue } = await queued(2);
    const other = otherInstance(world);
    const id = waiting[1] ?? '';
    await Promise.allSettled([
      patchRun(world, orderOf(id, { priority: 3 })),
      patchRun(other, orderOf(id, { priority: 3 + seed })),
    ]);
    expect(queue().find(({ at }) => at === 1)?.priority).toBe(
      (await readRun(world, id))?.run.priority,
    );
  }
});

test('a cancel at the same time ends the run, and no ticket of it is left', async () => {
  const { world, waiting, queue, clock } = await queued(2);
  const id = waiting[1] ?? '';
  await Promise.allSettled([
    patchRun(world, orderOf(id, { priority: 3 })),
    cancelRun(otherInstance(world), { domain, runId: id }),
  ]);
  await clock.advance(20_000);
  await tick(world);
  expect((await readRun(world, id))?.run.state).toBe('cancelled');
  expect(inOrder(queue())).toEqual([0]);
});

test('labels that changed while a run starts stay, in the run and in the list', async () => {
  const { world, holder, clock } = await queued(0, 1_000);
  await patchRun(world, orderOf(holder, { labels: { a: '1', b: '2' } }));
  await patchRun(world, orderOf(holder, { labels: { a: null, c: '3' } }));
  const find = async (name: string, value: string) =>
    (await listRuns(world, domain, { labels: [[name, value]], limit: 10 })).runs.map(
      ({ run_id }) => run_id,
    );
  expect(await find('a', '1')).toEqual([]);
  expect(await find('c', '3')).toEqual([holder]);
  for (let n = 0; n < 20; n += 1) {
    await clock.advance(1_000);
    await tick(world);
  }
  expect((await readRun(world, holder))?.run).toMatchObject({
    state: 'succeeded',
    labels: { b: '2', c: '3' },
  });
  expect(await find('c', '3')).toEqual([holder]);
  expect(await find('a', '1')).toEqual([]);
});
