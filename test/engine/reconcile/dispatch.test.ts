/** A start is answered once it is recorded, whatever the cluster does, and its Job is made soon after. */
import { describe, expect, test } from 'vitest';
import { Target } from '../../../src/core/kinds/target.ts';
import {
  DISPATCH_GATHER_MS,
  DISPATCH_WAIT_MS,
  DISPATCH_YIELD_MS,
  DISPATCH_YIELD_STEP_MS,
  DISPATCHES_AT_ONCE,
} from '../../../src/core/limits.ts';
import type { Dispatch, Message } from '../../../src/core/runs/message.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance, request, stalling } from '../../support/world.ts';

const domain = 'default';
const DEAD = { target: 'dead' };

/** A world whose target `dead` leads to a cluster that takes calls and answers none; `calls` counts them. */
async function twoTargets() {
  const parts = memoryWorld();
  const calls: string[] = [];
  const dead = new Proxy(parts.cluster, {
    get: (_target, name) => () => {
      calls.push(String(name));
      return new Promise(() => undefined);
    },
  });
  const world: World = {
    ...parts.world,
    clusters: { has: () => true, connect: ({ name }) => (name === 'dead' ? dead : parts.cluster) },
  };
  await targets.create(world, domain, Target.parse({ name: 'dead' }));
  /** Lets what is under way come to where it waits for the clock or the cluster. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) await new Promise((go) => setImmediate(go));
  };
  /** The dispatches that wait, once all have been sent; the queue is empty then. */
  const takeDispatches = async (): Promise<Dispatch[]> => {
    await settle();
    await parts.clock.advance(DISPATCH_GATHER_MS);
    await settle();
    const all = parts.queue.messages.map(({ message }) => message as Message);
    parts.queue.clear();
    return all.filter((message) => message.kind === 'dispatch');
  };
  const jobs = async (): Promise<Set<string | null>> =>
    new Set((await parts.cluster.list()).jobs.map((job) => job.run_id));
  return { ...parts, world, calls, settle, takeDispatches, jobs };
}

const start = async (world: World, change: Record<string, unknown> = {}) =>
  (await submitRun(world, { domain, request: request(change) })).run;
const startMany = (world: World, count: number, change: { target?: string; lane?: string } = {}) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      start(world, { lane: `${change.target ?? 'lane'}-${index}`, ...change }),
    ),
  );
/** The runs that messages ask for. */
const named = (messages: readonly Dispatch[]): ReadonlySet<string> =>
  new Set(messages.flatMap(({ run_ids }) => run_ids));
const ids = (runs: readonly { readonly run_id: string }[]): Set<string | null> =>
  new Set(runs.map(({ run_id }) => run_id));

test('a single start has its Job when it is answered', async () => {
  const { world, jobs } = await twoTargets();
  const run = await start(world);
  expect(run.state).toBe('starting');
  expect(await jobs()).toEqual(ids([run]));
});

describe('many starts at once are answered without the cluster', () => {
  test('their messages make the Jobs', async () => {
    const { world, takeDispatches, jobs } = await twoTargets();
    const runs = await startMany(world, 16);
    const waiting = runs.filter(({ state }) => state === 'queued');
    expect(waiting.length).toBeGreaterThanOrEqual(10);
    for (const { reason } of waiting) expect(reason?.code).toBe('job_pending');
    const messages = await takeDispatches();
    expect(named(messages)).toEqual(ids(waiting));
    // Those that came while one was sent went together.
    expect(messages.length).toBeLessThan(waiting.length / 2);
    await Promise.all(messages.map((message) => handleMessage(world, message)));
    expect(await jobs()).toEqual(ids(runs));
    for (const { run_id } of runs)
      expect((await getRun(world, domain, run_id)).state).not.toBe('queued');
  });

  test.each(['are lost', 'are switched off'])(
    'the timer makes the Jobs where messages %s',
    async (fate) => {
      const { world, clock, queue, jobs } = await twoTargets();
      const off = { ...queue, off: true };
      const here = fate === 'are lost' ? world : { ...world, queue: off, dispatchQueue: off };
      const runs = await startMany(here, 16);
      if (fate === 'are switched off')
        expect(queue.messages.filter(({ message }) => isDispatch(message))).toEqual([]);
      queue.clear();
      await clock.advance(60_000);
      await tick(here);
      expect(await jobs()).toEqual(ids(runs));
    },
  );

  test('so are those that a raised capacity lets in', async () => {
    const { world, takeDispatches, jobs } = await twoTargets();
    await putLane(world, domain, 'wide', { capacity: 40, paused: true });
    const runs = await startMany(world, 40, { lane: 'wide' });
    await putLane(world, domain, 'wide', { paused: false });
    const messages = await takeDispatches();
    expect((await jobs()).size + named(messages).size).toBe(40);
    for (const message of messages) await handleMessage(world, message);
    expect(await jobs()).toEqual(ids(runs));
  });
});

