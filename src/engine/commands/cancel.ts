/** Cancels a run: a queued one at once, a started one in two phases. */
import { isTerminal } from '../../core/events/state.ts';
import { DISPATCH_WAIT_MS } from '../../core/limits.ts';
import { reason } from '../../core/reasons.ts';
import type { RunView } from '../../core/runs/view.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { findRun } from '../events/events.ts';
import { silentRecorder } from '../events/outlet.ts';
import { getRun } from '../queries/runs.ts';
import { atMost } from '../reconcile/dispatch.ts';
import { stopRun } from '../reconcile/end-run.ts';
import { reconcileRunById } from '../reconcile/reconcile-run.ts';
import { readRun } from '../store/run-store.ts';
import { newWork, putWork } from '../store/work.ts';

/** Attempts against concurrent changes of the run. */
const TRIES = 20;

export type Cancelled = { readonly outcome: 'accepted' | 'over'; readonly run: RunView };

/** `over` when the run had ended already. After `accepted` it ends as `cancelled` once nothing of it is left on the cluster. */
export async function cancelRun(
  world: World,
  request: { readonly domain: string; readonly runId: string; readonly reason?: string },
): Promise<Cancelled> {
  const { domain, runId } = request;
  await findRun(world, domain, runId);
  const outcome = await commitCancel(world, runId, request.reason);
  if (outcome === 'accepted') await reconcileWithin(world, runId);
  return { outcome, run: await getRun(world, domain, runId) };
}

async function commitCancel(
  world: World,
  runId: string,
  text: string | undefined,
): Promise<Cancelled['outcome']> {
  const why = reason('cancelled', text ? `Cancelled: ${text}` : 'Cancelled by request.');
  for (let attempt = 1; ; attempt++) {
    const stored = await readRun(world, runId);
    if (!stored || isTerminal(stored.run.state)) return 'over';
    if (stored.run.state === 'cancelling' && stored.run.stop?.cause === 'cancel') return 'accepted';
    // Before the run ends: from now on ticks have to read it, even if its ticket outlives it.
    if (stored.run.state === 'queued')
      await putWork(world, { ...newWork(stored.run), leaves: true });
    try {
      await stopRun(silentRecorder(world), stored, 'cancel', why);
      return 'accepted';
    } catch (error) {
      if (!(error instanceof Conflict) || attempt >= TRIES) throw error;
    }
  }
}

/** Deletes the Job right away. The answer waits only briefly for a slow cluster; the timer does the rest. */
async function reconcileWithin(world: World, runId: string): Promise<void> {
  const work = reconcileRunById(world, runId).catch((error: unknown) =>
    world.log.warn('cancel left to the timer', { run_id: runId, error }),
  );
  await atMost(world, DISPATCH_WAIT_MS, work);
}
