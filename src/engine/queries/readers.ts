/**
 * Readers: event streams and long polls that wait for a run's events in this instance. They share reads of the run. While
 * there are readers and no follower has the run, it is followed here.
 */
import { isTerminal } from '../../core/events/state.ts';
import {
  FOLLOW_AGAIN_MS,
  FOLLOWED_FOR_READERS_MAX,
  READERS_AWAY_MS,
  READERS_LOOK_MAX_MS,
  READERS_LOOK_MIN_MS,
  READERS_LOOK_PART,
} from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { follow } from '../follow/follow.ts';
import { perInstance } from '../store/per-instance.ts';
import { isFollowed } from '../store/request-follower.ts';
import { onRunChange, readRun, type VersionedRun } from '../store/run-store.ts';

/** The readers of one instance by run, and whether the instance is about to end. */
type Registry = { readonly runs: Map<string, Readers>; closed: boolean };

const registryOf = perInstance((): Registry => ({ runs: new Map(), closed: false }));

/** Adds a reader of the run, until `leave` is called on the result. */
export function enterReaders(world: World, runId: string): Reader {
  const registry = registryOf(world);
  const readers = registry.runs.get(runId) ?? new Readers(world, runId, registry);
  registry.runs.set(runId, readers);
  return readers.enter();
}

/** Before the instance ends: resolves when the runs that are followed for readers are back in the queue. */
export async function closeReaders(world: World): Promise<void> {
  const registry = registryOf(world);
  registry.closed = true;
  await Promise.all([...registry.runs.values()].map((readers) => readers.stopFollowing()));
}

export type Reader = {
  /** The current run; undefined when it does not exist. */
  now(): Promise<VersionedRun | undefined>;
  /** The run at the next poll, which all readers share. */
  next(): Promise<VersionedRun | undefined>;
  /** Follows the run, as just read, in this instance unless it has a follower. */
  ensureFollower(run: Run): void;
  leave(): void;
};

class Readers {
  readonly #world: World;
  readonly #runId: string;
  readonly #registry: Registry;
  readonly #unlisten: () => void;
  #count = 0;
  /** How often the last reader has left. */
  #left = 0;
  #now: Promise<VersionedRun | undefined> | undefined;
  #next: Promise<VersionedRun | undefined> | undefined;
  /** The run has changed since the last poll began. */
  #changed = false;
  #pause = new AbortController();
  #seq = -1;
  #seqAt: number;
  #following: Promise<void> | undefined;
  #stop = new AbortController();
  #followAfter = 0;

  constructor(world: World, runId: string, registry: Registry) {
    this.#world = world;
    this.#runId = runId;
    this.#registry = registry;
    this.#seqAt = world.clock.now();
    this.#unlisten = onRunChange(world, runId, () => {
      this.#changed = true;
      this.#pause.abort();
    });
  }

  enter(): Reader {
    this.#count += 1;
    let here = true;
    return {
      now: () => (this.#now ??= this.#look().finally(() => (this.#now = undefined))),
      next: () => (this.#next ??= this.#lookLater().finally(() => (this.#next = undefined))),
      ensureFollower: (run) => this.#ensureFollower(run),
      leave: () => {
        if (here) this.#leave();
        here = false;
      },
    };
  }

  async #look(): Promise<VersionedRun | undefined> {
    const stored = await readRun(this.#world, this.#runId);
    if (stored && stored.run.last_seq > this.#seq) {
      this.#seq = stored.run.last_seq;
      this.#seqAt = this.#world.clock.now();
    }
    return stored;
  }

  async #lookLater(): Promise<VersionedRun | undefined> {
    if (!this.#changed) {
      this.#pause = new AbortController();
      await this.#world.clock.sleep(this.#pauseMs, this.#pause.signal);
    }
    this.#changed = false;
    return this.#look();
  }

  /** Grows with the time since the last event. A follower in this instance reports changes at once, so polls are rare then. */
  get #pauseMs(): number {
    if (this.#following) return READERS_LOOK_MAX_MS;
    const quiet = (this.#world.clock.now() - this.#seqAt) * READERS_LOOK_PART;
    return Math.min(READERS_LOOK_MAX_MS, Math.max(READERS_LOOK_MIN_MS, quiet));
  }

  #ensureFollower(run: Run): void {
    const { clock } = this.#world;
    const now = clock.now();
    // A run without a committed Job is left to the process that makes it.
    const live = !isTerminal(run.state) && run.job_uid !== null;
    if (this.#following || this.#registry.closed || now < this.#followAfter) return;
    if (!live || isFollowed(run, now) || this.#isFull()) return;
    this.#stop = new AbortController();
    const message = { kind: 'follow', run_id: run.run_id, generation: run.generation } as const;
    const options = { signal: this.#stop.signal, forReaders: true };
    this.#following = follow(this.#world, message, options)
      .catch((error: unknown) =>
        this.#world.log.info('run not followed for its readers', { run_id: run.run_id, error }),
      )
      .finally(() => {
        this.#following = undefined;
        this.#followAfter = clock.now() + FOLLOW_AGAIN_MS;
        this.#forget();
      });
  }

  #isFull(): boolean {
    const followed = [...this.#registry.runs.values()].filter(
      (readers) => readers.#following !== undefined,
    );
    return followed.length >= FOLLOWED_FOR_READERS_MAX;
  }

  #leave(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    if (!this.#following) return this.#forget();
    void this.#stopSoon();
  }

  /** Stops following, after a pause for readers that return, as long polls do. */
  async #stopSoon(): Promise<void> {
    const left = (this.#left += 1);
    await this.#world.clock.sleep(READERS_AWAY_MS, this.#stop.signal);
    if (this.#count === 0 && this.#left === left) await this.stopFollowing();
  }

  async stopFollowing(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  #forget(): void {
    if (this.#count > 0 || this.#following || this.#registry.runs.get(this.#runId) !== this) return;
    this.#unlisten();
    this.#registry.runs.delete(this.#runId);
  }
}
