/** Cleans up after a run has ended; every step may be repeated. */

import {
  CREATE_UNDER_WAY_MS,
  HEADS_AFTER_END,
  HEADS_AGE_MS,
  SWEEP_REST_MAX_MS,
  SWEEP_REST_SHARE,
} from '../../core/limits.ts';
import { isCommitted, type Run } from '../../core/runs/run.ts';
import type { Observation } from '../../core/runs/state-table.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { requestCompaction } from '../archive/compactor.ts';
import { isTold } from '../events/subscribers.ts';
import { releaseRun } from '../lanes/lane-fill.ts';
import { putIndex } from '../store/index-store.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { putWork, type Work } from '../store/work.ts';
import type { Stepped } from './executor.ts';
import type { Pass } from './pass.ts';

/** Releases the run's place as soon as it has ended, before the rest of the cleanup. */
async function release(
  pass: Pass,
  stored: VersionedRun,
  swept: boolean,
): Promise<{ readonly stored: VersionedRun; readonly admitted: readonly string[] }> {
  const { run } = stored;
  if (run.released && (run.swept || run.gone || !swept)) return { stored, admitted: [] };
  // Its session may wait for that.
  if (run.released) return { stored: await pass.recorder.record(stored, { swept }), admitted: [] };
  const admitted = await releaseRun(pass.world, run.domain, run.lane, run.run_id);
  pass.lanes.forget(run);
  return { stored: await pass.recorder.record(stored, { released: true, swept }), admitted };
}

/** Whether anything of the run may be on a cluster. */
const mayBeThere = (run: Run): boolean => run.attempt > 0 && !run.gone;
const endOf = (run: Run): number => Date.parse(run.finished_at ?? '');

/** Before this time a create request in progress may still make the run's Job again. */
const settlesAt = (run: Run): number => (mayBeThere(run) ? endOf(run) + CREATE_UNDER_WAY_MS : 0);

/** Whether this is the last pass that reminds subscribers, or no client waits for that any more. */
const isLate = ({ began }: Pass, run: Run, { attempts }: Work): boolean =>
  attempts + 1 >= HEADS_AFTER_END || began - endOf(run) >= HEADS_AGE_MS;

/** Whether this pass may forget the run, if nothing of it is on the cluster and its subscribers have all its events. */
const isLast = (pass: Pass, run: Run, work: Work): boolean =>
  isLate(pass, run, work) && pass.began >= settlesAt(run);

/** Whether an ended run has to be looked for on the cluster: until it is swept, and once more before it is forgotten. */
const mustSweep = (pass: Pass, run: Run, work: Work | undefined): boolean =>
  mayBeThere(run) && (!run.swept || (work !== undefined && isLast(pass, run, work)));

/** A run that has ended. It looks for what is left of the run itself, and only where there may be something. */
export async function cleanupStep(
  pass: Pass,
  stored: VersionedRun,
  _seen: Observation,
  work: Work | undefined,
): Promise<Stepped> {
  // Nothing of it was ever to run: the place is given on before the cluster is asked about leftovers.
  if (!isCommitted(stored.run) && !stored.run.released)
    return { ...(await release(pass, stored, stored.run.attempt === 0)), again: true };
  const executor = pass.executorOf(stored.run);
  const must = mustSweep(pass, stored.run, work);
  const seen = must ? await executor.observe(stored.run) : executor.nothingKnown;
  const kept = { ...stored, run: { ...stored.run, ...seen.keep } };
  const swept = !must || (await trySweep(pass, kept, seen));
  const { stored: released, admitted } = await release(pass, kept, swept);
  const { world } = pass;
  const { run } = released;
  await putIndex(world, run);
  const delivered = await pass.sink.catchUp(released);
  const done = { stored: null, admitted, again: false };
  if (work === undefined) return done;

  await pass.sink.remind(delivered.run);
  const attempts = work.attempts + 1;
  const isDone = swept && isTold(delivered.run, attempts, pass.began - endOf(run));
  const rests = isDone ? settlesAt(run) : restsUntil(world.clock.now(), run);
  const rests_until = isLate(pass, run, work) ? rests : 0;
  const left = { ...work, waits: false, attempts, rests_until };
  if (!isDone || !isLast(pass, run, work)) await putWork(world, left);
  else if (!(await requestCompaction(world, left))) pass.logsLeft.push(left);
  return done;
}

/** When to try again: with growing pauses, so that a target or a subscriber that is gone for good costs little. */
function restsUntil(now: number, run: Run): number {
  const age = now - endOf(run);
  return now + Math.min(age * SWEEP_REST_SHARE, SWEEP_REST_MAX_MS);
}

/** Sweeps; after a refusal of the cluster the next pass tries again, and the lane does not wait for it. */
async function trySweep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<boolean> {
  const executor = pass.executorOf(stored.run);
  try {
    return await executor.cleanUp(stored.run, observation);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    await executor.noteTrouble(stored.run, error);
    pass.world.log.warn('not swept', { run_id: stored.run.run_id, error });
    return false;
  }
}
