/** How a followed run's events reach viewers: not too often, not too much, and never silently behind. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import type { PushMessage } from '../../../src/core/events/event.ts';
import type { EventDraft } from '../../../src/core/events/event-row.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime, publishedSeq } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
/** A line of `bytes` every 100 ms for 20 s, then quiet for as long again. */
const talk = (bytes: number): Script => ({
  lines: Array.from({ length: 200 }, (_, index) => ({
    at: index * 100,
    text: `${index} `.padEnd(bytes, 'x'),
  })),
  endsAt: 40_000,
  exitCode: 0,
});

/** Follows one run of so many viewers to its end; what its group was sent, and when. */
async function watched(viewers: number, script: Script) {
  const parts = memoryWorld({ script: () => script });
  const { world, push, clock } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  const group = `default.run.${run.run_id}`;
  const got: { readonly at: number; readonly message: PushMessage }[] = [];
  push.join(group, (message) => got.push({ at: clock.now(), message: message as PushMessage }));
  for (let other = 1; other < viewers; other++) push.join(group, () => undefined);
  await passTime(parts, 45_000);
  const ended = await getRun(world, domain, run.run_id);
  expect(ended.state).toBe('succeeded');
  return { got, ended, sent: push.sent };
}

const batches = (got: readonly { at: number; message: PushMessage }[]) =>
  got.flatMap(({ at, message }) => ('events' in message ? [{ at, events: message.events }] : []));
const heads = (got: readonly { at: number; message: PushMessage }[]) =>
  got.flatMap(({ at, message }) => ('head' in message ? [{ at, ...message.head }] : []));

test('messages about one run keep 200 ms apart, and further with more viewers', async () => {
  const few = batches((await watched(2, talk(20))).got);
  const many = batches((await watched(2_000, talk(20))).got);
  const gaps = (sent: typeof few) =>
    sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
  // The last batch does not wait: the slice has ended.
  expect(Math.min(...gaps(few).slice(0, -1))).toBeGreaterThanOrEqual(200);
  expect(few.length).toBeGreaterThan(60);
  // Viewers are counted at the first message, so its distance to the next may still be the short one.
  expect(Math.min(...gaps(many).slice(1, -1))).toBeGreaterThanOrEqual(800);
  expect(many.length).toBeLessThan(30);
  for (const sent of [few, many]) {
    const seqs = sent.flatMap(({ events }) => events.map(({ seq }) => seq));
    expect(seqs).toEqual(seqs.map((_, index) => index + (seqs[0] ?? 0)));
  }
});

test('what is too much for all viewers is told only by notices; changes of state still go to the domain', async () => {
  const { got, ended, sent } = await watched(1_000, talk(2_000));
  const lines = batches(got).flatMap(({ events }) => events.filter(({ type }) => type === 'log'));
  expect(lines.length).toBeLessThan(5);
  const notices = heads(got);
  expect(notices.length).toBeGreaterThan(10);
  const last = batches(got).at(-1)?.events.at(-1);
  expect(last).toMatchObject({ seq: ended.last_seq, type: 'complete' });
  const states = sent
    .filter(({ group }) => group === 'default')
    .flatMap(({ message }) => ('events' in (message as PushMessage) ? [message] : []));
  expect(JSON.stringify(states)).toContain('"type":"complete"');
});

test('while nothing is printed a notice every ten seconds says how far the log goes', async () => {
  const { got } = await watched(1, talk(20));
  const quiet = heads(got).filter(({ complete }) => !complete);
  expect(quiet.length).toBeGreaterThanOrEqual(2);
  const gaps = quiet.slice(1).map(({ at }, index) => at - (quiet[index]?.at ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(10_000);
  for (const gap of gaps) expect(gap).toBeLessThanOrEqual(15_000);
});

test('a tick with much left to publish to a slow Web PubSub ends in its time, and the next ones continue', async () => {
  const parts = memoryWorld({ script: () => talk(20) });
  const { run } = await submitRun(parts.world, { domain, request: request({ lane: 'other' }) });
  const note: EventDraft = { type: 'error', data: { message: 'trouble' } };
  for (let commit = 0; commit < 200; commit++) {
    const stored = await readRun(parts.world, run.run_id);
    if (stored)
      await changeRun(
        parts.world,
        stored,
        {},
        Array.from({ length: 16 }, () => note),
      );
  }
  const send: World['push']['send'] = (...message) =>
    parts.world.clock.sleep(4_000).then(() => parts.push.send(...message));
  const world = { ...parts.world, push: { ...parts.push, send } };
  const published = async () => publishedSeq((await readRun(world, run.run_id))?.run);
  for (let ticks = 1; ticks <= 2; ticks++) {
    const before = await published();
    let over = false;
    void tick(world).then(() => (over = true));
    await passTime({ ...parts, world }, 60_000, 0);
    expect(over).toBe(true);
    expect(await published()).toBeGreaterThan(before + 500);
  }
});
