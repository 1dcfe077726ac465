/** Starts the Job of an admitted run: creates it suspended, commits its uid, then lets it run. */

import { AppError } from '../../../core/errors.ts';
import { sentTrace } from '../../../core/kinds/nextflow/sent-trace.ts';
import { traceChoice } from '../../../core/kinds/nextflow/trace.ts';
import type { ObservedJob } from '../../../core/kubernetes/observed.ts';
import { CONFIG_GRACE_MS } from '../../../core/limits.ts';
import { jobName } from '../../../core/names.ts';
import { reason } from '../../../core/reasons.ts';
import { buildJob } from '../../../core/runs/build-manifest.ts';
import { statusDraft } from '../../../core/runs/event-draft.ts';
import type { Launch } from '../../../core/runs/request.ts';
import type { Run } from '../../../core/runs/run.ts';
import { phaseOf } from '../../../core/runs/run.ts';
import { type Cluster, ClusterError } from '../../../ports/cluster.ts';
import { Conflict } from '../../../ports/store.ts';
import { putIndex } from '../../store/index-store.ts';
import { requestFollower } from '../../store/request-follower.ts';
import { readRun, type VersionedRun } from '../../store/run-store.ts';
import { endRun, stopRun } from '../end-run.ts';
import type { Stepped } from '../executor.ts';
import { type JobContext, newTraceAccess } from './context.ts';

/** Creates the Job, or finds the one that an earlier attempt created, and commits it. */
export async function startJob(pass: JobContext, stored: VersionedRun): Promise<Stepped> {
  const { run } = stored;
  const [target, launch] = await Promise.all([pass.clusters.target(run), pass.launch(run)]);
  if (!target) return refuse(pass, stored, `The target ${run.target} does not exist any more.`);
  const [cluster, trace] = await Promise.all([
    pass.clusters.cluster(run),
    newTraceAccess(pass.world, run.run_id, launch),
  ]);
  let objects: ReturnType<typeof buildJob>;
  try {
    const name = jobName(run.run_id, run.attempt);
    objects = buildJob({
      run_id: run.run_id,
      domain: run.domain,
      attempt: run.attempt,
      name,
      nonce: nonce(pass),
      launch,
      target,
      traceparent: run.traceparent,
      trace,
    });
  } catch (error) {
    // The submit has checked this already, but the target may have changed since.
    if (!(error instanceof AppError)) throw error;
    return refuse(pass, stored, error.message);
  }
  return createJob(pass, cluster, stored, objects);
}

