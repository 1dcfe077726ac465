/**
 * Schedules compaction: a queue message for each log, one log at a time per instance, for a bounded time. The
 * timer takes part only where messages do not get it done.
 */
import { COMPACT_MESSAGE_MS, COMPACT_WATCHDOGS, TICK_COMPACT_MS } from '../../core/limits.ts';
import type { Compact } from '../../core/runs/message.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { readRun } from '../store/run-store.ts';
import { dropWork, putWork, readWork, type Work } from '../store/work.ts';
import { compact } from './compact.ts';

/** Only the run's log is left, and a message compacts it: nothing to do for the timer. */
export const isCompacting = (work: Work, now: number): boolean => work.compacting_until > now;

/** Notes that only the log is left, and requests its compaction. False: the timer has to do it. */
export async function requestCompaction(world: World, work: Work): Promise<boolean> {
  const off = world.queue.off === true;
  const now = world.clock.now();
  const rest = off ? 0 : world.watchdogSeconds * 1_000 * COMPACT_WATCHDOGS;
  await putWork(world, { ...work, compacting_until: now + rest });
  if (off) return false;
  const sent = await send(world, work.run_id);
  // Without a message the next pass must not wait.
  if (!sent) await putWork(world, { ...work, compacting_until: now });
  return sent;
}

async function send(world: World, runId: string): Promise<boolean> {
  const message: Compact = { kind: 'compact', run_id: runId };
  try {
    await world.queue.send(message);
    return true;
  } catch (error) {
    world.log.warn('compaction not requested; left to the timer', { run_id: runId, error });
    return false;
  }
}

/** Runs whose messages came while this instance compacts another one; it takes them up next. */
const turnOf = perInstance((): { waiting: Set<string> | null } => ({ waiting: null }));

/** Compacts the log of the message, and those of messages that come meanwhile, for `COMPACT_MESSAGE_MS`. Never rejects. */
export async function compactFor(
  world: World,
  message: Compact,
  signal?: AbortSignal,
): Promise<void> {
  const turn = turnOf(world);
  if (turn.waiting) {
    turn.waiting.add(message.run_id);
    return;
  }
  const mine = new Set([message.run_id]);
  turn.waiting = mine;
  const until = world.clock.now() + COMPACT_MESSAGE_MS;
  const left: string[] = [];
  for (const runId of mine) {
    if (world.clock.now() >= until || signal?.aborted) left.push(runId);
    else if (!(await compactRun(world, runId, until, signal))) left.push(runId);
  }
  turn.waiting = null;
  // The rest goes to the end of the queue. The timer requests a lost one again.
  for (const runId of left) {
    const work = await readWork(world, runId).catch(() => undefined);
    if (work) await requestCompaction(world, work).catch(() => undefined);
  }
}

/** False: it needs more time, by another message. True also after an error: the timer then requests it again. */
async function compactRun(
  world: World,
  runId: string,
  until: number,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const [work, stored] = await Promise.all([readWork(world, runId), readRun(world, runId)]);
    // It is done, or there is other work on the run, after which compaction is requested again.
    if (!stored || !work || work.compacting_until === 0) return true;
    const { done } = await compact(world, stored, until, signal);
    if (done) await dropWork(world, runId);
    return done;
  } catch (error) {
    if (error instanceof Conflict) return false;
    world.log.warn('log not compacted', { run_id: runId, error });
    return true;
  }
}

/** Whether the log is compacted now; undefined after an error. */
async function compactAWhile(
  world: World,
  work: Work,
  until: number,
): Promise<boolean | undefined> {
  try {
    const stored = await readRun(world, work.run_id);
    const done = !stored || (await compact(world, stored, until)).done;
    if (done) await dropWork(world, work.run_id);
    return done;
  } catch (error) {
    world.log.warn('log not compacted', { run_id: work.run_id, error });
    return undefined;
  }
}

/** The timer's part: some time for each log that messages do not get done; stops after a failure. */
export async function compactLeft(
  world: World,
  works: readonly Work[],
  until: number,
): Promise<void> {
  for (const work of works) {
    const now = world.clock.now();
    if (now >= until || turnOf(world).waiting) return;
    const done = await compactAWhile(world, work, Math.min(now + TICK_COMPACT_MS, until));
    if (!done) await requestCompaction(world, work);
    if (done === undefined) return;
  }
}
