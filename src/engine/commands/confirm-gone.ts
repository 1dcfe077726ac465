/** An admin's confirmation that nothing of a run is left on a target that is gone for good. */
import { AppError } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/state.ts';
import { reason } from '../../core/reasons.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import type { Run } from '../../core/runs/run.ts';
import type { RunView } from '../../core/runs/view.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { findRun } from '../events/events.ts';
import { getRun } from '../queries/runs.ts';
import { endRun } from '../reconcile/end-run.ts';
import { Pass } from '../reconcile/pass.ts';
import { passFor, reconcileRunById } from '../reconcile/reconcile-run.ts';
import { readRun, type VersionedRun } from '../store/run-store.ts';
import { newWork, putWork } from '../store/work.ts';

/** Attempts against concurrent changes of the run. */
const TRIES = 20;

/** Known to have nothing on a cluster. */
const isGone = (run: Run): boolean => run.gone || (isTerminal(run.state) && run.swept);

/**
 * Ends a live run, or lets an ended one be forgotten, because an admin confirms that nothing of it is left. Its place
 * becomes free. Rejects with `not_found`, and with `conflict` when the run never was on a cluster, or when its cluster
 * answers: then its leftovers can be seen and deleted.
 */
export async function confirmGone(
  world: World,
  request: { readonly domain: string; readonly runId: string; readonly reason?: string },
): Promise<RunView> {
  const { domain, runId } = request;
  const run = await findRun(world, domain, runId);
  if (!isGone(run)) {
    await assertSilent(world, run);
    // Before the change: the timer does what is not done here.
    await putWork(world, newWork(run));
    await commitGone(world, runId, request.reason);
    await reconcileRunById(world, runId).catch((error: unknown) =>
      world.log.warn('end left to the timer', { run_id: runId, error }),
    );
  }
  return getRun(world, domain, runId);
}

async function assertSilent(world: World, run: Run): Promise<void> {
  if (run.attempt === 0)
    throw new AppError('conflict', 'The run never was on a cluster; cancel it instead.');
  const { clusterState } = await passFor(world, run).executorOf(run).observe(run);
  if (clusterState !== 'unreachable')
    throw new AppError(
      'conflict',
      `The cluster of the target ${run.target} answers: what is left of the run is seen and deleted; cancel it instead.`,
    );
}

async function commitGone(world: World, runId: string, text: string | undefined): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const stored = await readRun(world, runId);
    if (!stored || isGone(stored.run)) return;
    try {
      // The pass that follows delivers the events: this one has no time.
      await tellGone(new Pass(world, world.clock.now()), stored, text);
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt >= TRIES) throw error;
    }
  }
}

async function tellGone(pass: Pass, stored: VersionedRun, text: string | undefined): Promise<void> {
  const { run } = stored;
  const said = `An admin has confirmed that nothing of the run is left on the target ${run.target}`;
  const message = text ? `${said}: ${text}` : `${said}.`;
  const gone = { gone: true, swept: true } as const;
  if (isTerminal(run.state)) {
    await pass.recorder.record(stored, gone, [statusDraft(run, message)]);
    return;
  }
  const state = run.stop?.cause === 'cancel' ? 'cancelled' : 'failed';
  const why = reason('target_gone', message);
  const closed = pass.executorOf(run).close(run, null);
  await endRun(pass.recorder, stored, state, { reason: why }, closed, gone);
}
