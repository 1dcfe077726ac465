/** The tick: one pass over the whole work list. It is level-triggered and sufficient alone. */

import { isTerminal } from '../../core/events/state.ts';
import { SUBMIT_GRACE_MS, TICK_BUDGET_MS, TICK_PARALLEL } from '../../core/limits.ts';
import { runIdTime } from '../../core/names.ts';
import type { Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { endToken } from '../access/token-ends.ts';
import { compactLeft, isCompacting } from '../archive/compactor.ts';
import { publish } from '../events/publish.ts';
import { isFollowed, requestFollowerAgain } from '../store/request-follower.ts';
import { putTombstone, type VersionedRun } from '../store/run-store.ts';
import {
  dropWork,
  noteWaiting,
  type VersionedWork,
  type Work,
  type WorkChunk,
  workFrom,
} from '../store/work.ts';
import { Pass, platformOf } from './pass.ts';
import { reconcileRun, reconcileRuns } from './reconcile-run.ts';

/** Chunks that are read ahead. */
const CHUNKS_AHEAD = 4;

export type Ticked = {
  /** Runs that were reconciled; waiting ones are not. */
  readonly runs: number;
  readonly failed: number;
  /** Listed runs for which there was no time. */
  readonly left: number;
  /** Run id where the next tick begins, so that it first does what this one did not reach; '' when all was done. */
  readonly stopped_at: string;
  readonly duration_ms: number;
};

/**
 * One bounded pass over all runs with work left. A failure of one run never stops another. `from`: where the tick
 * before stopped; `page`: rows of a shard per read.
 */
export async function tick(
  world: World,
  options: { readonly budgetMs?: number; readonly from?: string; readonly page?: number } = {},
): Promise<Ticked> {
  const started = world.clock.now();
  const pass = new Pass(world, started + (options.budgetMs ?? TICK_BUDGET_MS));
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
    return readRuns(pass, chunk, tally);
  };
  const readNext = (): Promise<Read | undefined> => {
    const next = read();
    // The waiter handles a failure; without one, when the time is over, it is ignored.
    next.catch(() => undefined);
    return next;
  };
  // Some chunks are read ahead: chunks of waiting runs need nothing but these sequential reads.
  const ahead = Array.from({ length: CHUNKS_AHEAD }, readNext);
  let stopped_at = '';
  for (let chunk = await ahead.shift(); chunk && stopped_at === ''; chunk = await ahead.shift()) {
    ahead.push(readNext());
    await act(pass, chunk, tally);
    if (pass.outOfTime)
      stopped_at = [...chunk.left, ...(chunk.next ? [chunk.next] : [])].sort().at(0) ?? '';
  }
  await Promise.all(ends);
  await pass.sweepLate();
  // At the end, so that no run waits for it.
  await compactLeft(world, [...logs, ...pass.logsLeft], pass.until);
  const duration_ms = world.clock.now() - started;
  const ticked = { ...tally, stopped_at, duration_ms };
  if (tally.runs > 0) world.log.debug('tick', ticked);
  return ticked;
}

type Tally = { runs: number; failed: number; left: number };

/** Runs to reconcile, as they were read, and lanes to fill. */
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

/** Reconciles the run of a row, unless the time is over. A failure stops nothing else. */
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
    world.log.error('run not reconciled', { run_id, error });
  });
}

/**
 * Reads the runs of a chunk, except waiting ones. All runs of the first chunk are read before any decision, so that the list of
 * their cluster is newer than all of them and also proves what is missing.
 */
async function readRuns(pass: Pass, { works, next }: WorkChunk, tally: Tally): Promise<Read> {
  const found: { work: VersionedWork; stored: VersionedRun | undefined }[] = [];
  const lanes: Work[] = [];
  const left: string[] = [];
  await inParallel(works, async (work) => {
    if (work.compacting_until > 0 || work.rests_until > pass.world.clock.now()) return;
    // If a lane cannot be read, its runs are read one by one.
    if (await pass.lanes.waits(work).catch(() => false)) {
      if (pass.lanes.meet(work)) lanes.push(work);
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

/** Calls `act` for every item in order, with bounded concurrency. */
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
    await endToken(pass.world, row, () => pass.sink.isShut(publish)).catch((error: unknown) =>
      pass.world.log.error('token not ended', { key: row.key, error }),
    );
  });

/** Fills free places: a process that released one may have stopped before it filled it. */
async function fillLane(pass: Pass, lane: Work): Promise<void> {
  await reconcileRuns(pass.world, await pass.lanes.fill(lane), pass);
}

async function reconcileWork(
  pass: Pass,
  work: VersionedWork,
  stored: VersionedRun | undefined,
): Promise<void> {
  const { world } = pass;
  if (!stored) return forgetEmpty(world, work);
  // The ticket is committed: from now on the lane tells that the run waits.
  const unnoted = stored.run.state === 'queued' && !work.waits && !work.leaves;
  if (unnoted && (await pass.lanes.hasTicket(stored.run))) return noteWaiting(world, work);
  // A followed run is left to its follower.
  if (!isTerminal(stored.run.state) && isFollowed(stored.run, world.clock.now())) return;
  const platform = platformOf(stored.run.kind);
  const asked = platform.follow ? await requestFollowerAgain(world, stored) : stored;
  const { admitted } = await reconcileRun(pass, asked, work);
  if (!isTerminal(stored.run.state) && stored.run.attempt > 0) await pass.sink.remind(stored.run);
  // The runs that got the place start at once.
  await reconcileRuns(world, admitted, pass);
}

/** A work row without a run: its submit stopped before recording it. A tombstone makes a late submit fail. */
async function forgetEmpty(world: World, work: Work): Promise<void> {
  if (world.clock.now() - runIdTime(work.run_id) < SUBMIT_GRACE_MS) return;
  if (!(await putTombstone(world, work.run_id))) return;
  await dropWork(world, work.run_id);
}
