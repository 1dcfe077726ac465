/** Changes the priority of a run that waits, and the labels of a live one. */
import { AppError, invalid } from '../../../core/errors.ts';
import { isTerminal } from '../../../core/events/state.ts';
import { canonicalJson } from '../../../core/json/write.ts';
import { holds } from '../../../core/lanes/lane.ts';
import { DISPATCH_WAIT_MS } from '../../../core/limits.ts';
import { assertVersion, type Precondition } from '../../../core/precondition.ts';
import { LABELS_MAX } from '../../../core/request-limits.ts';
import { statusDraft } from '../../../core/runs/event-draft.ts';
import type { Run } from '../../../core/runs/run.ts';
import { Conflict } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { getPipeline } from '../../catalogue/catalogue.ts';
import { ofDomain } from '../../events/events.ts';
import { findTicket, readLane } from '../../lanes/lane-store.ts';
import { moveTicket } from '../../lanes/move-ticket.ts';
import { getVersion, type VersionedView } from '../../queries/runs.ts';
import { atMost } from '../../reconcile/dispatch.ts';
import { passFor, reconcileRunById } from '../../reconcile/reconcile-run.ts';
import { relabelIndex } from '../../store/index-store.ts';
import { readLaunch, readRun, type VersionedRun } from '../../store/run-store.ts';
import { keepRead, noteWaiting } from '../../store/work.ts';

/** Attempts against concurrent changes of the run. */
const TRIES = 20;

export type Patch = {
  readonly priority?: number;
  /** Merged into the labels; null removes one. */
  readonly labels?: Readonly<Record<string, string | null>>;
};

type Ordered = {
  readonly domain: string;
  readonly runId: string;
  readonly precondition: Precondition;
  /** Name or id of who orders it, for the run's events. */
  readonly by: string;
  readonly patch: Patch;
};

/**
 * Returns the run with its new version. Rejects with `not_found`, `gone`, `not_queued`, `over`, `invalid`, `precondition_failed`,
 * `changed`: then nothing was changed. After another failure it may be, and a repetition is harmless.
 *
 * The run's row is the truth; it is changed in one write. Its ticket follows: a work row that is written before has ticks move
 * it where this stops half-way. Its index entry follows too, else when the run starts or ends.
 */
export async function patchRun(world: World, order: Ordered): Promise<VersionedView> {
  const { domain, runId, precondition } = order;
  // Once the change is written, the version is another one by its own doing.
  let isWritten = false;
  const written = (): void => {
    isWritten = true;
  };
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const found = await ofDomain(world, await readRun(world, runId), domain, runId);
    if (!isWritten) assertVersion(precondition, 'run', found.etag);
    try {
      await apply(world, found, changeOf(found.run, order.patch), { by: order.by, written });
      return await getVersion(world, domain, runId);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw busy(runId);
}

const busy = (runId: string): AppError =>
  new AppError('changed', `Run ${runId} changes at this moment; try again.`);

type Change = Partial<Pick<Run, 'priority' | 'labels' | 'labels_version'>>;

/** What of the patch is another value than the run has. */
function changeOf(run: Run, { priority, labels }: Patch): Change {
  const merged = Object.entries({ ...run.labels, ...labels }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const wanted = Object.fromEntries(merged);
  const isSame = canonicalJson(wanted) === canonicalJson(run.labels);
  if (merged.length > LABELS_MAX && !isSame)
    throw invalid('labels', `would make more than ${LABELS_MAX} labels`);
  return {
    ...(priority !== undefined && priority !== run.priority && { priority }),
    ...(!isSame && { labels: wanted, labels_version: (run.labels_version ?? 0) + 1 }),
  };
}

async function apply(
  world: World,
  stored: VersionedRun,
  change: Change,
  { by, written }: { readonly by: string; readonly written: () => void },
): Promise<void> {
  const { run } = stored;
  const changes = Object.keys(change).length > 0;
  if (changes && isTerminal(run.state))
    throw new AppError('over', `Run ${run.run_id} is over: ${run.state}.`);
  const isMoved = change.priority !== undefined;
  if (isMoved) await assertMovable(world, run, change.priority);
  if (changes && run.state === 'queued') await assertInLane(world, run, isMoved);
  const kept = isMoved ? await keepRead(world, run.run_id) : undefined;
  if (isMoved && !kept) throw busy(run.run_id);
  const changed = changes ? await record(world, stored, change, { by, written }) : stored;
  // A repetition without a change does what its first attempt may have left.
  if (change.labels || run.labels_version !== undefined) await relabelIndex(world, changed.run);
  if (run.state !== 'queued') return;
  const waits = await moveTicket(world, run);
  if (waits && kept) await noteWaiting(world, kept);
  // It got its place meanwhile. Who would start it may have met the change of its row, and left it to a tick.
  if (!waits && changes) await startWithin(world, run.run_id);
}

async function record(
  world: World,
  stored: VersionedRun,
  change: Change,
  { by, written }: { readonly by: string; readonly written: () => void },
): Promise<VersionedRun> {
  const { run } = stored;
  const pass = passFor(world, run);
  if (change.priority === undefined) {
    const changed = await pass.recorder.record(stored, change);
    written();
    return changed;
  }
  const text = `${by} changed its priority from ${run.priority} to ${change.priority}.`;
  const changed = await pass.recorder.record(stored, change, [statusDraft(run, text)]);
  written();
  return pass.sink.catchUp(changed);
}

/** Refuses a priority for a run that does not wait any more, or one that its pipeline does not allow. */
async function assertMovable(world: World, run: Run, priority: number | undefined): Promise<void> {
  const { run_id, domain, state, pipeline } = run;
  if (state !== 'queued') throw notQueued(run_id, `is ${state}`);
  const entry = await getPipeline(world, domain, pipeline);
  const isEntry = entry && (await readLaunch(world, run_id)).pipeline_version !== null;
  if (isEntry && priority !== undefined && priority > entry.max_priority)
    throw invalid('priority', `is at most ${entry.max_priority} for the pipeline ${pipeline}`);
}

/** A queued run is changed once it is in its lane: before, its own start may still withdraw it. */
async function assertInLane(world: World, run: Run, isMoved: boolean): Promise<void> {
  const { run_id, domain, lane } = run;
  const [ticket, stored] = await Promise.all([
    findTicket(world, domain, lane, run_id),
    readLane(world, domain, lane),
  ]);
  if (ticket) return;
  if (!holds(stored.lane, run_id)) throw busy(run_id);
  if (isMoved) throw notQueued(run_id, 'has its place, and starts');
}

const notQueued = (runId: string, what: string): AppError =>
  new AppError('not_queued', `Run ${runId} ${what}: only one that waits has a priority to change.`);

/** The answer waits only briefly for a slow cluster. */
async function startWithin(world: World, runId: string): Promise<void> {
  const work = reconcileRunById(world, runId).catch((error: unknown) =>
    world.log.warn('start left to the timer', { run_id: runId, error }),
  );
  await atMost(world, DISPATCH_WAIT_MS, work);
}
