/** From a place in the lane to a running Job: intent first, then a suspended Job, then its uid, then it may run. */

import { AppError } from '../../core/errors.ts';
import { buildJob } from '../../core/kinds/build-manifest.ts';
import type { JobView } from '../../core/kubernetes/observation.ts';
import { CONFIG_GRACE_MS, SUBMIT_GRACE_MS } from '../../core/limits.ts';
import { jobName } from '../../core/names.ts';
import { phaseOf, type Run } from '../../core/runs/run.ts';
import { type Cluster, ClusterError } from '../../ports/cluster.ts';
import { Conflict } from '../../ports/store.ts';
import { reason, statusFact } from '../events/event-draft.ts';
import { acceptRun } from '../lanes/lane-admission.ts';
import { takeBack } from '../lanes/withdraw.ts';
import { askFollower } from '../store/ask-follower.ts';
import { putIndex } from '../store/index-store.ts';
import { adoptRun, type Held, readRun } from '../store/run-store.ts';
import { endRun, stopRun } from './end.ts';
import type { Pass } from './pass.ts';

/** What a step leaves behind: the run (null when this pass has no more to do with it), and whether to decide again at once. */
export type Stepped = { readonly held: Held | null; readonly again: boolean };

/** A queued run: with a place in the lane it starts; without place and ticket its submit is finished. */
export async function admitStep(pass: Pass, held: Held): Promise<Stepped> {
  const { run } = held;
  if (!(await pass.hasPlace(run))) return finishSubmit(pass, held);
  if (pass.setbacks.hold(run)) return { held, again: false };
  const starting: Run = {
    ...run,
    state: 'starting',
    attempt: 1,
    job_name: jobName(run.run_id, 1),
    starting_at: new Date(pass.world.clock.now()).toISOString(),
  };
  const { state, attempt, job_name, starting_at } = starting;
  const next = await pass.record(held, { state, attempt, job_name, starting_at }, [
    statusFact(starting, null),
  ]);
  // There is no Job before this moment, so there is nothing to look for.
  return createStep(pass, next);
}

/** Whoever submitted the run did not come back: finish by the request's own rule. */
async function finishSubmit(pass: Pass, held: Held): Promise<Stepped> {
  const { world } = pass;
  const { run } = held;
  // Not published: a run that may not wait can still be taken back, and then it never was.
  if (world.clock.now() - Date.parse(run.created_at) < SUBMIT_GRACE_MS)
    return { held: null, again: false };
  if (await pass.hasTicket(run)) {
    // A place may be free although it waits: who was to fill it did not get to it.
    const admitted = await pass.fill(run);
    return { held, again: admitted.includes(run.run_id) };
  }
  if (run.refused) return giveUp(pass, held);
  // From here on the submitter can no longer take the run back.
  const adopted = await adoptRun(world, held);
  const result = await acceptRun(world, run.domain, run.lane, {
    run_id: run.run_id,
    priority: run.priority,
    queueing: run.on_busy === 'queue',
  });
  pass.forgetLane(run);
  if (result === 'active') return { held: adopted, again: true };
  const isGone = result === 'undeclared' || result === 'too_many_lanes';
  if (isGone && run.on_busy === 'queue') return loseLane(pass, adopted);
  return isGone || result === 'busy' ? giveUp(pass, adopted) : { held: adopted, again: false };
}

/** Its caller may have been told that it waits: it ends in sight. */
async function loseLane(pass: Pass, held: Held): Promise<Stepped> {
  const message = `The lane ${held.run.lane} was deleted before the run had its place in it.`;
  const outcome = { reason: reason('lane_deleted', message) };
  return { held: await endRun(pass, held, 'failed', outcome), again: true };
}

async function giveUp(pass: Pass, held: Held): Promise<Stepped> {
  await takeBack(pass.world, held);
  return { held: null, again: false };
}

/** Creates the Job, or finds the one that an earlier try created, and arms it. */
export async function createStep(pass: Pass, held: Held): Promise<Stepped> {
  const { run } = held;
  const [target, launch] = await Promise.all([pass.target(run), pass.launch(run)]);
  if (!target) return refuse(pass, held, `The target ${run.target} does not exist any more.`);
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
    // Checked at the submit already; the target may have changed since.
    if (!(error instanceof AppError)) throw error;
    return refuse(pass, held, error.message);
  }
  return createJob(pass, cluster, held, objects);
}

