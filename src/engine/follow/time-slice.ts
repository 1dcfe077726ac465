/** How long a follower stays with its run: until others wait for its place. */
import {
  FOLLOW_SLICE_MAX_MS,
  FOLLOW_SLICE_MS,
  WAITING_AGAIN_MS,
  WAITING_MS,
} from '../../core/limits.ts';
import type { World } from '../../ports/world.ts';

export type FollowOptions = {
  /** Gives the run back to the queue: the instance is about to end, or nobody waits for the run any more. */
  readonly signal?: AbortSignal | undefined;
  /** It takes no place in the queue's instance: no reason to give the run up because others wait for one. */
  readonly forReaders?: boolean;
};

export class TimeSlice {
  readonly #world: World;
  /** The slice is to end: another instance goes on. */
  readonly #signal: AbortSignal | undefined;
  #end: number;
  #askAt: number;
  #othersWait = false;

  constructor(world: World, { signal, forReaders }: FollowOptions) {
    this.#world = world;
    this.#signal = signal;
    this.#askAt = forReaders ? Number.POSITIVE_INFINITY : world.clock.now() + FOLLOW_SLICE_MS;
    this.#end = world.clock.now() + FOLLOW_SLICE_MAX_MS;
  }

  /** When to ask `isOver` again, at the latest: milliseconds of the world's clock. */
  get due(): number {
    return Math.min(this.#end, this.#askAt);
  }

  isOver(): boolean {
    const now = this.#world.clock.now();
    if (now >= this.#askAt) {
      this.#askAt = now + WAITING_MS;
      // On the side: a queue that is slow to answer holds up no line.
      this.#world.queue.waiting().then(
        (wait) => this.#heed(wait),
        () => undefined,
      );
    }
    return now >= this.#end || this.#signal?.aborted === true;
  }

  /** Who has found a free place by the second look needs none of ours. */
  #heed(othersWait: boolean): void {
    const now = this.#world.clock.now();
    if (othersWait && this.#othersWait) this.#end = now;
    else if (othersWait) this.#askAt = now + WAITING_AGAIN_MS;
    this.#othersWait = othersWait;
  }
}
