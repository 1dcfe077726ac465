/** What a task printed: what was kept of it, else from its pod while that is there, else from its work folder. */
import { AppError } from '../../../core/errors.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { TaskReport } from '../../../core/tasks/report.ts';
import { ClusterError } from '../../../ports/cluster.ts';
import type { World } from '../../../ports/world.ts';
import { findTask } from '../../queries/tasks.ts';
import { platformOf } from '../../reconcile/pass.ts';
import { readKeptLog } from '../../store/tasks/task-logs.ts';
import { readWorkLog } from '../files/task-log.ts';

/** `log_gone` where there is none of them, with the place where Nextflow had it. Rejects with `not_found`, `gone` and `files_unavailable`, too. */
export async function readTaskLog(
  world: World,
  domain: string,
  runId: string,
  task: string,
): Promise<Uint8Array> {
  const { run, report } = await findTask(world, domain, runId, task);
  const digits = report.hash?.replace('/', '') ?? null;
  const found =
    digits === null
      ? undefined
      : ((await readKeptLog(world, runId, digits)) ?? (await fromPod(world, run, digits)));
  if (found) return found;
  const { work_dir } = report;
  const written = work_dir === null ? undefined : await readWorkLog(world, domain, runId, work_dir);
  if (written) return written;
  throw new AppError('log_gone', where(report));
}

async function fromPod(world: World, run: Run, digits: string): Promise<Uint8Array | undefined> {
  if (run.swept || run.gone) return undefined;
  try {
    return await platformOf(run.kind).taskLog?.(world, run, digits);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new AppError('unavailable', `The cluster does not give the log: ${error.message}`);
  }
}

function where({ name, work_dir }: TaskReport): string {
  const file =
    work_dir === null ? '' : ` Nextflow wrote it to ${work_dir}/.command.log, which is not found.`;
  return `There is no log of ${name}. Its pod is gone, and nothing was kept.${file}`;
}
