/** Whether a run may be deleted, and the step that deletes it for every reader. */
import { AppError } from '../../../core/errors.ts';
import { isTerminal } from '../../../core/events/state.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { World } from '../../../ports/world.ts';
import { readRun, type VersionedRun } from '../../store/run-store.ts';
import { readWork } from '../../store/work.ts';

/** What of the run would be harmed. Undefined: nothing, it may be deleted. */
export function obstacleTo(run: Run, hasWork: boolean): AppError | undefined {
  if (!isTerminal(run.state))
    return new AppError('not_over', `Run ${run.run_id} is ${run.state}: cancel it first.`);
  // Its place in the lane, its Job, and events that subscribers lack are all reached by the run.
  if (hasWork || !run.released)
    return new AppError(
      'not_over',
      `Run ${run.run_id} has ended, and something of it is still to be cleaned up: try again in some minutes. If its cluster is gone for good, confirm that nothing of the run is left there.`,
    );
  if (run.hold)
    return new AppError('held', `Run ${run.run_id} is held by ${run.hold.by}: end the hold first.`);
  return undefined;
}

/** The run and whether it has work left, read at the same time. */
export async function readForDeletion(
  world: World,
  runId: string,
): Promise<{ readonly stored: VersionedRun | undefined; readonly hasWork: boolean }> {
  const [work, stored] = await Promise.all([readWork(world, runId), readRun(world, runId)]);
  return { stored, hasWork: work !== undefined };
}

export const endOf = ({ finished_at }: Run): number => Date.parse(finished_at ?? '');
