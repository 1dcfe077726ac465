/** The clusters of one pass: targets are read once, namespaces are listed once, and reachability is noted. */

import type { Target } from '../../../core/kinds/target.ts';
import type { ObservedPod } from '../../../core/kubernetes/observed.ts';
import { type JobObservation, NOTHING_KNOWN, observe } from '../../../core/runs/observe.ts';
import { hasTasks, type Run } from '../../../core/runs/run.ts';
import { type Cluster, ClusterError, type Listing } from '../../../ports/cluster.ts';
import type { World } from '../../../ports/world.ts';
import { getTarget } from '../../catalogue/catalogue.ts';
import { noteReachability } from '../../catalogue/reachability.ts';
import { isOfTarget, Setbacks } from '../setbacks.ts';
import { Listings, type OtherJob } from './listings.ts';

export class PassClusters {
  readonly world: World;
  readonly #setbacks: Setbacks;
  readonly #listings: Listings;
  readonly #targets = new Map<string, Promise<Target | undefined>>();
  /** Whether listing a target failed, as noted last. */
  readonly #noted = new Map<string, boolean>();

  /** `runId`: list this run only, not its whole namespace. */
  constructor(world: World, setbacks: Setbacks, runId?: string) {
    this.world = world;
    this.#setbacks = setbacks;
    this.#listings = new Listings(this);
    if (runId !== undefined) this.#listings.forget(runId);
  }

  /** The run's target, read once per pass. */
  target(run: Run): Promise<Target | undefined> {
    const key = `${run.domain}.${run.target}`;
    const target = this.#targets.get(key) ?? getTarget(this.world, run.domain, run.target);
    this.#targets.set(key, target);
    return target;
  }

  assumeTarget(run: Run, target: Target): void {
    this.#targets.set(`${run.domain}.${run.target}`, Promise.resolve(target));
  }

  /** The cluster of the run. Rejects with the earlier error of a target that is in trouble. */
  async cluster(run: Run): Promise<Cluster> {
    const trouble = this.#setbacks.targetOf(run);
    if (trouble) throw trouble;
    const target = await this.target(run);
    if (!target)
      throw new ClusterError('unavailable', 0, `the target ${run.target} does not exist any more`);
    return this.world.clusters.connect(target);
  }

  /** Notes that the run was read now. Runs that were read in another way count as read before the pass. */
  noteRead(run: Run): void {
    this.#listings.noteRead(run);
  }

  /** Notes that more runs belong to the pass: any of them may have task pods. */
  expectMore(): void {
    this.#listings.expectTasks();
  }

  /** Observes the run: by the one list of its namespace per pass, or by a list of its own where that is too old. */
  async observe(run: Run): Promise<JobObservation> {
    if (this.#setbacks.targetOf(run)) return NOTHING_KNOWN;
    const found = await this.#listings.of(run);
    await this.#noteListed(run, found);
    return found instanceof Error ? NOTHING_KNOWN : observe(run, found);
  }

  /** Jobs in the listed namespaces that belong to no run that the pass has read. */
  otherJobs(): Promise<readonly OtherJob[]> {
    return this.#listings.otherJobs();
  }

  /** Lists the run's task pods. */
  async tasks(run: Run): Promise<readonly ObservedPod[]> {
    if (!hasTasks(run)) return [];
    const cluster = await this.cluster(run);
    return (await cluster.list(run.run_id, ['tasks'])).pods;
  }

  /** Drops the run's list, after a change on the cluster. */
  forget({ run_id }: Run): void {
    this.#listings.forget(run_id);
  }

  /** Notes whether listing the run's target worked, when that is new in this pass. */
  async #noteListed(run: Run, found: Listing | Error): Promise<void> {
    const key = `${run.domain}.${run.target}`;
    const failed = found instanceof Error;
    if (this.#noted.get(key) === failed) return;
    this.#noted.set(key, failed);
    if (!failed) return this.#noteReachability(run, null, false);
    await this.noteTrouble(run, found, true);
    // Refused or overloaded is noted as well, but other calls are still tried.
    if (!(found instanceof ClusterError) || !isOfTarget(found))
      await this.#noteReachability(run, `The cluster does not answer: ${found.message}`, false);
  }

  /** Notes that the run's target is in trouble, if the error means that. `listed`: the call was a list. Never rejects. */
  async noteTrouble(run: Run, error: unknown, listed = false): Promise<void> {
    if (!(error instanceof ClusterError) || !isOfTarget(error)) return;
    if (this.#setbacks.targetOf(run)) return;
    this.#setbacks.noteTarget(run, error);
    const what = error.code === 'denied' ? 'denies access' : 'does not answer';
    const ofRight = !listed && error.status === 403;
    await this.#noteReachability(run, `The cluster ${what}: ${error.message}`, ofRight);
  }

  /** Notes that a call on the run's target succeeded. Never rejects. */
  async noteSuccess(run: Run): Promise<void> {
    await this.#noteReachability(run, null, true);
  }

  /** The note is for people: a failure to write it says nothing about the cluster. */
  async #noteReachability(
    { domain, target }: Run,
    problem: string | null,
    ofRight: boolean,
  ): Promise<void> {
    await noteReachability(this.world, domain, target, { problem, ofRight }).catch(
      (error: unknown) => this.world.log.warn('reachability not noted', { domain, target, error }),
    );
  }
}

/** The cluster of one run, outside of any pass. */
export const clusterOf = (world: World, run: Run): Promise<Cluster> =>
  new PassClusters(world, new Setbacks()).cluster(run);
