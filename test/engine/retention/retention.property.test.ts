/** Sweeps, deletions, holds, starts and reads of several instances, in any order and with faults. A failure names its seed. */
import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { isTerminal } from '../../../src/core/events/state.ts';
import { anyVersion } from '../../../src/core/precondition.ts';
import { DAY_MS } from '../../../src/core/retention-limits.ts';
import type { Run } from '../../../src/core/runs/run.ts';
import { deleteRun, holdRun } from '../../../src/engine/commands/delete-run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { getRun, listRuns } from '../../../src/engine/queries/runs.ts';
import { sweepSlice } from '../../../src/engine/reconcile/retention/sweep.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { World } from '../../../src/ports/world.ts';
import { type Chaos, chaos, pick } from '../../support/chaos.ts';
import { cleanUp, request } from '../../support/world.ts';
import { DOMAIN, days, keeping, remainsOf } from './support.ts';

/** A seed of this costs more than one of the other promises. */
const SEEDS = Math.ceil(Number(process.env['SEEDS'] ?? 150) / 3);
const only = process.env['SEED'];
const KEPT = 30;
/** Clocks of instances differ by five seconds at most. */
const SKEW_MS = 10_000;
const KEYS = ['a', 'b', 'c'];

type Row = ReturnType<Chaos['store']['dump']>[number];
type Seen = {
  /** Runs as they were at the step before. */
  runs: ReadonlyMap<string, Run>;
  /** Runs that someone has asked to delete. */
  readonly asked: Set<string>;
  readonly known: Set<string>;
};

const body = (key: string | undefined) => request({ lane: key ?? 'l', on_busy: 'queue' });

const submit = (world: World, key: string | undefined) =>
  submitRun(world, {
    domain: DOMAIN,
    request: body(key),
    ...(key === undefined ? {} : { idempotency: { key, body: body(key) } }),
  });

const runRow = (row: Row): boolean => row.key === 'run' && row.values['body'] !== undefined;

/** Old runs and young ones, some with keys; the last ones have not begun. */
async function prepare(c: Chaos): Promise<void> {
  for (let left = 6; left > 0; left -= 1) {
    await submit(c.world, pick(c.random, [undefined, undefined, ...KEYS]));
    if (c.random() < 0.5) continue;
    await cleanUp(c);
    await c.clock.advance(days(pick(c.random, [1, 10, 20])));
  }
  await cleanUp(c);
  for (let more = 0; more < 2; more += 1) await submit(c.world, undefined);
}

/** A run that is there is whole; one that is gone was allowed to go. */
function check(c: Chaos, seen: Seen): void {
  const rows = c.store.dump('runs');
  const runs = new Map(
    rows
      .filter(runRow)
      .map((row) => [row.partition, JSON.parse(String(row.values['body'])) as Run]),
  );
  const blobs = new Set(c.blobs.list().map(({ name }) => name));
  const keys = new Map(c.store.dump('idempotency').map((row) => [row.key, row.values['run_id']]));
  const indexed = c.store.dump('index').map(({ values }) => String(values['body']));
  for (const [id, run] of runs) {
    seen.known.add(id);
    if (!isTerminal(run.state)) continue;
    const own = rows.filter(({ partition }) => partition === id);
    expect(
      own.some(({ key }) => key === 'launch'),
      `${id} has no launch`,
    ).toBe(true);
    for (const { key, values } of own.filter((row) => row.key.startsWith('a.')))
      expect(
        [...blobs].some((name) => name.includes(id) && name.endsWith(`${key.slice(2)}.jsonl`)),
        `${id} lacks the blob ${String(values['first'])}`,
      ).toBe(true);
    if (run.key !== null) expect(keys.get(run.key), `${id} has lost its key`).toBe(id);
    if (run.archived_seq === run.last_seq)
      expect(
        indexed.some((text) => text.includes(id)),
        `${id} is in no list`,
      ).toBe(true);
  }
  for (const [id, run] of seen.runs) {
    if (runs.has(id)) continue;
    // A start that was turned away is withdrawn before it ends.
    const what = `${id}, ${run.state}, ended ${run.finished_at}`;
    expect(isTerminal(run.state) && run.released, `a live run is gone: ${what}`).toBe(true);
    expect(run.hold ?? null, `a held run is gone: ${what}`).toBeNull();
    const age = c.clock.now() - Date.parse(run.finished_at ?? '');
    if (!seen.asked.has(id))
      expect(age + SKEW_MS, `a young run is gone: ${what}`).toBeGreaterThan(KEPT * DAY_MS);
  }
  seen.runs = runs;
}

