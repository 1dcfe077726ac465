/**
 * What one pass over runs shares: cluster listings, lanes, a time budget. Steps record through it,
 * so that an event is committed first and published after.
 */
import type { EventBody, RunEvent } from '../../core/events/event.ts';
import type { EventDraft } from '../../core/events/event-row.ts';
import type { ObservedPod } from '../../core/kubernetes/observed.ts';
import type { Target } from '../../core/kubernetes/target.ts';
import { type Lane, room } from '../../core/lanes/lane.ts';
import { PUSH_SHARE } from '../../core/limits.ts';
import { NOTHING_KNOWN, type Observation, observe } from '../../core/runs/observe.ts';
import type { Launch } from '../../core/runs/request.ts';
import { hasTasks, type Run } from '../../core/runs/run.ts';
import { type Cluster, ClusterError, type Listing } from '../../ports/cluster.ts';
import type { World } from '../../ports/world.ts';
import { getTarget } from '../catalogue/catalogue.ts';
import { noteReachability } from '../catalogue/reachability.ts';
import { backlogOf, bytesOf } from '../events/backlog.ts';
import { publishEvents } from '../events/publish.ts';
import { fillLane } from '../lanes/lane-fill.ts';
import { findTicket, readLane } from '../lanes/lane-store.ts';
import { isFollowed } from '../store/request-follower.ts';
import {
  type Changed,
  changeRun,
  readLaunch,
  readRun,
  type VersionedRun,
} from '../store/run-store.ts';
import type { Work } from '../store/work.ts';
import { Listings, type OtherJob } from './kubernetes/listings.ts';
import { isOfTarget, Setbacks } from './setbacks.ts';

/** What a follower does differently: it says that it is there, watches the pods, and publishes on the side. */
export type FollowerSide = {
  /** What its watch shows of the run, where that is enough to decide on; else undefined. */
  seen(run: Run): Observation | undefined;
  /** The log of the driver's container, while that runs, comes by a stream. */
  readonly streams: boolean;
  /** Where (`positionText`) the cluster itself ended a stream, so that no more was there to read; or ''. */
  readonly streamedTo: string;
  stamp(run: Run): Partial<Run>;
  publish(run: Run, events: readonly RunEvent[]): void;
};

export type Scope = {
  /** List one run only, not the whole namespace. */
  readonly runId?: string;
  readonly follower?: FollowerSide;
  /** Of the pass that led to this one. */
  readonly setbacks?: Setbacks;
};

type InLane = Pick<Run, 'domain' | 'lane'>;

export class Pass {
  readonly world: World;
  /** When it began, in milliseconds of the world's clock: before anything that it reads or lists. */
  readonly began: number;
  /** When to stop taking up long work: milliseconds of the world's clock. */
  readonly until: number;
  readonly setbacks: Setbacks;
  readonly #scope: Scope;
  readonly #listings: Listings;
  /** Whether listing a target failed, as it was noted last. */
  readonly #noted = new Map<string, boolean>();
  readonly #lanes = new Map<string, Promise<Lane>>();
  /** Launches of runs that are known to have a place in their lane. */
  readonly #placed = new Map<string, Launch>();
  readonly #filled = new Map<string, Promise<readonly string[]>>();
  readonly #targets = new Map<string, Promise<Target | undefined>>();
  /** Web PubSub failed in this pass: the events wait for the next one, the log does not wait. */
  #pushDown = false;
  readonly #pushUntil: number;
  /** Runs of which only the log is left, that no message compacts: for the end of the pass. */
  readonly logsLeft: Work[] = [];

  constructor(world: World, until: number, scope: Scope = {}) {
    this.world = world;
    this.until = until;
    this.began = world.clock.now();
    this.#pushUntil = this.began + (until - this.began) * PUSH_SHARE;
    this.#scope = scope;
    this.#listings = new Listings(this);
    if (scope.runId !== undefined) this.#listings.forget(scope.runId);
    this.setbacks = scope.setbacks ?? new Setbacks();
  }

  get outOfTime(): boolean {
    return this.world.clock.now() >= this.until;
  }

