/** Deletes a run that is over, and holds runs that are to be kept. */
import { AppError } from '../../core/errors.ts';
import { assertVersion, type Precondition } from '../../core/precondition.ts';
import { DELETE_REQUEST_MS, DELETION_AGAIN_MS, TOMBSTONE_MS } from '../../core/retention-limits.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { ofDomain } from '../events/events.ts';
import { getVersion, type VersionedView } from '../queries/runs.ts';
import { obstacleTo, readForDeletion } from '../reconcile/retention/delete-run.ts';
import { finishDeletion, sliceUntil } from '../reconcile/retention/erase.ts';
import { noteDeletions } from '../store/deletions.ts';
import { buryRun, changeRun, readRemains, readRun } from '../store/run-store.ts';

/** Attempts against concurrent changes of the run. */
const TRIES = 20;

type Ordered = {
  readonly domain: string;
  readonly runId: string;
  readonly precondition: Precondition;
};

/**
 * Deletes a run with its launch, events, logs and key. Also resolves for one that was deleted in the last day. Rejects with
 * `not_found`, `gone`, `not_over`, `held`, `precondition_failed`: then nothing was deleted. After another failure it may be.
 */
export async function deleteRun(world: World, request: Ordered): Promise<void> {
  const { domain, runId, precondition } = request;
  const now = world.clock.now();
  const due = now + DELETION_AGAIN_MS;
  const settles_at = now + TOMBSTONE_MS;
  const deletion = { run_id: runId, domain, noted_at: now, settles_at, due };
  for (let attempt = 1; ; attempt += 1) {
    const { stored, hasWork } = await readForDeletion(world, runId);
    if (!stored && (await isDeleted(world, domain, runId))) return;
    const found = await ofDomain(world, stored, domain, runId);
    assertVersion(precondition, 'run', found.etag);
    const obstacle = obstacleTo(found.run, hasWork);
    if (obstacle) throw obstacle;
    try {
      if (attempt === 1) await noteDeletions(world, [deletion]);
      await buryRun(world, found);
      break;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === TRIES) throw error;
    }
  }
  // For every reader it is gone. The sweep does what is not done now.
  const slice = sliceUntil(world.clock.now() + DELETE_REQUEST_MS);
  await finishDeletion(world, deletion, slice).catch((error: unknown) =>
    world.log.warn('rest of a deleted run left to the sweep', { run_id: runId, error }),
  );
}

async function isDeleted(world: World, domain: string, runId: string): Promise<boolean> {
  const remains = await readRemains(world, runId);
  return typeof remains === 'object' && remains.domain === domain;
}

/** Holds the run, or ends the hold. Returns the run with its new version. Rejects with `not_found`, `gone`, `precondition_failed`, `changed`. */
export async function holdRun(
  world: World,
  request: Ordered & {
    readonly hold: boolean;
    readonly by: string;
    readonly reason: string | undefined;
  },
): Promise<VersionedView> {
  const { domain, runId, precondition, by, reason = null } = request;
  const since = new Date(world.clock.now()).toISOString();
  const hold = request.hold ? { since, by, reason } : null;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const found = await ofDomain(world, await readRun(world, runId), domain, runId);
    assertVersion(precondition, 'run', found.etag);
    // A repetition changes nothing: it stays held since then.
    const same = request.hold
      ? found.run.hold?.by === by && found.run.hold.reason === reason
      : !found.run.hold;
    try {
      if (!same) await changeRun(world, found, { hold });
      return await getVersion(world, domain, runId);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw new AppError('changed', `Run ${runId} changes all the time; try again.`);
}
