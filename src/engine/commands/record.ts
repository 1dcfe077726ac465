/** The first rows of a run. */
import { AppError, Unsettled } from '../../core/errors.ts';
import { kindOf, onVolume, ownOf } from '../../core/kinds/all.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import {
  adoptRun,
  type Found,
  insertRun,
  putTombstone,
  readRunAndLaunch,
  type VersionedRun,
} from '../store/run-store.ts';
import { insertWork, newWork, putWork, type VersionedWork } from '../store/work.ts';
import { sameLaunch } from './launch.ts';
import type { Plan } from './plan.ts';
import type { Submission } from './submission.ts';

export function newRun(
  id: string,
  { domain, request, by = null, traceparent }: Submission,
  { launch, target, lane, priority, labels, origin }: Plan,
  { key, now }: { readonly key: string | null; readonly now: string },
): Run {
  const sessions = kindOf(launch.kind).session;
  return {
    run_id: id,
    domain,
    key,
    lane,
    target: target.name,
    kind: launch.kind,
    state: 'queued',
    pipeline: launch.pipeline,
    labels,
    triggered_by: request.triggered_by === undefined ? by : request.triggered_by,
    priority,
    on_busy: request.on_busy,
    deadline_seconds: launch.deadline_seconds,
    attempt: 0,
    job_name: null,
    job_uid: null,
    job_config: null,
    discarded_uid: null,
    driver_uids: [],
    fenced: false,
    unstarted: false,
    stop: null,
    reason: null,
    exit_code: null,
    progress: null,
    created_at: now,
    starting_at: null,
    started_at: null,
    finished_at: null,
    absent_since: null,
    draining_since: null,
    trouble_since: null,
    adopted: false,
    refused: false,
    released: false,
    swept: false,
    gone: false,
    last_seq: 0,
    delivered: {},
    archived_seq: 0,
    generation: 0,
    lease_until: null,
    asked_at: null,
    log: {},
    log_lines: 0,
    log_bytes: 0,
    ...(traceparent !== undefined && { traceparent }),
    ...(origin && { origin }),
    ...(sessions && {
      session: {
        id: sessions.of(id, ownOf(launch)).id,
        place: sessions.place(onVolume(launch, target)),
      },
    }),
  };
}

type Recorded = { readonly stored: VersionedRun; readonly work: VersionedWork };

/**
 * Records the run, work row first. Undefined when the id belongs to another run: nothing was written. `reserved`: an
 * earlier request with the same key drew the id, and may have recorded the run. Rejects with `Unsettled` when the
 * run may exist.
 */
export async function recordRun(
  world: World,
  run: Run,
  launch: Launch,
  reserved: boolean,
): Promise<Recorded | undefined> {
  const row = newWork(run);
  const work = await (reserved ? putWork(world, row) : insertWork(world, row));
  if (!work) return undefined;
  try {
    return { stored: await insertRun(world, run, launch, [statusDraft(run, null)]), work };
  } catch (error) {
    const lost = error instanceof Conflict;
    if (lost && run.key === null) return undefined;
    const found = await settled(run.run_id, lookAgain(world, run.run_id, lost));
    if (found === 'tombstoned') throw error;
    if (!found || !isSame(found, run, launch)) return undefined;
    return { stored: await settled(run.run_id, adoptRun(world, found)), work };
  }
}

/** Finds out after a lost or unclear attempt. After an unclear one a tombstone keeps it from still succeeding. */
async function lookAgain(
  world: World,
  runId: string,
  lost: boolean,
): Promise<Found | 'tombstoned' | undefined> {
  if (!lost && (await putTombstone(world, runId))) return 'tombstoned';
  return readRunAndLaunch(world, runId);
}

/** Runs with the same key are the same; launches may differ, since the catalogue may have changed in between. */
const isSame = (found: Found, run: Run, launch: Launch): boolean =>
  found.run.domain === run.domain &&
  found.run.key === run.key &&
  (run.key !== null ||
    (found.run.created_at === run.created_at && sameLaunch(found.launch, launch)));

/** Turns a failure that is not a refusal into `Unsettled` with the run's id. */
export async function settled<T>(runId: string, act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof AppError || error instanceof Unsettled) throw error;
    throw new Unsettled(runId, error);
  }
}

export const tooLate = (cause?: unknown): AppError =>
  new AppError('unavailable', 'The run could not enter its lane within the time limit.', {
    retryAfter: 1,
    cause,
  });
