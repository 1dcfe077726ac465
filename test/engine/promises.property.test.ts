/** The promises of a run, under faults and in every order. A failure names its seed: `SEED=n vitest run …`. */
import { expect, test } from 'vitest';
import { isTerminal } from '../../src/core/events/state.ts';
import { Target } from '../../src/core/kinds/target.ts';
import type { Lane } from '../../src/core/lanes/lane.ts';
import { anyVersion } from '../../src/core/precondition.ts';
import { targets } from '../../src/engine/catalogue/catalogue.ts';
import { cancelRun } from '../../src/engine/commands/cancel.ts';
import { deleteLane, putLane } from '../../src/engine/commands/lanes.ts';
import { patchRun } from '../../src/engine/commands/runs/patch-run.ts';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { readEvents } from '../../src/engine/events/events.ts';
import { handleMessage } from '../../src/engine/follow/messages.ts';
import { tick } from '../../src/engine/reconcile/tick.ts';
import { type Chaos, chaos, pick } from '../support/chaos.ts';
import { readSome } from '../support/readers.ts';
import { nextflowRequest, request } from '../support/world.ts';
import { checkSessions, resume } from './promises-sessions.ts';
import {
  checkTickets,
  domain,
  type Instance,
  LANES,
  type Record_,
  runsIn,
  TROUBLE,
  watchPush,
} from './promises-support.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 150);
const only = process.env['SEED'];
/** Ticks after which what stopped half-way is mended: younger submits are left alone for 15 s. */
const MENDED_ROUNDS = 30;
const CAPACITY: Readonly<Record<string, number>> = { one: 1, two: 2 };

/** Holds at every step. */
function check(c: Chaos): void {
  const runs = new Map(runsIn(c).map((run) => [run.run_id, run]));
  const alive = c.cluster.alive();
  expect(new Set(alive).size, 'two drivers alive for one run').toBe(alive.length);
  for (const lane of LANES) {
    const inLane = alive.filter((id) => runs.get(id)?.lane === lane);
    expect(inLane.length, `drivers alive in lane ${lane}: ${inLane.join(' ')}`).toBeLessThanOrEqual(
      CAPACITY[lane] ?? 1,
    );
  }
  const names = c.store.dump('catalogue').find((row) => row.key === 'names')?.values['body'];
  for (const row of c.store.dump('lanes').filter(({ key }) => key === 'lane')) {
    const { listed } = JSON.parse(String(row.values['body'])) as Lane;
    const name = row.partition.slice(domain.length + 1);
    if (listed) expect(JSON.parse(String(names)), 'a lane that is not on the list').toContain(name);
  }
  checkSessions(c, runs);
  for (const run of runs.values()) {
    if (run.state !== 'cancelled') continue;
    expect(alive, 'a cancelled run has a driver').not.toContain(run.run_id);
    expect(c.cluster.tasks(), 'a cancelled run has tasks').not.toContain(run.run_id);
  }
  for (const { run_id, last_seq, state } of runs.values()) {
    const rows = c.store
      .dump('runs')
      .filter((row) => row.partition === run_id && row.key.startsWith('e.'));
    if (rows.length === 0 && isTerminal(state)) continue; // compacted
    const statuses = rows.filter((row) => row.values['type'] === 'status');
    if (rows[0]?.key === 'e.000000000001')
      expect(
        JSON.parse(String(statuses.at(-1)?.values['data'])).status,
        'a state without its event',
      ).toBe(state);
    expect(
      rows.length === 0 ? last_seq : Number(rows.at(-1)?.key.slice(2)),
      'events and their count differ',
    ).toBe(last_seq);
  }
}

async function submit(c: Chaos, instance: Instance, record: Record_): Promise<void> {
  const lane = pick(c.random, LANES);
  const modes = ['attach', 'queue', 'reject', 'queue'] as const;
  const chosen = Math.floor(c.random() * modes.length);
  const on_busy = modes[chosen];
  // One key always comes with the same body.
  const key = c.random() < 0.3 ? `key-${chosen}` : undefined;
  // One kind for each way of asking, so that a key keeps its body.
  const body = (on_busy === 'attach' ? request : nextflowRequest)({
    lane: key ? 'one' : lane,
    on_busy,
    priority: key ? 0 : pick(c.random, [0, 0, 5]),
  });
  const result = await submitRun(instance.world, {
    domain,
    request: body,
    ...(key ? { idempotency: { key, body } } : {}),
  });
  record.accepted.set(result.run.run_id, result);
  if (key) record.keys.set(key, (record.keys.get(key) ?? new Set()).add(result.run.run_id));
}

