/**
 * Deletes Jobs that were created after their runs were forgotten, by a process or over a connection that was frozen for
 * longer than `CREATE_UNDER_WAY_MS`. Such a Job is suspended and never starts, because no run commits its uid.
 */
import { isTerminal } from '../../../core/events/state.ts';
import { LATE_JOBS_PER_TICK } from '../../../core/limits.ts';
import { readRun } from '../../store/run-store.ts';
import type { JobContext } from './context.ts';
import type { OtherJob } from './listings.ts';

/**
 * Deletes late Jobs in the namespaces that this pass has listed. Only the stored run tells whose a Job is: a Job of an unknown run
 * may belong to another installation that uses the same namespace. Never rejects.
 */
export async function deleteLateJobs(pass: JobContext, until: number): Promise<void> {
  const others = await pass.clusters.otherJobs();
  const idle = others.filter(({ job }) => job.suspended && !job.deleting);
  // The newest first, because those of another installation may stay for good.
  const newest = idle.toSorted((one, next) => (one.job.created_at < next.job.created_at ? 1 : -1));
  const some = newest.filter((_, index) => index < LATE_JOBS_PER_TICK);
  await Promise.all(
    some.map((other) =>
      deleteIfOver(pass, other, until).catch((error: unknown) =>
        pass.world.log.warn('late Job not deleted', { run_id: other.job.run_id, error }),
      ),
    ),
  );
}

/** The run is read after the Job was listed, and a terminal state is final. */
async function deleteIfOver(
  { world, clusters }: JobContext,
  { job, near }: OtherJob,
  until: number,
): Promise<void> {
  if (job.run_id === null || world.clock.now() >= until) return;
  const stored = await readRun(world, job.run_id);
  if (!stored || !isTerminal(stored.run.state) || stored.run.job_name !== job.name) return;
  const cluster = await clusters.cluster(near);
  // The cluster deletes its ConfigMap with it. By name it might be any other: users who can create Jobs can mount what they like.
  await cluster.deleteJob({ ...job, config: '' });
  world.log.info('late Job deleted', { run_id: job.run_id });
}