/** All of it or 410, never a part. */
async function read(c: Chaos, world: World, id: string): Promise<void> {
  const after = Math.floor(c.random() * 3);
  const page = await readEvents(world, DOMAIN, id, { after, limit: 1_000 });
  expect(
    page.events.map(({ seq }) => seq),
    'events with a hole',
  ).toEqual(page.events.map((_, index) => after + 1 + index));
  if (page.complete)
    expect(page.events.at(-1)?.seq ?? page.last_seq, 'an end that is missing').toBe(page.last_seq);
}

const ordered = (runId: string) => ({ domain: DOMAIN, runId, precondition: anyVersion });
type Instance = ReturnType<Chaos['instance']>;
type Act = (c: Chaos, world: World, id: string, seen: Seen) => Promise<unknown>;

/** How often in a hundred steps. */
const ACTIONS: readonly (readonly [number, Act])[] = [
  [25, (c, world) => sweepSlice(world, { budgetMs: pick(c.random, [1, 200, 5_000]) })],
  [
    6,
    (_, world, id, seen) => {
      seen.asked.add(id);
      return deleteRun(world, ordered(id));
    },
  ],
  [
    8,
    (c, world, id) =>
      holdRun(world, { ...ordered(id), hold: c.random() < 0.5, by: 'ada', reason: undefined }),
  ],
  [10, read],
  [4, (_, world, id) => getRun(world, DOMAIN, id)],
  [4, (_, world) => listRuns(world, DOMAIN, { limit: 10 })],
  [4, (c, world) => submit(world, pick(c.random, KEYS))],
  [6, (_, world) => tick(world)],
  [
    6,
    async (c, world) => {
      const next = c.queue.take();
      if (next) await handleMessage(world, next.message);
    },
  ],
  // So that no call is under way for a day.
  [10, (c) => c.clock.advance(pick(c.random, [1_000, 600_000, 3_600_000]))],
];

/** Faults of ours, and refusals; anything else is a bug. */
const isExpected = (error: unknown): boolean =>
  error instanceof AppError ||
  (error instanceof Error && ['InjectedFault', 'Conflict', 'Unsettled'].includes(error.name));

async function trouble(c: Chaos, seen: Seen): Promise<void> {
  const make = (): Instance & { readonly keeps: World } => {
    const instance = c.instance();
    return Object.assign(instance, { keeps: keeping(instance.world, KEPT) });
  };
  const instances = [make(), make()];
  const failed: unknown[] = [];
  for (let step = 0; step < 250; step += 1) {
    for (const [share, act] of ACTIONS) {
      if (c.random() * 100 >= share) continue;
      const instance = pick(c.random, instances);
      const id = pick(c.random, [...seen.known]);
      act(c, instance.keeps, id, seen).catch((error: unknown) => {
        if (!isExpected(error)) failed.push(error);
      });
      if (c.random() >= 0.02) continue;
      instance.dead = true;
      instances[instances.indexOf(instance)] = make();
    }
    for (let calls = Math.floor(c.random() * 12); calls >= 0; calls -= 1) {
      c.step();
      await c.quiet();
      check(c, seen);
    }
    expect(failed).toEqual([]);
  }
  for (const instance of instances) instance.dead = true;
}

/** After the faults all that is over age goes, and what is kept stays whole. */
async function settle(c: Chaos, seen: Seen): Promise<void> {
  c.calm();
  const world = keeping(c.instance().world, KEPT);
  await c.drive(cleanUp({ ...c, world }));
  for (let hour = 0; hour < 60; hour += 1) {
    await c.clock.advance(3_600_000);
    await c.drive(sweepSlice(world, { budgetMs: 60_000 }));
    check(c, seen);
  }
  const cutoff = c.clock.now() - KEPT * DAY_MS;
  for (const run of seen.runs.values())
    expect(
      run.hold || Date.parse(run.finished_at ?? '') + days(1) > cutoff,
      `${run.run_id} is old, and there`,
    ).toBeTruthy();
  for (const id of seen.known)
    if (!seen.runs.has(id)) expect(remainsOf(c, id), `of ${id}`).toEqual([]);
  const rest = c.store.dump('meta').filter(({ partition }) => partition === 'deletions');
  expect(rest, 'deletions without an end').toEqual([]);
}

const seeds =
  only === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(only)];

test('whatever fails, no live, held or young run loses anything, and all that is old goes', {
  timeout: Math.max(120_000, SEEDS * 2_000),
}, async () => {
  for (const seed of seeds) {
    const c = chaos(seed, {
      before: 0.04,
      after: 0.04,
      emptyList: 0,
      stall: 0.04,
      late: 0,
      linger: 0,
    });
    const seen: Seen = { runs: new Map(), asked: new Set(), known: new Set() };
    try {
      await prepare(c);
      check(c, seen);
      await trouble(c, seen);
      await settle(c, seen);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
});
