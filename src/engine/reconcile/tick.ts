/** The timer's pass: everything that is left to do, level-triggered, alone if need be. */

import { isTerminal } from '../../core/events/event.ts';
import { SUBMIT_GRACE_MS, TICK_BUDGET_MS, TICK_PARALLEL } from '../../core/limits.ts';
import { runIdTime } from '../../core/names.ts';
import type { Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { endToken } from '../access/token-ends.ts';
import { compactLeft, isCompacting } from '../archive/compactor.ts';
import { publishHead } from '../events/publish.ts';
import { Waiters } from '../lanes/waiters.ts';
import { askAgain, isFollowed } from '../store/ask-follower.ts';
import { putTombstone, type VersionedRun } from '../store/run-store.ts';
import {
  dropWork,
  noteWaiting,
  type VersionedWork,
  type Work,
  type WorkChunk,
  workFrom,
} from '../store/work.ts';
import { Pass } from './pass.ts';
import { reconcileRun, reconcileRuns } from './reconcile-run.ts';

/** Chunks that are read before they are acted on. */
const CHUNKS_AHEAD = 4;

export type Ticked = {
  /** Runs that were looked at; those that wait in their lane are not. */
  readonly runs: number;
  readonly failed: number;
  /** Runs for which there was no time, as far as they were listed. */
  readonly left: number;
  /** Where (run id) the next one goes on, so that it takes up first what this one did not reach; '' when all was done. */
  readonly stopped_at: string;
  readonly duration_ms: number;
};

/**
 * One bounded pass over all runs with anything left to do. One run's failure never stops another. `from`: where the one
 * before has stopped; `page`: rows of a shard that are taken up together.
 */
export async function tick(
  world: World,
  options: { readonly budgetMs?: number; readonly from?: string; readonly page?: number } = {},
): Promise<Ticked> {
  const started = world.clock.now();
  const pass = new Pass(world, started + (options.budgetMs ?? TICK_BUDGET_MS));
  const waiters = new Waiters(world);
  const tally: Tally = { runs: 0, failed: 0, left: 0 };
  const logs: Work[] = [];
  const ends: Promise<void>[] = [];
  const list = workFrom(world, options.from ?? '', options.page);
  const read = async (): Promise<Read | undefined> => {
    const { value: chunk } = await list.next();
    if (!chunk) return undefined;
    if (chunk.next !== null) pass.expectMore();
    const isLeft = (work: Work): boolean =>
      work.compacting_until > 0 && !isCompacting(work, started);
    logs.push(...chunk.works.filter(isLeft));
    ends.push(endTokens(pass, chunk.others));
    return readRuns(pass, chunk, waiters, tally);
  };
  const readNext = (): Promise<Read | undefined> => {
    const next = read();
    // Whoever waits for it hears of a failure; nobody does when the time is over.
    next.catch(() => undefined);
    return next;
  };
  // Some chunks are read ahead: what waits in lanes takes as many reads one after the other as its queue is long.
  const ahead = Array.from({ length: CHUNKS_AHEAD }, readNext);
  let stopped_at = '';
  for (let chunk = await ahead.shift(); chunk && stopped_at === ''; chunk = await ahead.shift()) {
    ahead.push(readNext());
    await act(pass, chunk, tally);
    if (pass.outOfTime)
      stopped_at = [...chunk.left, ...(chunk.next ? [chunk.next] : [])].sort().at(0) ?? '';
  }
  await Promise.all(ends);
  // Last of all: it keeps no run waiting.
  await compactLeft(world, [...logs, ...pass.logsLeft], pass.until);
  const duration_ms = world.clock.now() - started;
  const ticked = { ...tally, stopped_at, duration_ms };
  if (tally.runs > 0) world.log.debug('tick', ticked);
  return ticked;
}

type Tally = { runs: number; failed: number; left: number };

/** Runs that are to be looked at, as they were read, and lanes that are to be filled. */
type Read = {
  readonly found: readonly {
    readonly work: VersionedWork;
    readonly stored: VersionedRun | undefined;
  }[];
  readonly lanes: readonly Work[];
  /** Run ids for which there was no time. */
  readonly left: string[];
  readonly next: string | null;
};

/** Takes up the row, unless the time is over. A failure stops nothing else. */
async function attempt(
  { outOfTime, world }: Pass,
  tally: Tally,
  left: string[],
  { run_id }: Work,
  take: () => Promise<void>,
): Promise<void> {
  if (outOfTime) {
    tally.left += 1;
    left.push(run_id);
    return;
  }
  await take().catch((error: unknown) => {
    tally.failed += 1;
    world.log.error('run not advanced', { run_id, error });
  });
}

/**
 * Reads the runs of a chunk, but those that wait. Those of the first one are read before anything is decided on any of them:
 * so what their cluster lists is younger than all of them, and proves what is missing too.
 */
async function readRuns(
  pass: Pass,
  { works, next }: WorkChunk,
  waiters: Waiters,
  tally: Tally,
): Promise<Read> {
  const found: { work: VersionedWork; stored: VersionedRun | undefined }[] = [];
  const lanes: Work[] = [];
  const left: string[] = [];
  await inParallel(works, async (work) => {
    if (work.compacting_until > 0 || work.rests_until > pass.world.clock.now()) return;
    // A lane that cannot be read leaves its runs to be read one by one.
    if (await waiters.has(work).catch(() => false)) {
      if (waiters.meet(work)) lanes.push(work);
      return;
    }
    await attempt(pass, tally, left, work, async () => {
      found.push({ work, stored: await pass.read(work.run_id) });
    });
  });
  return { found, lanes, left, next };
}

async function act(pass: Pass, { found, lanes, left }: Read, tally: Tally): Promise<void> {
  await inParallel(found, ({ work, stored }) =>
    attempt(pass, tally, left, work, async () => {
      tally.runs += 1;
      await reconcileWork(pass, work, stored);
    }),
  );
  await inParallel(lanes, async (lane) => {
    if (pass.outOfTime) return;
    await fillLane(pass, lane).catch((error: unknown) =>
      pass.world.log.error('lane not filled', { domain: lane.domain, lane: lane.lane, error }),
    );
  });
}

/** Calls `act` for every item, a bounded number at once, in the items' order. */
async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(TICK_PARALLEL, items.length) }, worker));
}

