/** Lists of clusters in one pass: each namespace once, and separately each run that such a list is too old for. */

import type { Target } from '../../../core/kinds/target.ts';
import type { ObservedJob } from '../../../core/kubernetes/observed.ts';
import { observe } from '../../../core/runs/observe.ts';
import { hasTasks, phaseOf, type Run } from '../../../core/runs/run.ts';
import { ALL_LISTED, type Cluster, type Listed, type Listing } from '../../../ports/cluster.ts';
import type { World } from '../../../ports/world.ts';

/** What a list needs: where the runs of a target are. */
type Targets = {
  readonly world: World;
  target(run: Run): Promise<Target | undefined>;
  cluster(run: Run): Promise<Cluster>;
};

/** `near`: a run of the pass that goes to the same namespace. */
export type OtherJob = { readonly job: ObservedJob; readonly near: Run };

type Shared = {
  /** The run that it was requested for. */
  readonly run: Run;
  /** When it was requested, as a count within the pass. */
  readonly at: number;
  /** Whether it includes task pods. */
  readonly tasks: boolean;
  readonly found: Promise<Listing | Error>;
};

export class Listings {
  readonly #targets: Targets;
  /** By connection and namespace. */
  readonly #shared = new Map<string, Shared>();
  /** Lists of single runs. */
  readonly #own = new Map<string, Promise<Listing | Error>>();
  readonly #alone = new Set<string>();
  /** When runs were read, as a count within the pass; others were read before the pass. */
  readonly #readAt = new Map<string, number>();
  #order = 0;
  /** Whether a run of the pass may have task pods. */
  #tasks = false;

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  /** Lists from now on include task pods, whatever runs have been read. */
  expectTasks(): void {
    this.#tasks = true;
  }

  /** Notes that the run was read now: an earlier list may lack what this version of the run knows. */
  noteRead(run: Run): void {
    this.#order += 1;
    this.#readAt.set(run.run_id, this.#order);
    if (hasTasks(run)) this.#tasks = true;
  }

  /** The run is listed separately, and anew, from now on. */
  forget(runId: string): void {
    this.#alone.add(runId);
    this.#own.delete(runId);
  }

  /** A list that is at least as new as the run's version, or the error of that list. */
  async of(run: Run): Promise<Listing | Error> {
    if (!this.#alone.has(run.run_id)) {
      const shared = await this.#sharedOf(run);
      const found = await shared.found;
      if (found instanceof Error || this.#shows(run, shared, found)) return found;
      this.forget(run.run_id);
    }
    const own = this.#own.get(run.run_id) ?? this.#list(run, hasTasks(run), run.run_id);
    this.#own.set(run.run_id, own);
    return own;
  }

  /**
   * Whether the list shows everything of the run. A list from before the run was read does not prove that anything is
   * missing: a Job and its pod may have been made in between.
   */
  #shows(run: Run, shared: Shared, found: Listing): boolean {
    if (hasTasks(run) && !shared.tasks) return false;
    const isYounger = shared.at > (this.#readAt.get(run.run_id) ?? 0);
    return isYounger || (observe(run, found).drivers.length > 0 && !run.fenced);
  }

  async otherJobs(): Promise<readonly OtherJob[]> {
    const lists = [...this.#shared.values()].map(async ({ run: near, found }) => {
      const listing = await found;
      return listing instanceof Error ? [] : listing.jobs.map((job) => ({ job, near }));
    });
    const all = (await Promise.all(lists)).flat();
    return all.filter(({ job }) => !this.#readAt.has(job.run_id ?? ''));
  }

  /** The list of the run's namespace, which several targets may share. */
  async #sharedOf(run: Run): Promise<Shared> {
    const target = await this.#targets.target(run);
    const key = `${target?.connection} ${target?.namespace}`;
    const known = this.#shared.get(key);
    if (known) return known;
    this.#order += 1;
    const tasks = this.#tasks;
    const shared = { run, at: this.#order, tasks, found: this.#list(run, tasks) };
    this.#shared.set(key, shared);
    return shared;
  }

  async #list(run: Run, tasks: boolean, runId?: string): Promise<Listing | Error> {
    const { world } = this.#targets;
    try {
      // For a fenced run only drivers matter; its tasks are listed once the drivers are gone.
      const fenced = runId !== undefined && phaseOf(run) === 'fenced';
      const few: readonly Listed[] = fenced ? ['drivers'] : ['jobs', 'drivers'];
      const what = tasks && !fenced ? ALL_LISTED : few;
      const cluster = await this.#targets.cluster(run);
      return await cluster.list(runId, what);
    } catch (error) {
      world.log.warn('cluster not listed', { domain: run.domain, target: run.target, error });
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
