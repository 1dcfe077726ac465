/** Starts an admitted run: commits `starting`, creates its Job suspended, commits the Job's uid, then lets the Job run. */

import { AppError } from '../../core/errors.ts';
import { buildJob } from '../../core/kinds/build-manifest.ts';
import type { ObservedJob } from '../../core/kubernetes/observed.ts';
import { CONFIG_GRACE_MS, SUBMIT_GRACE_MS } from '../../core/limits.ts';
import { jobName } from '../../core/names.ts';
import { reason } from '../../core/reasons.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import { phaseOf, type Run } from '../../core/runs/run.ts';
import { type Cluster, ClusterError } from '../../ports/cluster.ts';
import { Conflict } from '../../ports/store.ts';
import { acceptRun } from '../lanes/lane-admission.ts';
import { withdraw } from '../lanes/withdraw.ts';
import { putIndex } from '../store/index-store.ts';
import { requestFollower } from '../store/request-follower.ts';
import { adoptRun, readRun, type VersionedRun } from '../store/run-store.ts';
import { endRun, stopRun } from './end.ts';
import type { Pass } from './pass.ts';

/** Result of a step: the run (null when this pass has nothing more to do for it), and whether to decide again at once. */
export type Stepped = { readonly stored: VersionedRun | null; readonly again: boolean };

/** A queued run: starts it if it has a place in its lane; finishes its submit if it has neither place nor ticket. */
export async function admitStep(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const { run } = stored;
  if (!(await pass.hasPlace(run))) return finishSubmit(pass, stored);
  if (pass.setbacks.hold(run)) return { stored, again: false };
  const starting: Run = {
    ...run,
    state: 'starting',
    attempt: 1,
    job_name: jobName(run.run_id, 1),
    starting_at: new Date(pass.world.clock.now()).toISOString(),
  };
  const { state, attempt, job_name, starting_at } = starting;
  const next = await pass.record(stored, { state, attempt, job_name, starting_at }, [
    statusDraft(starting, null),
  ]);
  // There was no Job before this commit, so no observation is needed.
  return createStep(pass, next);
}

/** Finishes a submit that stopped half-way, by the request's own `on_busy`. */
async function finishSubmit(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const { world } = pass;
  const { run } = stored;
  // Not published: a run that may not wait can still be withdrawn, and then never existed.
  if (world.clock.now() - Date.parse(run.created_at) < SUBMIT_GRACE_MS)
    return { stored: null, again: false };
  if (await pass.hasTicket(run)) {
    // A place may be free although the run waits: the process that should have filled it stopped.
    const admitted = await pass.fill(run);
    return { stored, again: admitted.includes(run.run_id) };
  }
  if (run.refused) return giveUp(pass, stored);
  // From here on the submitter can no longer withdraw the run.
  const adopted = await adoptRun(world, stored);
  const result = await acceptRun(world, run.domain, run.lane, {
    run_id: run.run_id,
    priority: run.priority,
    queueing: run.on_busy === 'queue',
  });
  pass.forgetLane(run);
  if (result === 'active') return { stored: adopted, again: true };
  const isGone = result === 'undeclared' || result === 'too_many_lanes';
  if (isGone && run.on_busy === 'queue') return failWithoutLane(pass, adopted);
  return isGone || result === 'busy' ? giveUp(pass, adopted) : { stored: adopted, again: false };
}

/** Ends the run visibly, because its caller may have been answered that it waits. */
async function failWithoutLane(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const message = `The lane ${stored.run.lane} was deleted before the run had its place in it.`;
  const outcome = { reason: reason('lane_deleted', message) };
  return { stored: await endRun(pass, stored, 'failed', outcome), again: true };
}

async function giveUp(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  await withdraw(pass.world, stored);
  return { stored: null, again: false };
}

/** Creates the Job, or finds the one that an earlier attempt created, and commits it. */
export async function createStep(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const { run } = stored;
  const [target, launch] = await Promise.all([pass.target(run), pass.launch(run)]);
  if (!target) return refuse(pass, stored, `The target ${run.target} does not exist any more.`);
  const cluster = await pass.cluster(run);
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
    });
  } catch (error) {
    // The submit has checked this already, but the target may have changed since.
    if (!(error instanceof AppError)) throw error;
    return refuse(pass, stored, error.message);
  }
  return createJob(pass, cluster, stored, objects);
}

