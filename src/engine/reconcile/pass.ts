/** What one pass over runs shares: a time budget, setbacks, lanes, a recorder, and an executor for each sort of runs. */
import { type KindName, kindOf } from '../../core/kinds/all.ts';
import type { Target } from '../../core/kinds/target.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { Outlet } from '../events/outlet.ts';
import { type EventSink, Recorder } from '../events/recorder.ts';
import { LaneReads } from '../lanes/lane-reads.ts';
import { isFollowed } from '../store/request-follower.ts';
import { readRun, type VersionedRun } from '../store/run-store.ts';
import type { Work } from '../store/work.ts';
import type { Context, Executor, Platform } from './executor.ts';
import { kubernetes } from './kubernetes/platform.ts';
import { Setbacks } from './setbacks.ts';

/** All platforms, by the names that kinds use. */
export const PLATFORMS: Readonly<Record<'kubernetes', Platform>> = { kubernetes };

/** The platform of runs of the kind. */
export const platformOf = (kind: KindName): Platform => PLATFORMS[kindOf(kind).executor];

/** What a follower does differently: it publishes in the background, and its executor knows what it watches. */
type FollowerSide = { readonly sink: EventSink; readonly executor: Platform['executor'] };

export type Scope = {
  /** Observe only this run, not its whole namespace. */
  readonly runId?: string;
  readonly follower?: FollowerSide;
  /** Those of the pass that led to this one. */
  readonly setbacks?: Setbacks;
};

export class Pass {
  readonly world: World;
  /** When it began, before it read or listed anything: milliseconds of the world's clock. */
  readonly began: number;
  /** When to stop beginning long work: milliseconds of the world's clock. */
  readonly until: number;
  readonly setbacks: Setbacks;
  readonly sink: EventSink;
  readonly recorder: Recorder;
  readonly lanes: LaneReads;
  /** Runs with only compaction left that no message does: for the end of the pass. */
  readonly logsLeft: Work[] = [];
  readonly #follower: FollowerSide | undefined;
  readonly #context: Context;
  readonly #executors = new Map<Platform, Executor>();
  #expectsMore = false;

  constructor(world: World, until: number, { runId, follower, setbacks }: Scope = {}) {
    this.world = world;
    this.began = world.clock.now();
    this.until = until;
    this.setbacks = setbacks ?? new Setbacks();
    this.sink = follower?.sink ?? new Outlet(world, until);
    this.recorder = new Recorder(world, this.sink);
    this.lanes = new LaneReads(world);
    this.#follower = follower;
    this.#context = { world, recorder: this.recorder, setbacks: this.setbacks, runId };
  }

  get outOfTime(): boolean {
    return this.world.clock.now() >= this.until;
  }

  executorOf(run: Run): Executor {
    const platform = platformOf(run.kind);
    const known = this.#executors.get(platform);
    const executor = known ?? (this.#follower ?? platform).executor(this.#context);
    if (this.#expectsMore) executor.expectMore();
    this.#executors.set(platform, executor);
    return executor;
  }

  /** Notes that more runs belong to the pass than were read so far. */
  expectMore(): void {
    this.#expectsMore = true;
  }

  /** Reads a run. Runs that were read in another way count as read before the pass. */
  async read(runId: string): Promise<VersionedRun | undefined> {
    const stored = await readRun(this.world, runId);
    if (stored) this.executorOf(stored.run).noteRead(stored.run);
    return stored;
  }

  /** Notes that the run, at the version that was read, has a place in its lane, and what it is to run. */
  assume(run: Run, launch: Launch, target: Target): void {
    this.lanes.assume(run);
    this.executorOf(run).assume(run, launch, target);
  }

  /** Deletes what was created late, for runs that were over, where this pass has looked. Never rejects. */
  async sweepLate(): Promise<void> {
    for (const executor of this.#executors.values()) await executor.sweepLate(this.until);
  }

  /** Whether another process follows the run and reads its log. */
  leavesLog(run: Run): boolean {
    return !this.#follower && isFollowed(run, this.world.clock.now());
  }
}