/** Enough that no name of a ConfigMap ever comes twice: a request that was lost may arrive much later. */
const nonce = ({ world }: Pass): string =>
  [...world.random(8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function createJob(
  pass: Pass,
  cluster: Cluster,
  held: Held,
  { job: manifest, config }: ReturnType<typeof buildJob>,
): Promise<Stepped> {
  const { run } = held;
  let job: JobView | undefined;
  try {
    // Lists find it among the live ones before it may run.
    [job] = await Promise.all([cluster.createJob(manifest), putIndex(pass.world, run)]);
    pass.forget(run);
    if (job.run_id !== run.run_id || job.attempt !== run.attempt)
      return await refuse(
        pass,
        held,
        `A Job named ${job.name} is there already, and it is not ours.`,
      );
    if (job.uid === run.discarded_uid) {
      await cluster.deleteJob(job);
      return { held, again: true };
    }
    // Only who made the Job sends its ConfigMap, and once: sent again it could arrive after its deletion.
    if (job.config === config.name) await cluster.createConfig(config, job);
    else if (!(await cluster.hasConfig(job))) return await discard(pass, held, job);
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'refused') throw error;
    // The Job stays: another one may have armed it meanwhile. If not, it is found again, or swept with the run.
    return isFullQuota(error)
      ? waitFor(pass, held, error.message)
      : refuse(pass, held, error.message);
  }
  return arm(pass, cluster, held, job);
}

/** Whoever made the Job did not get to its ConfigMap. Committed first, so that nobody arms that Job meanwhile. */
async function discard(pass: Pass, held: Held, job: JobView): Promise<Stepped> {
  const age = pass.world.clock.now() - Date.parse(job.created_at);
  if (age < CONFIG_GRACE_MS) return { held, again: false };
  return { held: await pass.record(held, { discarded_uid: job.uid }), again: true };
}

/** A quota on the number of Jobs is a matter of time: Jobs that end make room. */
const isFullQuota = ({ status, message }: ClusterError): boolean =>
  status === 403 &&
  message.includes('exceeded quota:') &&
  !message.startsWith('admission webhook "');

async function waitFor(pass: Pass, held: Held, message: string): Promise<Stepped> {
  const next = reason('quota', `The cluster takes no further Job: ${message}`);
  if (held.run.reason?.message === next.message) return { held, again: false };
  const run = { ...held.run, reason: next };
  return {
    held: await pass.record(held, { reason: next }, [statusFact(run, next.message)]),
    again: false,
  };
}

async function refuse(pass: Pass, held: Held, message: string): Promise<Stepped> {
  pass.setbacks.restLane(held.run);
  return {
    held: await endRun(pass, held, 'failed', {
      reason: reason('job_refused', `The cluster refused the Job: ${message}`),
    }),
    again: true,
  };
}

/** Commits the uid of the one Job that may run. Who comes too late removes the own, suspended Job. */
async function arm(pass: Pass, cluster: Cluster, held: Held, job: JobView): Promise<Stepped> {
  let armed: Held;
  try {
    const asked_at = new Date(pass.world.clock.now()).toISOString();
    armed = await pass.record(held, { job_uid: job.uid, job_config: job.config, asked_at });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const now = await readRun(pass.world, held.run.run_id);
    // What was listed is older than what was read just now.
    pass.forget(held.run);
    if (now && phaseOf(now.run) === 'starting' && now.run.attempt === held.run.attempt)
      return { held: now, again: true };
    if (now?.run.job_uid !== job.uid) await cluster.deleteJob(job);
    return { held: now ?? null, again: now !== undefined };
  }
  const stepped = await letGo(pass, cluster, armed, job);
  if (!stepped.again)
    await Promise.all([askFollower(pass.world, armed.run), pass.noteSuccess(armed.run)]);
  return stepped;
}

/** Lets the armed Job run; one that the cluster does not let go is taken away again. */
async function letGo(pass: Pass, cluster: Cluster, held: Held, job: JobView): Promise<Stepped> {
  try {
    await cluster.unsuspend(job);
    return { held, again: false };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'refused' || isFullQuota(error))
      throw error;
    pass.setbacks.restLane(held.run);
    const why = reason('job_refused', `The cluster does not let the Job run: ${error.message}`);
    return { held: await stopRun(pass, held, 'trouble', why), again: true };
  } finally {
    pass.forget(held.run);
  }
}

/** The Job was armed, and whoever armed it did not get to letting it run. */
export async function unsuspendStep(pass: Pass, held: Held, job: JobView): Promise<Stepped> {
  return letGo(pass, await pass.cluster(held.run), held, job);
}
