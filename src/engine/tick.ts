/** The timer's pass: everything that is left to do, level-triggered, alone if need be. */

import { isTerminal } from '../core/event.ts';
import { SUBMIT_GRACE_MS, TICK_BUDGET_MS, TICK_PARALLEL } from '../core/limits.ts';
import { runIdTime } from '../core/names.ts';
import { hasTasks } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { advance, advanceRuns } from './advance.ts';
import { askAgain, isAttended } from './ask-follower.ts';
import { compactLeft, isCompacting } from './compactor.ts';
import { laneKey } from './lane-store.ts';
import { Pass } from './pass.ts';
import { publishHead } from './publish.ts';
import { blockRun, type Held, readRun } from './run-store.ts';
import { Waiters } from './waiters.ts';
import { dropWork, type HeldWork, listWork, noteWaiting, type Work } from './work.ts';

export type Ticked = {
  readonly runs: number;
  readonly failed: number;
  readonly left: number;
  readonly duration_ms: number;
};

/** One bounded pass over all runs with anything left to do. One run's failure never stops another. */
export async function tick(
  world: World,
  options: { readonly budgetMs?: number } = {},
): Promise<Ticked> {
  const started = world.clock.now();
  const until = started + (options.budgetMs ?? TICK_BUDGET_MS);
  const all = startAnywhere(await listWork(world), started);
  const open = all.filter((work) => work.compacting_until === 0);
  const { works, lanes } = await withoutWaiters(world, open);
  // Runs are read before the cluster is listed. A change of a run demands the version that was read,
  // so whatever is decided on a listing, the listing is younger than the run it is about.
  const runs = await inParallel(works, (work) =>
    readRun(world, work.run_id).catch((error: unknown) => ({ error })),
  );
  const tasks = runs.some((held) => held && 'run' in held && hasTasks(held.run));
  const pass = new Pass(world, until, { tasks });
  let [failed, left] = [0, 0];
  await inParallel(works, async (work, index) => {
    if (pass.outOfTime) {
      left += 1;
      return;
    }
    try {
      const held = runs[index];
      if (held && 'error' in held) throw held.error;
      await advanceWork(pass, work, held);
    } catch (error) {
      failed += 1;
      world.log.error('run not advanced', { run_id: work.run_id, error });
    }
  });
  await inParallel(lanes, async (lane) => {
    if (pass.outOfTime) return;
    await fillLane(pass, lane).catch((error: unknown) => {
      failed += 1;
      world.log.error('lane not filled', { domain: lane.domain, lane: lane.lane, error });
    });
  });
  const logs = all.filter((work) => work.compacting_until > 0 && !isCompacting(work, started));
  // Last of all: it keeps no run waiting.
  await compactLeft(world, [...logs, ...pass.logsLeft], until);
  const ticked = { runs: works.length, failed, left, duration_ms: world.clock.now() - started };
  if (works.length > 0) world.log.debug('tick', ticked);
  return ticked;
}

/** Each pass begins at another run, so that one that runs out of time does not leave out the same ones again. */
function startAnywhere(works: readonly HeldWork[], now: number): readonly HeldWork[] {
  const first = Math.floor(now / 1_000) % Math.max(1, works.length);
  return [...works.slice(first), ...works.slice(0, first)];
}

/** Calls `act` for every item, a bounded number at once; results in the items' order. */
async function inParallel<T, R>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await act(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(TICK_PARALLEL, items.length) }, worker));
  return results;
}

/** Rows whose runs have to be looked at, and one row for each lane in which others wait. */
async function withoutWaiters(
  world: World,
  open: readonly HeldWork[],
): Promise<{ readonly works: readonly HeldWork[]; readonly lanes: readonly Work[] }> {
  const waiters = new Waiters(world);
  const lanes = new Map<string, Work>();
  const waits = await inParallel(open, async (work) => {
    // A lane that cannot be read leaves its runs to be read one by one.
    const has = await waiters.has(work).catch(() => false);
    if (has) lanes.set(laneKey(work.domain, work.lane), work);
    return has;
  });
  return { works: open.filter((_, index) => !waits[index]), lanes: [...lanes.values()] };
}

/** A place may be free although others wait: who was to give it on did not get to it. */
async function fillLane(pass: Pass, lane: Work): Promise<void> {
  await advanceRuns(pass.world, await pass.fill(lane), pass);
}

async function advanceWork(pass: Pass, work: HeldWork, held: Held | undefined): Promise<void> {
  const { world } = pass;
  if (!held) return forgetEmpty(world, work);
  // Its ticket is committed: from now on the lane tells.
  if (held.run.state === 'queued' && !work.waits && (await pass.hasTicket(held.run)))
    return noteWaiting(world, work);
  // A run that a follower looks after is left to it.
  if (!isTerminal(held.run.state) && isAttended(held.run, world.clock.now())) return;
  const { admitted } = await advance(pass, await askAgain(world, held), work);
  if (!isTerminal(held.run.state) && held.run.attempt > 0)
    await pass.push(() => publishHead(world, held.run));
  // Who got the place starts at once.
  await advanceRuns(world, admitted, pass);
}

/** A work row without a run: its submit stopped before it had recorded anything, or is about to, and then fails. */
async function forgetEmpty(world: World, work: Work): Promise<void> {
  if (world.clock.now() - runIdTime(work.run_id) < SUBMIT_GRACE_MS) return;
  if (!(await blockRun(world, work.run_id))) return;
  await dropWork(world, work.run_id);
}