/** Random enough that no ConfigMap name repeats: a lost request may still arrive much later. */
const nonce = ({ world }: Pass): string =>
  [...world.random(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function createJob(
  pass: Pass,
  cluster: Cluster,
  stored: VersionedRun,
  { job: manifest, config }: ReturnType<typeof buildJob>,
): Promise<Stepped> {
  const { run } = stored;
  let job: ObservedJob | undefined;
  try {
    // The index lists the run as live before its Job may run.
    [job] = await Promise.all([cluster.createJob(manifest), putIndex(pass.world, run)]);
    pass.forget(run);
    if (job.run_id !== run.run_id || job.attempt !== run.attempt)
      return await refuse(
        pass,
        stored,
        `A Job named ${job.name} is there already, and it is not ours.`,
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

/** Deletes a Job whose creator made no ConfigMap. Its uid is committed first, so that no other process commits that Job. */
async function discard(pass: Pass, stored: VersionedRun, job: ObservedJob): Promise<Stepped> {
  const age = pass.world.clock.now() - Date.parse(job.created_at);
  if (age < CONFIG_GRACE_MS) return { stored, again: false };
  return { stored: await pass.record(stored, { discarded_uid: job.uid }), again: true };
}

/** A full quota on the number of Jobs heals by itself: Jobs that end make room. */
const isFullQuota = ({ status, message }: ClusterError): boolean =>
  status === 403 &&
  message.includes('exceeded quota:') &&
  !message.startsWith('admission webhook "');

async function waitFor(pass: Pass, stored: VersionedRun, message: string): Promise<Stepped> {
  const next = reason('quota', `The cluster takes no further Job: ${message}`);
  if (stored.run.reason?.message === next.message) return { stored, again: false };
  const run = { ...stored.run, reason: next };
  return {
    stored: await pass.record(stored, { reason: next }, [statusDraft(run, next.message)]),
    again: false,
  };
}

async function refuse(pass: Pass, stored: VersionedRun, message: string): Promise<Stepped> {
  pass.setbacks.restLane(stored.run);
  return {
    stored: await endRun(pass, stored, 'failed', {
      reason: reason('job_refused', `The cluster refused the Job: ${message}`),
    }),
    again: true,
  };
}

/** Commits the uid of the one Job that may run. A process that comes too late deletes its own suspended Job. */
async function commitJob(
  pass: Pass,
  cluster: Cluster,
  stored: VersionedRun,
  job: ObservedJob,
): Promise<Stepped> {
  let committed: VersionedRun;
  try {
    const asked_at = new Date(pass.world.clock.now()).toISOString();
    committed = await pass.record(stored, { job_uid: job.uid, job_config: job.config, asked_at });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const now = await readRun(pass.world, stored.run.run_id);
    // The list is older than the run that was read just now.
    pass.forget(stored.run);
    if (now && phaseOf(now.run) === 'starting' && now.run.attempt === stored.run.attempt)
      return { stored: now, again: true };
    if (now?.run.job_uid !== job.uid) await cluster.deleteJob(job);
    return { stored: now ?? null, again: now !== undefined };
  }
  const stepped = await unsuspendJob(pass, cluster, committed, job);
  if (!stepped.again)
    await Promise.all([
      requestFollower(pass.world, committed.run),
      pass.noteSuccess(committed.run),
    ]);
  return stepped;
}

/** Lets the committed Job run; if the cluster refuses that, the run fails and the Job is deleted. */
async function unsuspendJob(
  pass: Pass,
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
    return { stored: await stopRun(pass, stored, 'trouble', why), again: true };
  } finally {
    pass.forget(stored.run);
  }
}

/** Lets a committed Job run that was left suspended by a process that stopped. */
export async function unsuspendStep(
  pass: Pass,
  stored: VersionedRun,
  job: ObservedJob,
): Promise<Stepped> {
  return unsuspendJob(pass, await pass.cluster(stored.run), stored, job);
}
