/** A start that continues an earlier run: whether that can be, and taking its session. */
import { AppError } from '../../../core/errors.ts';
import { isTerminal } from '../../../core/events/state.ts';
import { kindOf, onVolume, ownOf } from '../../../core/kinds/all.ts';
import type { Target } from '../../../core/kinds/target.ts';
import type { Launch, RunRequest } from '../../../core/runs/request.ts';
import { isCommitted, type Origin, type Run } from '../../../core/runs/run.ts';
import { Conflict } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { missingRun } from '../../events/missing.ts';
import { type Found, putTombstone, readRun, readRunAndLaunch } from '../../store/run-store.ts';
import { readSession, type SessionRow, writeSession } from '../../store/session-store.ts';

/** A session that was found free. */
export type FreeSession = {
  readonly id: string;
  readonly row: SessionRow | undefined;
  /** The last run of it that had a driver: nothing of that may be left when the next driver is made. */
  readonly before: string | null;
  /** The row names a run that is not recorded, and must not be any more. */
  readonly unrecorded: boolean;
};

/** A launch with where it comes from. */
export type Continued = {
  readonly launch: Launch;
  readonly origin?: Origin;
  readonly session?: FreeSession;
};

/** Reads only. Rejects with AppError: `invalid`, `gone`, `session_busy`, `not_resumable`. */
export async function continueRun(
  world: World,
  domain: string,
  request: RunRequest,
  launch: Launch,
  target: Target,
): Promise<Continued> {
  const resumed = kindOf(launch.kind).session?.resumed(ownOf(launch));
  const { rerun_of } = request;
  if (resumed !== undefined) {
    const field = `${launch.kind}.resume`;
    if (rerun_of !== undefined)
      throw invalidRun('rerun_of', `is for runs that start anew, and ${field} is given`);
    return resume(world, await findNamed(world, domain, resumed, field), launch, target);
  }
  if (rerun_of === undefined) return { launch };
  await findNamed(world, domain, rerun_of, 'rerun_of');
  return { launch, origin: { run_id: rerun_of, how: 'rerun' } };
}

const invalidRun = (field: string, message: string): AppError =>
  new AppError('invalid', `${field} ${message}`, { fields: [{ field, message }] });

/** The run that a field names. */
async function findNamed(
  world: World,
  domain: string,
  runId: string,
  field: string,
): Promise<Found> {
  const found = await readRunAndLaunch(world, runId);
  if (found?.run.domain === domain) return found;
  const { code, message } = await missingRun(world, domain, runId);
  if (code === 'gone') throw new AppError(code, message, { fields: [{ field, message }] });
  throw invalidRun(field, `is ${runId}, and there is no such run`);
}

async function resume(
  world: World,
  found: Found,
  launch: Launch,
  target: Target,
): Promise<Continued> {
  const { run_id } = found.run;
  const sessions = kindOf(launch.kind).session;
  if (!isTerminal(found.run.state)) throw busy(found.run);
  const obstacle = obstacleTo(found, launch, target);
  if (obstacle !== undefined)
    throw new AppError('not_resumable', `Run ${run_id} cannot be resumed: ${obstacle}`);
  const session = sessions?.of(run_id, ownOf(found.launch));
  if (!sessions || !session) throw new Error(`run ${run_id} has no session`);
  return {
    launch: { ...launch, [launch.kind]: sessions.enter(ownOf(launch), session) },
    origin: { run_id, how: 'resume' },
    session: await freeSession(world, session.id, found.run),
  };
}

/** Of a run of a kind without sessions. */
export const keepsNothing = ({ kind }: Run): string =>
  `it ran ${kindOf(kind).title}, which keeps nothing to continue from; rerun it.`;

/** Why nothing of the run can be continued on the target; a sentence. */
function obstacleTo({ run }: Found, launch: Launch, target: Target): string | undefined {
  const sessions = kindOf(run.kind).session;
  if (!sessions) return keepsNothing(run);
  if (run.kind !== launch.kind) return `it is of kind ${run.kind}, and this one ${launch.kind}.`;
  if (!isCommitted(run)) return 'it never started, so there is nothing to continue; rerun it.';
  const [was, is] = [run.session?.place, sessions.place(onVolume(launch, target))];
  if (was === null || is === null)
    return `the target ${is === null ? target.name : run.target} has no work claim, so nothing is left of it; rerun it.`;
  const moved = was === undefined ? run.target !== target.name : was !== is;
  if (!moved) return undefined;
  if (run.target !== target.name)
    return `what it has done is on the target ${run.target}, and the target ${target.name} has another work volume.`;
  return `the work volume of its target ${run.target} was changed since; rerun it.`;
}

function busy({ run_id, state }: Run): AppError {
  const message = `Run ${run_id} has the session, and is ${state}: wait for its end, or cancel it.`;
  return new AppError('session_busy', message, {
    members: { run_id },
    retryAfter: BUSY_RETRY_SECONDS,
  });
}

/** Pipelines take minutes at least. */
const BUSY_RETRY_SECONDS = 30;

/** Only a run that is over leaves its session: its end is the proof that its driver is gone. Rejects with `session_busy`. */
async function freeSession(world: World, id: string, resumed: Run): Promise<FreeSession> {
  const row = await readSession(world, id);
  const holder =
    row === undefined || row.run_id === resumed.run_id
      ? resumed
      : (await readRun(world, row.run_id))?.run;
  if (holder && !isTerminal(holder.state)) throw busy(holder);
  const drove = holder && isCommitted(holder);
  return {
    id,
    row,
    before: drove ? holder.run_id : (row?.before ?? null),
    unrecorded: holder === undefined,
  };
}

/**
 * Takes the session for a run that is about to be recorded. False: another start was faster. If this one stops before the record,
 * the row names a run that is not there, and the next start takes the session.
 */
export async function takeSession(
  world: World,
  { id, row, before, unrecorded }: FreeSession,
  runId: string,
): Promise<boolean> {
  // A start with the same key may have taken it under this id, and stopped.
  if (unrecorded && row && row.run_id !== runId && !(await putTombstone(world, row.run_id)))
    return false;
  try {
    await writeSession(world, id, { run_id: runId, before }, row?.etag ?? null);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