const isDispatch = (message: unknown): boolean => (message as Message).kind === 'dispatch';

describe('a cluster that does not answer', () => {
  test('holds up an answer for no longer than 150 ms', async () => {
    const { world, clock, settle } = await twoTargets();
    let answered = false;
    const answer = start(world, DEAD).finally(() => {
      answered = true;
    });
    await settle();
    await clock.advance(DISPATCH_WAIT_MS - 1);
    expect(answered).toBe(false);
    await clock.advance(1);
    const run = await answer;
    expect(run.state).toBe('starting');
    const cancelled = cancelRun(world, { domain, runId: run.run_id });
    await settle();
    await clock.advance(DISPATCH_WAIT_MS);
    expect((await cancelled).outcome).toBe('accepted');
  });

  test('takes neither turns of other targets nor places of the queue', async () => {
    const { world, clock, calls, settle, takeDispatches, jobs } = await twoTargets();
    const answers = startMany(world, 16, DEAD);
    await settle();
    await clock.advance(DISPATCH_WAIT_MS);
    await answers;
    const messages = await takeDispatches();
    let done = 0;
    const receive = async (message: Message): Promise<void> => {
      await handleMessage(world, message);
      done += 1;
    };
    for (const message of messages) void receive(message);
    await settle();
    // All but those that work wait outside of the queue's function.
    expect(done).toBeGreaterThanOrEqual(messages.length - DISPATCHES_AT_ONCE);
    expect(calls.length).toBeLessThanOrEqual(2 * DISPATCHES_AT_ONCE);
    // One to the same target does not wait for it any more; others are not affected.
    expect((await start(world, { ...DEAD, lane: 'late' })).state).toBe('queued');
    const run = await start(world, { lane: 'fine' });
    expect(await jobs()).toEqual(ids([run]));
    const others = await startMany(world, 16);
    const theirs = (await takeDispatches()).filter(({ target }) => target !== 'dead');
    await Promise.all(theirs.map((message) => handleMessage(world, message)));
    expect(await jobs()).toEqual(ids([run, ...others]));
  });
});

test('what an instance that ends has not come to goes to others', async () => {
  const { world, takeDispatches, jobs } = await twoTargets();
  const runs = await startMany(world, 16);
  const [before, messages] = [await jobs(), await takeDispatches()];
  const ended = messages.map((message) => handleMessage(world, message, AbortSignal.abort()));
  const again = await takeDispatches();
  await Promise.all(ended);
  expect(await jobs()).toEqual(before);
  expect(named(again)).toEqual(named(messages));
  await Promise.all(again.map((message) => handleMessage(otherInstance(world), message)));
  expect(await jobs()).toEqual(ids(runs));
});

describe('while many starts wait for their answers on an instance', () => {
  const stored = async () => {
    const parts = await twoTargets();
    const [run] = await startMany(parts.world, 16).then((runs) =>
      runs.filter(({ state }) => state === 'queued'),
    );
    await parts.takeDispatches();
    const message = { kind: 'dispatch', run_ids: [run?.run_id], domain, target: 'default' };
    const before = (await parts.jobs()).size;
    const stop = stalling(parts.world, 'lanes');
    const answers = Promise.all(
      // The same instance: its answers hang in storage.
      Array.from({ length: 6 }, (_, index) =>
        start({ ...parts.world, store: stop.slow.store }, { lane: `held-${index}` }),
      ),
    );
    await parts.settle();
    const dispatched = handleMessage(parts.world, message);
    await parts.settle();
    return { ...parts, before, stop, answers, dispatched };
  };

  test('a dispatch by message leaves them its turn', async () => {
    const { clock, jobs, before, stop, answers, dispatched } = await stored();
    await clock.advance(DISPATCH_YIELD_MS - DISPATCH_YIELD_STEP_MS);
    expect((await jobs()).size).toBe(before);
    stop.resume();
    await answers;
    await clock.advance(DISPATCH_YIELD_STEP_MS);
    await dispatched;
    expect((await jobs()).size).toBeGreaterThan(before);
  });

  test('for two seconds at most', async () => {
    const { clock, jobs, before, stop, answers, dispatched } = await stored();
    for (let ms = 0; ms < DISPATCH_YIELD_MS; ms += DISPATCH_YIELD_STEP_MS)
      await clock.advance(DISPATCH_YIELD_STEP_MS);
    await dispatched;
    expect((await jobs()).size).toBe(before + 1);
    stop.resume();
    await answers;
  });
});