/** Random enough that no ConfigMap name repeats: a lost request may still arrive much later. */
const nonce = ({ world }: JobContext): string =>
  [...world.random(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function createJob(
  pass: JobContext,
  cluster: Cluster,
  stored: VersionedRun,
  { job: manifest, config }: ReturnType<typeof buildJob>,
): Promise<Stepped> {
  const { run } = stored;
  let job: ObservedJob | undefined;
  try {
    // The index lists the run as live before its Job may run.
    [job] = await Promise.all([cluster.createJob(manifest), putIndex(pass.world, run)]);
    pass.clusters.forget(run);
    if (job.run_id !== run.run_id || job.attempt !== run.attempt)
      return await refuse(
        pass,
        stored,
        `A Job named ${job.name} exists already, and does not belong to this run.`,
      );
    if (job.uid === run.discarded_uid) {
      await cluster.deleteJob(job);
      return { stored, again: true };
    }
    // Only the creator of the Job sends its ConfigMap, once: a second request could arrive after the deletion.
    if (job.config === config.name) await cluster.createConfig(config, job);
    else if (!(await cluster.hasConfig(job))) return await discard(pass, stored, job);
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'refused') throw error;
    // The Job stays: another process may have committed it. If not, it is found again, or swept with the run.
    return isFullQuota(error)
      ? waitFor(pass, stored, error.message)
      : refuse(pass, stored, error.message);
  }
  return commitJob(pass, cluster, stored, job);
}

/** Deletes a Job whose creator made no ConfigMap. Its uid is committed as discarded first, so that no other process commits that Job. */
async function discard(pass: JobContext, stored: VersionedRun, job: ObservedJob): Promise<Stepped> {
  const age = pass.world.clock.now() - Date.parse(job.created_at);
  if (age < CONFIG_GRACE_MS) return { stored, again: false };
  return { stored: await pass.recorder.record(stored, { discarded_uid: job.uid }), again: true };
}

/** A full quota on the number of Jobs heals by itself: Jobs that end make room. */
const isFullQuota = ({ status, message }: ClusterError): boolean =>
  status === 403 &&
  message.includes('exceeded quota:') &&
  !message.startsWith('admission webhook "');

async function waitFor(pass: JobContext, stored: VersionedRun, message: string): Promise<Stepped> {
  const next = reason('quota', `The cluster takes no further Job: ${message}`);
  if (stored.run.reason?.message === next.message) return { stored, again: false };
  const run = { ...stored.run, reason: next };
  return {
    stored: await pass.recorder.record(stored, { reason: next }, [statusDraft(run, next.message)]),
    again: false,
  };
}

async function refuse(pass: JobContext, stored: VersionedRun, message: string): Promise<Stepped> {
  pass.setbacks.restLane(stored.run);
  return {
    stored: await endRun(pass.recorder, stored, 'failed', {
      reason: reason('job_refused', `The cluster refused the Job: ${message}`),
    }),
    again: true,
  };
}

/** Where the tasks of its run will be known from, by the Job that is there. */
function sourceOf(
  { nextflow: own }: Launch,
  { traced, trace_token }: ObservedJob,
): Pick<Run, 'trace_source'> {
  if (!own) return {};
  const sent = trace_token === undefined ? undefined : sentTrace(own);
  if (sent) return { trace_source: sent };
  const choice = traceChoice({ own });
  if (choice !== 'file' && choice !== 'log') return {};
  return { trace_source: traced ? choice : 'console' };
}

/** Commits the uid of the one Job that may run. A process that comes too late deletes its own suspended Job. */
async function commitJob(
  pass: JobContext,
  cluster: Cluster,
  stored: VersionedRun,
  job: ObservedJob,
): Promise<Stepped> {
  let committed: VersionedRun;
  try {
    const asked_at = new Date(pass.world.clock.now()).toISOString();
    committed = await pass.recorder.record(stored, {
      job_uid: job.uid,
      job_config: job.config,
      // Of the Job that is there: another process may have made it, with a token of its own.
      ...(job.trace_token !== undefined && { trace_token: job.trace_token }),
      ...sourceOf(await pass.launch(stored.run), job),
      asked_at,
    });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const now = await readRun(pass.world, stored.run.run_id);
    // The list is older than the run that was read just now.
    pass.clusters.forget(stored.run);
    if (now && phaseOf(now.run) === 'starting' && now.run.attempt === stored.run.attempt)
      return { stored: now, again: true };
    if (now?.run.job_uid !== job.uid) await cluster.deleteJob(job);
    return { stored: now ?? null, again: now !== undefined };
  }
  const stepped = await unsuspend(pass, cluster, committed, job);
  if (!stepped.again)
    await Promise.all([
      requestFollower(pass.world, committed.run),
      pass.clusters.noteSuccess(committed.run),
    ]);
  return stepped;
}

/** Lets the committed Job run; if the cluster refuses that, the run fails and the Job is deleted. */
async function unsuspend(
  pass: JobContext,
  cluster: Cluster,
  stored: VersionedRun,
  job: ObservedJob,
): Promise<Stepped> {
  try {
    await cluster.unsuspend(job);
    return { stored, again: false };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'refused' || isFullQuota(error))
      throw error;
    pass.setbacks.restLane(stored.run);
    const why = reason('job_refused', `The cluster does not let the Job run: ${error.message}`);
    return { stored: await stopRun(pass.recorder, stored, 'trouble', why), again: true };
  } finally {
    pass.clusters.forget(stored.run);
  }
}

/** Lets a committed Job run that was left suspended by a process that stopped. */
export async function unsuspendJob(
  pass: JobContext,
  stored: VersionedRun,
  job: ObservedJob,
): Promise<Stepped> {
  return unsuspend(pass, await pass.clusters.cluster(stored.run), stored, job);
}