/** What happens beside the calls that are under way, and how often in a hundred steps. */
const ACTIONS: readonly (readonly [
  number,
  (c: Chaos, instance: Instance, record: Record_) => Promise<unknown> | undefined,
])[] = [
  [4, submit],
  [10, resume],
  [1.5, cancel],
  [2, patch],
  [6, tickFrom],
  [8, followNext],
  [3, (c, { world }) => readSome(world, c.random, runsIn(c))],
  [1, (_, { world }) => deleteLane(world, domain, 'two')],
  [0.5, crash],
  [0.5, deleteByHand],
  // A controller's word is no proof that the process is gone.
  [1, markFailed],
  [8, (c) => c.clock.advance(pick(c.random, [50, 500, 2_000, 6_000]))],
];

/** In two parts as a rule: the runs of the second are read after the cluster is listed. */
function tickFrom(c: Chaos, { world }: Instance): Promise<unknown> {
  const from = pick(c.random, [...c.store.dump('work').map((row) => row.key), '']);
  return tick(world, { from, page: 1 });
}

function cancel(c: Chaos, { world }: Instance, record: Record_): Promise<unknown> | undefined {
  // Also runs whose submit is still under way: a replay of it may have told their id.
  const run = pick(c.random, [
    ...runsIn(c)
      .filter((each) => !isTerminal(each.state))
      .map((each) => each.run_id),
    ...record.accepted.keys(),
    '',
  ]);
  if (run === '') return undefined;
  record.cancelled.add(run);
  return cancelRun(world, { domain, runId: run });
}

function patch(c: Chaos, { world }: Instance): Promise<unknown> | undefined {
  const runId = pick(c.random, [...runsIn(c).map(({ run_id }) => run_id), '']);
  const order = { domain, runId, precondition: anyVersion, by: 'ada' };
  const priority = pick(c.random, [0, 5, 9]);
  return runId === ''
    ? undefined
    : patchRun(world, { ...order, patch: { priority, labels: { n: `${priority}` } } });
}

function followNext(c: Chaos, { world }: Instance): Promise<unknown> | undefined {
  const message = c.queue.take();
  return message && handleMessage(world, message.message);
}

function crash(_c: Chaos, instance: Instance): undefined {
  instance.dead = true;
}

function withDriver(c: Chaos, act: (run: string) => void): void {
  const run = pick(c.random, [...c.cluster.alive(), ...c.cluster.alive(), '']);
  if (run !== '') act(run);
}

function markFailed(c: Chaos): undefined {
  withDriver(c, (run) => c.cluster.markFailed(run, 'DeadlineExceeded'));
}

function deleteByHand(c: Chaos, _instance: Instance, record: Record_): undefined {
  withDriver(c, (run) => {
    record.byHand.add(run);
    c.cluster.deleteByHand(run);
  });
}

async function trouble(c: Chaos, record: Record_): Promise<void> {
  const instances = [c.instance(), c.instance()];
  const failed: unknown[] = [];
  const isOurs = (error: unknown): boolean =>
    error instanceof Error &&
    (error.name === 'AssertionError' ||
      error instanceof TypeError ||
      error instanceof ReferenceError);
  const steps = 150 + Math.floor(c.random() * 150);
  for (let step = 0; step < steps; step++) {
    for (const [share, act] of ACTIONS) {
      if (c.random() * 100 >= share) continue;
      const instance = pick(c.random, instances);
      act(c, instance, record)?.catch((error: unknown) => {
        if (isOurs(error)) failed.push(error);
      });
      if (instance.dead) instances[instances.indexOf(instance)] = c.instance();
    }
    for (let calls = Math.floor(c.random() * 12); calls >= 0; calls--) {
      c.step();
      await c.quiet();
    }
    expect(failed).toEqual([]);
    check(c);
  }
  for (const instance of instances) instance.dead = true;
}

