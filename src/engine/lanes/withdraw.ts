/** Withdraws a recorded run that got no place, unless it has entered its lane meanwhile. */
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, type VersionedRun, withdrawRun } from '../store/run-store.ts';
import { dropWork } from '../store/work.ts';
import { closeLaneTo } from './lane-store.ts';

/**
 * Removes the run's rows; false when the run is in its lane or was changed: then it stays. `doubt`: an earlier attempt to
 * bring it into its lane may have succeeded, or may still succeed. Then, and when the run was adopted, the run is first
 * marked as `refused` and the lane is written, so that every concurrent attempt to bring it in has to read again.
 */
export async function withdraw(
  world: World,
  stored: VersionedRun,
  doubt = false,
): Promise<boolean> {
  const { run_id, domain, lane, adopted, refused } = stored.run;
  try {
    if (!doubt && !adopted && !refused) await withdrawRun(world, stored);
    else {
      const closed = await changeRun(world, stored, { refused: true });
      if (await closeLaneTo(world, domain, lane, run_id)) {
        await changeRun(world, closed, { refused: false });
        return false;
      }
      await withdrawRun(world, closed);
    }
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
  await dropWork(world, run_id);
  return true;
}
