/** Where the files of a run are. */
import { AppError } from '../../../core/errors.ts';
import { onVolume } from '../../../core/kinds/all.ts';
import type { Target } from '../../../core/kinds/target.ts';
import { type Place, type RunFolders, runFolders } from '../../../core/runs/files/folders.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { World } from '../../../ports/world.ts';
import { getTarget } from '../../catalogue/catalogue.ts';
import { missingRun } from '../../events/missing.ts';
import { readRunAndLaunch } from '../../store/run-store.ts';

export type Found = RunFolders & { readonly run: Run; readonly target: Target };
/** A place whose folder can be read. */
export type Readable = Place & { readonly folder: string };

export const isReadable = (place: Place): place is Readable => place.folder !== null;

/** Rejects with `not_found` or `gone`; with `not_readable` when the run's target does not exist any more. */
export async function findPlaces(world: World, domain: string, runId: string): Promise<Found> {
  const found = await readRunAndLaunch(world, runId);
  if (found?.run.domain !== domain) throw await missingRun(world, domain, runId);
  const { run, launch } = found;
  const named = await getTarget(world, domain, run.target);
  if (!named)
    throw new AppError(
      'not_readable',
      `The target ${run.target}, where the run's files are, does not exist any more.`,
    );
  const target = onVolume(launch, named);
  return { run, target, ...runFolders({ run, launch, target }) };
}

/** The target with its work volume, which every place that can be read is on. */
export const volumeOf = (target: Target): Target & { work_claim: string } => {
  const { work_claim } = target;
  if (work_claim === null) throw new AppError('not_readable', 'The target has no work volume.');
  return { ...target, work_claim };
};
