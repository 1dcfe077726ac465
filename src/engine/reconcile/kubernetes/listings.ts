/** What clusters list in one pass: each namespace once, and alone a run that this is no good for. */

import { observe } from '../../../core/runs/observe.ts';
import { hasTasks, phaseOf, type Run } from '../../../core/runs/run.ts';
import { ALL_LISTED, type Listed, type Listing } from '../../../ports/cluster.ts';
import type { Pass } from '../pass.ts';

type Shared = {
  /** When it was asked for, in the order of the pass. */
  readonly at: number;
  /** Task pods were asked for too. */
  readonly tasks: boolean;
  readonly found: Promise<Listing | Error>;
};

export class Listings {
  readonly #pass: Pick<Pass, 'world' | 'cluster' | 'target'>;
  /** By connection and namespace. */
  readonly #shared = new Map<string, Shared>();
  /** Of runs that are listed alone. */
  readonly #own = new Map<string, Promise<Listing | Error>>();
  readonly #alone = new Set<string>();
  /** When runs were read, in the order of the pass; one that is missing was read before it. */
  readonly #readAt = new Map<string, number>();
  #order = 0;
  /** Some run of the pass may have task pods. */
  #tasks = false;

  constructor(pass: Pick<Pass, 'world' | 'cluster' | 'target'>) {
    this.#pass = pass;
  }

  /** A listing from now on looks for task pods, whatever runs have been read. */
  expectTasks(): void {
    this.#tasks = true;
  }

  /** The run was read just now: a listing from before may not show what it knows of. */
  noteRead(run: Run): void {
    this.#order += 1;
    this.#readAt.set(run.run_id, this.#order);
    if (hasTasks(run)) this.#tasks = true;
  }

  /** From now on the run is listed alone, and anew. */
  forget(runId: string): void {
    this.#alone.add(runId);
    this.#own.delete(runId);
  }

  /** A listing that shows the run as its version knows it or later, or why there is none. */
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
   * Whether all of the run is shown that there may be. A listing from before the run was read is no proof that anything
   * is missing: its Job may have been made, and a pod of it, between the two.
   */
  #shows(run: Run, shared: Shared, found: Listing): boolean {
    if (hasTasks(run) && !shared.tasks) return false;
    const isYounger = shared.at > (this.#readAt.get(run.run_id) ?? 0);
    return isYounger || (observe(run, found).drivers.length > 0 && !run.fenced);
  }

  /** The listing of the run's namespace, whatever targets lead there. */
  async #sharedOf(run: Run): Promise<Shared> {
    const target = await this.#pass.target(run);
    const key = `${target?.connection} ${target?.namespace}`;
    const known = this.#shared.get(key);
    if (known) return known;
    this.#order += 1;
    const tasks = this.#tasks;
    const shared = { at: this.#order, tasks, found: this.#list(run, tasks) };
    this.#shared.set(key, shared);
    return shared;
  }

  async #list(run: Run, tasks: boolean, runId?: string): Promise<Listing | Error> {
    const { world } = this.#pass;
    try {
      // Of a fenced run only its drivers count; its tasks are asked for once they are gone.
      const fenced = runId !== undefined && phaseOf(run) === 'fenced';
      const few: readonly Listed[] = fenced ? ['drivers'] : ['jobs', 'drivers'];
      const what = tasks && !fenced ? ALL_LISTED : few;
      const cluster = await this.#pass.cluster(run);
      return await cluster.list(runId, what);
    } catch (error) {
      world.log.warn('cluster not listed', { domain: run.domain, target: run.target, error });
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
