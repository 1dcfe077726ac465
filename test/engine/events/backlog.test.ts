/** What a slow or dead Web PubSub holds back in memory: 8 MiB an instance, however many runs print. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { PushMessage, RunEvent } from '../../../src/core/events/event.ts';
import { type EventDraft, toEvent } from '../../../src/core/events/event-row.ts';
import { jsonBytes } from '../../../src/core/json/write.ts';
import { BACKLOG_BYTES, MIB } from '../../../src/core/limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { Publisher } from '../../../src/engine/follow/publisher.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { changeRun, readRun, type VersionedRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { publishedSeq } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const RUNS = 12;

/** A Web PubSub that takes nothing until it is opened; and how many bytes of rows were read meanwhile. */
function slowly(parts: ReturnType<typeof memoryWorld>) {
  const seen = { listed: 0, sent: [] as RunEvent[] };
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const world: World = {
    ...parts.world,
    push: {
      ...parts.push,
      async send(group, message) {
        await opened;
        const told = message as PushMessage;
        if (group.includes('.run.') && 'events' in told) seen.sent.push(...told.events);
      },
    },
    store: {
      ...parts.store,
      async list(...query) {
        const rows = await parts.store.list(...query);
        for (const { values } of rows) seen.listed += jsonBytes(values['data'] ?? '');
        return rows;
      },
    },
  };
  return { world, seen, open };
}

/** Runs that have printed, each an event of 100 KiB sixteen times a commit. */
async function printed(
  world: World,
  commits: number,
): Promise<{ stored: VersionedRun; events: RunEvent[] }[]> {
  const all = [];
  for (let n = 0; n < RUNS; n += 1) {
    const { run } = await submitRun(world, {
      domain: 'default',
      request: request({ lane: `l${n}` }),
    });
    let stored = await readRun(world, run.run_id);
    const events: RunEvent[] = [];
    for (let commit = 0; commit < commits && stored; commit += 1) {
      const drafts = Array.from({ length: 16 }, (_, index): EventDraft => {
        const message = `${n} ${commit} ${index}`.padEnd(100_000, 'x');
        return { type: 'error', data: { message } };
      });
      const changed = await changeRun(world, stored, {}, drafts);
      events.push(...changed.events.map((each) => toEvent(run.run_id, each)));
      stored = { run: changed.run, etag: changed.etag };
    }
    if (stored) all.push({ stored, events });
  }
  return all;
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function pass({ clock }: ReturnType<typeof memoryWorld>, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await turns();
    await clock.advance(1_000);
  }
  await turns();
}

test('of what followers commit 8 MiB are kept for it, and all of it goes out in the end', async () => {
  const parts = memoryWorld();
  const { world, seen, open } = slowly(parts);
  const alive: { readonly bytes: number; readonly event: WeakRef<RunEvent> }[] = [];
  const publishers: { publisher: Publisher; stored: VersionedRun }[] = [];
  for (const { stored, events } of await printed(parts.world, 1)) {
    const delivered = { publish: stored.run.last_seq - events.length };
    const publisher = new Publisher(world, { ...stored.run, delivered });
    publisher.offer(stored.run, events);
    publishers.push({ publisher, stored });
    for (const event of events) alive.push({ bytes: jsonBytes(event), event: new WeakRef(event) });
    events.length = 0;
  }
  await turns();
  collectGarbage();
  const kept = alive.filter(({ event }) => event.deref() !== undefined);
  const bytes = kept.reduce((sum, each) => sum + each.bytes, 0);
  expect(bytes).toBeGreaterThan(BACKLOG_BYTES / 2);
  // Of a test that has just held them itself some may be left on the stack.
  expect(bytes).toBeLessThan(BACKLOG_BYTES + 2 * MIB);
  open();
  await pass(parts, 20);
  expect(seen.sent).toHaveLength(RUNS * 16);
  for (const { publisher, stored } of publishers)
    expect(publisher.delivered(stored.run)['publish']).toBe(stored.run.last_seq);
});

test('so are the pages that are read back, by followers and by the timer', async () => {
  const parts = memoryWorld();
  const { world, seen, open } = slowly(parts);
  const runs = await printed(parts.world, 2);
  parts.queue.clear();
  seen.listed = 0;
  // Half of the runs have a follower that was not there when they printed; the timer has all of them.
  for (const { stored } of runs.slice(0, RUNS / 2))
    new Publisher(world, stored.run).offer(stored.run, []);
  await turns();
  expect(seen.listed).toBeGreaterThan(BACKLOG_BYTES / 2);
  expect(seen.listed).toBeLessThanOrEqual(BACKLOG_BYTES);
  let over = false;
  void tick(world).then(() => (over = true));
  await pass(parts, 5);
  expect(seen.listed).toBeLessThanOrEqual(BACKLOG_BYTES);
  // Who waits for room in vain ends in time all the same.
  await pass(parts, 60);
  expect(over).toBe(true);
  open();
  await pass(parts, 60);
  for (const { stored } of runs.slice(0, RUNS / 2)) {
    const seqs = seen.sent
      .filter(({ run_id }) => run_id === stored.run.run_id)
      .map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(stored.run.last_seq - publishedSeq(stored.run));
  }
});
