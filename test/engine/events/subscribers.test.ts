/** Whoever hears of runs' events has an own place in each run: a third one takes a line in the registry, and stands for those to come. */
import { afterEach, expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import type { RunEvent } from '../../../src/core/events/event.ts';
import type { EventDraft } from '../../../src/core/events/event-row.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import type { Subscriber } from '../../../src/engine/events/subscriber.ts';
import { SUBSCRIBERS } from '../../../src/engine/events/subscribers.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import { passTime, publishedSeq } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const DAY_MS = 86_400_000;
const TALK: Script = {
  lines: Array.from({ length: 100 }, (_, index) => ({ at: index * 100, text: String(index) })),
  endsAt: 12_000,
  exitCode: 0,
};

const builtIn = [...SUBSCRIBERS];
const register = (subscriber: Subscriber) => (SUBSCRIBERS as Subscriber[]).push(subscriber);
afterEach(() => (SUBSCRIBERS as Subscriber[]).splice(0, Infinity, ...builtIn));

type Answer = (attempt: number) => Promise<void>;

/** Keeps what it has accepted; `answer` to each delivery decides whether it does. */
function third(answer: Answer, more: Partial<Subscriber> = {}) {
  const got: RunEvent[] = [];
  let attempts = 0;
  register({
    name: 'third',
    hears: () => true,
    wants: () => true,
    async deliver(_world, _run, events) {
      attempts += 1;
      await answer(attempts);
      got.push(...events);
    },
    givesUp: { attempts: Infinity, ageMs: DAY_MS },
    ...more,
  });
  return { got, attempts: () => attempts };
}

const accepts: Answer = async () => undefined;
const fails: Answer = async () => {
  throw new Error('not now');
};
const hangs: Answer = () => new Promise(() => undefined);
/** Two of three times. */
const failsOften: Answer = (attempt) => (attempt % 3 === 0 ? accepts(attempt) : fails(attempt));

async function started(slots: number) {
  const parts = memoryWorld({ script: () => TALK });
  const published: RunEvent[] = [];
  const submitted = submitRun(parts.world, { domain, request: request() });
  // Past the moment for which a start waits for what is done behind its answer.
  await passTime(parts, 1_000, 0);
  const { run } = await submitted;
  parts.push.join(`default.run.${run.run_id}`, (message) =>
    published.push(...((message as { events?: RunEvent[] }).events ?? [])),
  );
  const work = () =>
    parts.store.dump('work').find(({ key }) => key === run.run_id)?.values['compacting_until'];
  return {
    parts,
    published,
    run: async () => (await readRun(parts.world, run.run_id))?.run,
    isForgotten: () => work() !== 0,
    async minutes(count: number) {
      for (let minute = 0; minute < count; minute += 1) {
        await passTime(parts, 30_000, slots);
        let over = false;
        void tick(parts.world).then(() => (over = true));
        await passTime(parts, 30_000, slots);
        expect(over).toBe(true);
      }
    },
  };
}

const seqs = (events: readonly RunEvent[]) => events.map(({ seq }) => seq);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test.each([
  ['a follower', 16],
  ['the timer', 0],
])('a subscriber that fails most times gets everything by %s, in order', async (_who, slots) => {
  const { got } = third(failsOften);
  const { published, minutes, run, isForgotten } = await started(slots);
  await minutes(12);
  const { last_seq = 0, delivered } = (await run()) ?? {};
  expect(last_seq).toBeGreaterThan(4);
  expect(seqs(got)).toEqual(upTo(last_seq));
  expect(seqs(published).at(-1)).toBe(last_seq);
  expect(delivered).toEqual({ publish: last_seq, legacy: last_seq, third: last_seq });
  expect(isForgotten()).toBe(true);
});

test.each([
  ['fails', fails, 16],
  ['fails', fails, 0],
  ['hangs', hangs, 16],
  ['hangs', hangs, 0],
] as const)(
  'one that %s keeps the others from nothing (%#), and the run',
  async (_how, answer, slots) => {
    const alone = await started(slots);
    await alone.minutes(5);
    const { attempts } = third(answer);
    const { published, minutes, run, isForgotten } = await started(slots);
    await minutes(5);
    const last = (await run())?.last_seq ?? 0;
    expect(attempts()).toBeGreaterThan(0);
    expect(published).toHaveLength(alone.published.length);
    expect(publishedSeq(await run())).toBe(last);
    expect((await run())?.delivered['third'] ?? 0).toBe(0);
    // Only what it lacks keeps the run from being forgotten.
    expect(alone.isForgotten()).toBe(true);
    expect(isForgotten()).toBe(false);
  },
);

test('one that fails leaves the pass to the others', async () => {
  const { parts, run, minutes } = await started(0);
  // More than one page.
  for (let commit = 0; commit < 20; commit += 1) {
    const stored = await readRun(parts.world, (await run())?.run_id ?? '');
    if (!stored) throw new Error('the run is gone');
    const note: EventDraft = { type: 'error', data: { message: 'trouble' } };
    await changeRun(
      parts.world,
      stored,
      {},
      Array.from({ length: 16 }, () => note),
    );
  }
  third(fails);
  await minutes(1);
  const after = await run();
  expect(after?.last_seq).toBeGreaterThan(300);
  expect(publishedSeq(after)).toBe(after?.last_seq);
});

test('one that never takes anything is given up after its attempts', async () => {
  const attempts = 5;
  third(fails, { givesUp: { attempts, ageMs: DAY_MS } });
  const { minutes, isForgotten } = await started(16);
  await minutes(4);
  expect(isForgotten()).toBe(false);
  await minutes(6);
  expect(isForgotten()).toBe(true);
});

test('one that never gives up keeps the run until it has everything, however long that takes', async () => {
  let may = false;
  const { got } = third((attempt) => (may ? accepts(attempt) : fails(attempt)), { givesUp: null });
  const { minutes, run, isForgotten } = await started(16);
  await minutes(20);
  expect(isForgotten()).toBe(false);
  may = true;
  await minutes(10);
  expect(seqs(got)).toEqual(upTo((await run())?.last_seq ?? 0));
  expect(isForgotten()).toBe(true);
});

test('events that one does not want are passed over, and a run that it does not hear of is no matter of it', async () => {
  const { got } = third(accepts, { wants: ({ type }) => type === 'complete' });
  const { minutes, run } = await started(16);
  await minutes(2);
  expect(got.map(({ type }) => type)).toEqual(['complete']);
  expect((await run())?.delivered['third']).toBe(got[0]?.seq);
  (SUBSCRIBERS as Subscriber[]).splice(0, Infinity, ...builtIn);
  const deaf = third(fails, { hears: () => false });
  const other = await started(16);
  await other.minutes(4);
  expect(deaf.attempts()).toBe(0);
  expect(other.isForgotten()).toBe(true);
});

test('it costs no write more', async () => {
  const writes = async (slots: number) => {
    const { parts, minutes } = await started(slots);
    let count = 0;
    const { commit } = parts.store;
    parts.store.commit = async (...args) => {
      count += 1;
      return commit.apply(parts.store, args);
    };
    await minutes(5);
    return count;
  };
  const before = [await writes(16), await writes(0)];
  third(accepts);
  expect([await writes(16), await writes(0)]).toEqual(before);
});