/** After the faults everything converges. */
async function settle(c: Chaos): Promise<void> {
  c.calm();
  const { world } = c.instance();
  // A long queue, and the two minutes in which the timer leaves a log to who was asked to compact it.
  for (let round = 0; round < 600; round++) {
    await c.drive(tick(world));
    check(c);
    if (c.store.dump('work').length === 0) return;
    if (round > MENDED_ROUNDS) checkTickets(c);
    await c.clock.advance(1_000);
  }
  throw new Error(
    `work is left: ${JSON.stringify(runsIn(c).map(({ run_id, state, reason }) => ({ run_id, state, reason })))} ${JSON.stringify(c.log.entries.slice(-5))}`,
  );
}

/** What creates that were held up have made of runs that were forgotten goes with the next run in the namespace. */
async function checkCluster(c: Chaos): Promise<void> {
  c.arrive();
  const { world } = c.instance();
  await c.drive(submitRun(world, { domain, request: request({ lane: 'one' }) }));
  await settle(c);
  expect(await c.cluster.list(), 'what is left on the cluster').toEqual({ jobs: [], pods: [] });
}

async function checkEnd(c: Chaos, record: Record_): Promise<void> {
  const { world } = c.instance();
  for (const lane of c.store.dump('lanes').filter((row) => row.key === 'lane')) {
    const { active, queued } = JSON.parse(String(lane.values['body'])) as Lane;
    expect({ active, queued }, `lane ${lane.partition}`).toEqual({ active: [], queued: 0 });
  }
  for (const [key, runs] of record.keys) expect(runs.size, `one key, several runs: ${key}`).toBe(1);
  const runs = new Map(runsIn(c).map((run) => [run.run_id, run]));
  for (const id of record.accepted.keys())
    expect(runs.get(id)?.finished_at, `accepted run ${id} never ended`).toBeTypeOf('string');
  for (const run of runs.values()) {
    const { events, complete } = await readEvents(world, domain, run.run_id, {
      after: 0,
      limit: 1_000,
    });
    expect(complete, `a run without an end: ${JSON.stringify(run)}`).toBe(true);
    expect(events.map((event) => event.seq)).toEqual(
      Array.from({ length: run.last_seq }, (_, index) => index + 1),
    );
    expect(events.at(-1)?.type).toBe('complete');
    expect(events.filter((event) => event.type === 'complete').length).toBe(1);
    const lines = events.flatMap((event) =>
      event.type === 'log' ? event.data.lines.map((line) => line.message) : [],
    );
    const gaps = events.filter((event) => event.type === 'gap').length;
    const printed = c.cluster.printed(run.run_id);
    const disturbed = record.cancelled.has(run.run_id) || record.byHand.has(run.run_id);
    if (gaps === 0) expect(lines, `log of ${run.run_id}`).toEqual(printed);
    else
      expect(lines, `log of ${run.run_id} before its gap`).toEqual(printed.slice(0, lines.length));
    if (disturbed) continue;
    expect(gaps, 'a gap in the log of a run that nobody disturbed').toBe(0);
    const code = c.scripts.get(run.run_id)?.exitCode;
    expect(
      { state: run.state, exit_code: run.exit_code },
      `${run.run_id} ${JSON.stringify(run.reason)}`,
    ).toEqual({ state: code === 0 ? 'succeeded' : 'failed', exit_code: code });
  }
}

const seeds =
  only === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(only)];

test('whatever fails, in whatever order, the promises hold', {
  timeout: Math.max(180_000, SEEDS * 1_000),
}, async () => {
  for (const seed of seeds) {
    const c = chaos(seed, TROUBLE);
    const record: Record_ = {
      accepted: new Map(),
      cancelled: new Set(),
      byHand: new Set(),
      keys: new Map(),
    };
    const early = watchPush(c);
    try {
      const target = Target.parse({ name: 'default', work_claim: 'work' });
      await targets.create(c.world, domain, target);
      for (const lane of LANES)
        await putLane(c.world, domain, lane, { capacity: CAPACITY[lane] ?? 1 });
      await trouble(c, record);
      await settle(c);
      await checkEnd(c, record);
      await checkCluster(c);
      expect(early, 'published before it was committed').toEqual([]);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
});
