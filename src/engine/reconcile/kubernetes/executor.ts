/** Runs each run as a Job on the cluster of its target. */

import type { Target } from '../../../core/kinds/target.ts';
import { isInterruption } from '../../../core/kubernetes/interruption.ts';
import { WARNINGS_AFTER_MS } from '../../../core/limits.ts';
import { jobName } from '../../../core/names.ts';
import type { Reason } from '../../../core/reasons.ts';
import { lossOf, type Outcome, outcomeOf } from '../../../core/runs/failure-reason.ts';
import { type JobObservation, NOTHING_KNOWN } from '../../../core/runs/observe.ts';
import type { Launch } from '../../../core/runs/request.ts';
import type { Run } from '../../../core/runs/run.ts';
import { jobWarning, podWarning, waitReason } from '../../../core/runs/wait-reason.ts';
import { ClusterError } from '../../../ports/cluster.ts';
import { readLaunch, type VersionedRun } from '../../store/run-store.ts';
import { ageMs } from '../end-run.ts';
import type { Closed, Collected, Context, Executor, Stepped } from '../executor.ts';
import { closeLogs } from './close-logs.ts';
import { PassClusters } from './clusters.ts';
import { collectLogs } from './collect-log.ts';
import { type JobContext, type LiveOutput, NO_FOLLOWER } from './context.ts';
import { deleteLateJobs } from './late-jobs.ts';
import { startJob, unsuspendJob } from './start-job.ts';
import { clearTasks, fenceJob, staysAbsent, stopPods, sweepJob } from './stop-job.ts';
import { tellPods } from './tasks/task-pods.ts';

export class KubernetesExecutor implements Executor<JobObservation> {
  readonly nothingKnown = NOTHING_KNOWN;
  readonly #context: JobContext;
  readonly #clusters: PassClusters;
  readonly #launches = new Map<string, Launch>();

  constructor(context: Context, live: LiveOutput = NO_FOLLOWER) {
    const { world, setbacks, runId } = context;
    this.#clusters = new PassClusters(world, setbacks, runId);
    const launch = (run: Run): Promise<Launch> => this.#launch(run);
    this.#context = { ...context, live, clusters: this.#clusters, launch };
  }

  async #launch({ run_id }: Run): Promise<Launch> {
    return this.#launches.get(run_id) ?? readLaunch(this.#context.world, run_id);
  }

  noteRead(run: Run): void {
    this.#clusters.noteRead(run);
  }

  expectMore(): void {
    this.#clusters.expectMore();
  }

  assume(run: Run, launch: Launch, target: Target): void {
    this.#launches.set(run.run_id, launch);
    this.#clusters.assumeTarget(run, target);
  }

  nameOf(run: Run, attempt: number): string {
    return jobName(run.run_id, attempt);
  }

  async observe(run: Run): Promise<JobObservation> {
    return this.#context.live.seen(run) ?? this.#clusters.observe(run);
  }

  start(stored: VersionedRun): Promise<Stepped> {
    return startJob(this.#context, stored);
  }

  async unsuspend(stored: VersionedRun, { job }: JobObservation): Promise<Stepped> {
    return job ? unsuspendJob(this.#context, stored, job) : { stored, again: false };
  }

  startedAt({ drivers }: JobObservation): string | null {
    const main = drivers
      .flatMap((pod) => pod.containers)
      .find((container) => container.kind === 'main' && container.started_at !== null);
    return main?.started_at ?? null;
  }

  async waitsFor(run: Run, observation: JobObservation): Promise<Reason | null | 'unknown'> {
    return waitReason(observation) ?? this.#warned(run, observation);
  }

  /** The reason in the cluster's events, for a driver that does not start and whose status shows none. */
  async #warned(
    run: Run,
    { job, drivers, clusterState }: JobObservation,
  ): Promise<Reason | null | 'unknown'> {
    if (clusterState !== 'waiting') return null;
    const pod = drivers.at(-1);
    const age = ageMs(this.#context.world, run.starting_at) ?? 0;
    if (pod ? age < WARNINGS_AFTER_MS : !job || job.active > 0) return null;
    try {
      const cluster = await this.#clusters.cluster(run);
      if (pod) return podWarning(await cluster.events('Pod', pod.name));
      return job && jobWarning(await cluster.events('Job', job.name));
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return 'unknown';
    }
  }

  async collect(stored: VersionedRun, observation: JobObservation): Promise<Collected> {
    const collected = await collectLogs(this.#context, stored, observation);
    const { recorder } = this.#context;
    return { ...collected, stored: await tellPods(recorder, collected.stored, observation.tasks) };
  }

  close(run: Run, observation: JobObservation | null): Closed {
    return closeLogs(run, observation, this.#context.live.streamedTo);
  }

  outcomeOf({ kind }: Run, observation: JobObservation, printed?: string): Outcome {
    return outcomeOf(kind, observation, printed);
  }

  lossOf(run: Run, { job }: JobObservation): Outcome {
    const times = { started_at: null, finished_at: null };
    if (job?.end?.type === 'Complete' && !isInterruption(run.reason))
      return { reason: null, exit_code: 0, ...times };
    return { reason: lossOf(job, run.reason), exit_code: null, ...times };
  }

  staysAbsent(run: Run): Promise<boolean> {
    return staysAbsent(this.#context, run);
  }

  fence(stored: VersionedRun): Promise<Stepped> {
    return fenceJob(this.#context, stored);
  }

  stop(stored: VersionedRun, observation: JobObservation): Promise<Stepped | null> {
    return stopPods(this.#context, stored, observation);
  }

  clear(run: Run): Promise<boolean> {
    return clearTasks(this.#context, run);
  }

  cleanUp(run: Run, observation: JobObservation): Promise<boolean> {
    return sweepJob(this.#context, run, observation);
  }

  sweepLate(until: number): Promise<void> {
    return deleteLateJobs(this.#context, until);
  }

  noteTrouble(run: Run, error: unknown): Promise<void> {
    return this.#clusters.noteTrouble(run, error);
  }
}
