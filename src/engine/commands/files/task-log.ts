/** Reads what Nextflow keeps of a task's output in its work folder. */
import { AppError } from '../../../core/errors.ts';
import { below, normalPath } from '../../../core/runs/files/path.ts';
import type { World } from '../../../ports/world.ts';
import { KEPT_BYTES_MAX } from '../../store/tasks/task-logs.ts';
import { readPart } from './open.ts';
import { findPlaces } from './places.ts';

const LOG_NAME = new TextEncoder().encode('.command.log');
const TASK_FOLDER = /^[0-9a-f]{2}\/[0-9a-f]{30}$/;

/**
 * The last bytes of the log in the work folder of a task, by a reader on the run's target; undefined where there is none, or the
 * folder is no folder of a task of this run. Rejects with `files_unavailable`.
 */
export async function readWorkLog(
  world: World,
  domain: string,
  runId: string,
  workDir: string,
): Promise<Uint8Array | undefined> {
  try {
    const found = await findPlaces(world, domain, runId);
    const { tasks, target } = found;
    if (tasks === null || target.work_claim === null) return undefined;
    const at = below(normalPath(workDir, '/'), normalPath(target.work_path, '/'));
    // The driver names the folder: it is read only where tasks of the run have theirs.
    const own = at === null ? null : below(at, tasks);
    if (at === null || own === null || !TASK_FOLDER.test(own)) return undefined;
    const end = { start: -KEPT_BYTES_MAX, length: KEPT_BYTES_MAX };
    return (await readPart(world, found, { folder: at, name: LOG_NAME, ...end })).bytes;
  } catch (error) {
    const isNone =
      error instanceof AppError && (error.code === 'not_found' || error.code === 'not_readable');
    if (isNone) return undefined;
    throw error;
  }
}