/** Never rejects. */
const endTokens = (pass: Pass, rows: readonly Row[]): Promise<void> =>
  inParallel(rows, async (row) => {
    if (pass.outOfTime) return;
    await endToken(pass, row).catch((error: unknown) =>
      pass.world.log.error('end of a token not dealt with', { key: row.key, error }),
    );
  });

/** A place may be free although others wait: who was to give it on did not get to it. */
async function fillLane(pass: Pass, lane: Work): Promise<void> {
  await reconcileRuns(pass.world, await pass.fill(lane), pass);
}

async function reconcileWork(
  pass: Pass,
  work: VersionedWork,
  stored: VersionedRun | undefined,
): Promise<void> {
  const { world } = pass;
  if (!stored) return forgetEmpty(world, work);
  // Its ticket is committed: from now on the lane tells.
  const unnoted = stored.run.state === 'queued' && !work.waits && !work.leaves;
  if (unnoted && (await pass.hasTicket(stored.run))) return noteWaiting(world, work);
  // A run that a follower looks after is left to it.
  if (!isTerminal(stored.run.state) && isFollowed(stored.run, world.clock.now())) return;
  const { admitted } = await reconcileRun(pass, await askAgain(world, stored), work);
  if (!isTerminal(stored.run.state) && stored.run.attempt > 0)
    await pass.push(() => publishHead(world, stored.run));
  // Who got the place starts at once.
  await reconcileRuns(world, admitted, pass);
}

/** A work row without a run: its submit stopped before it had recorded anything, or is about to, and then fails. */
async function forgetEmpty(world: World, work: Work): Promise<void> {
  if (world.clock.now() - runIdTime(work.run_id) < SUBMIT_GRACE_MS) return;
  if (!(await putTombstone(world, work.run_id))) return;
  await dropWork(world, work.run_id);
}