  /** The run's target as it is now: read once in a pass. */
  target(run: Run): Promise<Target | undefined> {
    const key = `${run.domain}.${run.target}`;
    const target = this.#targets.get(key) ?? getTarget(this.world, run.domain, run.target);
    this.#targets.set(key, target);
    return target;
  }

  /** Rejects with what was met before, when the target is known to be in trouble. */
  async cluster(run: Run): Promise<Cluster> {
    const trouble = this.setbacks.targetOf(run);
    if (trouble) throw trouble;
    const target = await this.target(run);
    if (!target)
      throw new ClusterError('unavailable', 0, `the target ${run.target} does not exist any more`);
    return this.world.clusters.connect(target);
  }

  /** Reads a run. Of a run that was read in another way it is assumed that this was before the pass. */
  async read(runId: string): Promise<VersionedRun | undefined> {
    const stored = await readRun(this.world, runId);
    if (stored) this.#listings.noteRead(stored.run);
    return stored;
  }

  /** More runs than have been read belong to the pass: any of them may have task pods. */
  expectMore(): void {
    this.#listings.expectTasks();
  }

  /** What the cluster shows of the run: a namespace is listed once in a pass, and a run that this is no good for alone. */
  async observe(run: Run): Promise<Observation> {
    const seen = this.#scope.follower?.seen(run);
    if (seen) return seen;
    if (this.setbacks.targetOf(run)) return NOTHING_KNOWN;
    const found = await this.#listings.of(run);
    await this.#note(run, found);
    return found instanceof Error ? NOTHING_KNOWN : observe(run, found);
  }

  /** Jobs that the namespaces listed in this pass hold beside those of the runs that it has read. */
  otherJobs(): Promise<readonly OtherJob[]> {
    return this.#listings.otherJobs();
  }

  /** The run's task pods as they are now. */
  async tasks(run: Run): Promise<readonly ObservedPod[]> {
    if (!hasTasks(run)) return [];
    const cluster = await this.cluster(run);
    return (await cluster.list(run.run_id, ['tasks'])).pods;
  }

  /** Forgets what was listed of the run, after a change to the cluster. */
  forget({ run_id }: Run): void {
    this.#listings.forget(run_id);
  }

  /** Tells of the run's target what listing it came to, when that is new in this pass. */
  async #note(run: Run, found: Listing | Error): Promise<void> {
    const key = `${run.domain}.${run.target}`;
    const failed = found instanceof Error;
    if (this.#noted.get(key) === failed) return;
    this.#noted.set(key, failed);
    if (!failed) return this.#noteReachability(run, null, false);
    await this.noteTrouble(run, found, true);
    // Refused or overloaded is told as well, and is no reason to try nothing else.
    if (!(found instanceof ClusterError) || !isOfTarget(found))
      await this.#noteReachability(run, `The cluster does not answer: ${found.message}`, false);
  }

  /** Keeps in mind, and tells, that the run's target is in trouble, if that is what the error says. `listed`: by a list. Never rejects. */
  async noteTrouble(run: Run, error: unknown, listed = false): Promise<void> {
    if (!(error instanceof ClusterError) || !isOfTarget(error)) return;
    if (this.setbacks.targetOf(run)) return;
    this.setbacks.noteTarget(run, error);
    const what = error.code === 'denied' ? 'does not let us in' : 'does not answer';
    const ofRight = !listed && error.status === 403;
    await this.#noteReachability(run, `The cluster ${what}: ${error.message}`, ofRight);
  }

  /** Tells that the run's target lets us do what we are to do there. Never rejects. */
  async noteSuccess(run: Run): Promise<void> {
    await this.#noteReachability(run, null, true);
  }

