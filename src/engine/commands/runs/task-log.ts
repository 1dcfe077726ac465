/** What a task printed: from its pod while that is there, else what was kept of it. */
import { AppError } from '../../../core/errors.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { TaskReport } from '../../../core/tasks/report.ts';
import { ClusterError } from '../../../ports/cluster.ts';
import type { World } from '../../../ports/world.ts';
import { findTask } from '../../queries/tasks.ts';
import { platformOf } from '../../reconcile/pass.ts';
import { readKeptLog } from '../../store/tasks/task-logs.ts';

/** `log_gone` where there is neither, with the place where Nextflow itself has it. Rejects with `not_found` and `gone`, too. */
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

function where({ name, status, work_dir }: TaskReport): string {
  const kept =
    status === 'failed'
      ? 'Its pod is gone.'
      : 'Pods of tasks go with them; only logs of failed ones are kept.';
  const file = work_dir === null ? '' : ` On the work volume it is ${work_dir}/.command.log.`;
  return `There is no log of ${name} any more. ${kept}${file}`;
}
