/** The time slice of a follower: it ends when other runs wait for its place. */
import {
  FOLLOW_TIME_SLICE_MAX_MS,
  FOLLOW_TIME_SLICE_MS,
  WAITING_AGAIN_MS,
  WAITING_MS,
} from '../../core/limits.ts';
import type { World } from '../../ports/world.ts';

export type FollowOptions = {
  /** Ends the time slice: the instance is about to end, or the run has no readers any more. */
  readonly signal?: AbortSignal | undefined;
  /** It runs for readers, outside of the queue's function: waiting messages are no reason to stop. */
  readonly forReaders?: boolean;
};

export class TimeSlice {
  readonly #world: World;
  /** Aborts when the time slice has to end. */
  readonly #signal: AbortSignal | undefined;
  #end: number;
  #askAt: number;
  #othersWait = false;

  constructor(world: World, { signal, forReaders }: FollowOptions) {
    this.#world = world;
    this.#signal = signal;
    this.#askAt = forReaders ? Number.POSITIVE_INFINITY : world.clock.now() + FOLLOW_TIME_SLICE_MS;
    this.#end = world.clock.now() + FOLLOW_TIME_SLICE_MAX_MS;
  }

  /** When to call `isOver` next at the latest: milliseconds of the world's clock. */
  get due(): number {
    return Math.min(this.#end, this.#askAt);
  }

  isOver(): boolean {
    const now = this.#world.clock.now();
    if (now >= this.#askAt) {
      this.#askAt = now + WAITING_MS;
      // In the background: a slow queue delays no lines.
      this.#world.queue.waiting().then(
        (wait) => this.#onWaiting(wait),
        () => undefined,
      );
    }
    return now >= this.#end || this.#signal?.aborted === true;
  }

  /** The place is given up only if messages wait in two checks in a row: others may have free places. */
  #onWaiting(othersWait: boolean): void {
    const now = this.#world.clock.now();
    if (othersWait && this.#othersWait) this.#end = now;
    else if (othersWait) this.#askAt = now + WAITING_AGAIN_MS;
    this.#othersWait = othersWait;
  }
}