  /** A note is for people: that it cannot be written says nothing about the cluster. */
  async #noteReachability(
    { domain, target }: Run,
    problem: string | null,
    ofRight: boolean,
  ): Promise<void> {
    await noteReachability(this.world, domain, target, { problem, ofRight }).catch(
      (error: unknown) => this.world.log.warn('reachability not noted', { domain, target, error }),
    );
  }

  /** Says what is known of a run already: at the version that was read it has a place in its lane. */
  assume(run: Run, launch: Launch, target: Target): void {
    this.#placed.set(run.run_id, launch);
    this.#targets.set(`${run.domain}.${run.target}`, Promise.resolve(target));
  }

  async launch(run: Run): Promise<Launch> {
    return this.#placed.get(run.run_id) ?? readLaunch(this.world, run.run_id);
  }

  async hasPlace(run: Run): Promise<boolean> {
    if (this.#placed.has(run.run_id)) return true;
    return (await this.#lane(run)).active.includes(run.run_id);
  }

  /** Gives the free places of its lane to those who wait, once in a pass. The runs that got one. */
  fill(run: InLane): Promise<readonly string[]> {
    const key = `${run.domain}.${run.lane}`;
    const filled = this.#filled.get(key) ?? this.#fill(run);
    this.#filled.set(key, filled);
    return filled;
  }

  async #fill(run: InLane): Promise<readonly string[]> {
    if (room(await this.#lane(run)) === 0) return [];
    const admitted = await fillLane(this.world, run.domain, run.lane);
    this.forgetLane(run);
    return admitted;
  }

  async hasTicket(run: Run): Promise<boolean> {
    return (await findTicket(this.world, run.domain, run.lane, run.run_id)) !== null;
  }

  #lane(run: InLane): Promise<Lane> {
    const key = `${run.domain}.${run.lane}`;
    const lane =
      this.#lanes.get(key) ??
      readLane(this.world, run.domain, run.lane).then((stored) => stored.lane);
    this.#lanes.set(key, lane);
    return lane;
  }

  forgetLane(run: InLane): void {
    this.#lanes.delete(`${run.domain}.${run.lane}`);
  }

  /** Commits a change with its events, then publishes them if nothing before them is still unpublished. */
  async record(
    stored: VersionedRun,
    change: Partial<Run>,
    drafts: readonly (EventDraft | EventBody)[] = [],
  ): Promise<VersionedRun> {
    const { follower } = this.#scope;
    const stamped = { ...follower?.stamp(stored.run), ...change };
    const changed = await changeRun(this.world, stored, stamped, drafts as readonly EventDraft[]);
    const next = { run: changed.run, etag: changed.etag };
    if (follower) {
      follower.publish(changed.run, changed.events);
      return next;
    }
    if (changed.events.length === 0) return next;
    if (changed.run.published_seq !== changed.run.last_seq - changed.events.length) return next;
    if (!(await this.#publish(changed))) return next;
    // Kept in memory; it is stored with the next change, or at the end of the pass.
    return { ...next, run: { ...changed.run, published_seq: changed.run.last_seq } };
  }

  /** True when it is out. What there is no room for waits in the log. */
  async #publish({ run, events }: Changed): Promise<boolean> {
    const backlog = backlogOf(this.world);
    const bytes = bytesOf(events);
    if (!backlog.tryTake(bytes)) return false;
    return this.push(() => publishEvents(this.world, run, events)).finally(() =>
      backlog.give(bytes),
    );
  }

  /** Whether the driver's log, while it runs, is not for this pass: a stream brings it. */
  get streams(): boolean {
    return this.#scope.follower?.streams ?? false;
  }

  /** Whether a follower reads the run's log meanwhile, and this pass is none. */
  leavesLog(run: Run): boolean {
    return this.#scope.follower === undefined && isFollowed(run, this.world.clock.now());
  }

  get streamedTo(): string {
    return this.#scope.follower?.streamedTo ?? '';
  }

  /** Sends to Web PubSub unless this pass is to leave it alone; true when it was accepted. After a failure nothing more is sent. */
  async push(send: () => Promise<boolean>): Promise<boolean> {
    if (this.pushDown) return false;
    const accepted = await send();
    if (!accepted) this.#pushDown = true;
    return accepted;
  }

  /** Publishing is not for this pass (any more): Web PubSub failed, or is slow, or the follower does it on the side. */
  get pushDown(): boolean {
    return (
      this.#pushDown ||
      this.#scope.follower !== undefined ||
      this.world.clock.now() >= this.#pushUntil
    );
  }
}
