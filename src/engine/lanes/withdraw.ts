/** Ends a submit that came to nothing, unless somebody has brought the run into its lane meanwhile. */
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, type VersionedRun, withdrawRun } from '../store/run-store.ts';
import { dropWork } from '../store/work.ts';
import { closeLaneTo } from './lane-store.ts';

/**
 * Takes the run's rows back; false when the run is in its lane, or was changed by somebody: it stays. `doubt`:
 * an own try to bring it into its lane may have succeeded, or may yet. Then, and once others have said that
 * they bring it in, the run is closed to all who would do so from now on, and the lane is written, so that
 * whoever is about to do so has to look again.
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
