/**
 * Looks after one live run: holds its log stream, watches its pods, commits lines in small batches,
 * takes the steps that are due. One message of the queue is one slice of one run; a guard message
 * that is pushed on as long as this one lives takes over when it dies. Whatever it does not do, the
 * timer does.
 */

import { isTerminal } from '../../core/events/event.ts';
import { GUARD_MS_MAX } from '../../core/function-limits.ts';
import { GUARD_RENEWALS } from '../../core/limits.ts';
import type { Follow } from '../../core/runs/message.ts';
import { type Receipt, ReceiptLost } from '../../ports/follow-queue.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, readRun, type VersionedRun } from '../store/run-store.ts';
import { Attendance } from './follower.ts';
import type { FollowOptions } from './time-slice.ts';

export async function follow(
  world: World,
  message: Follow,
  options: FollowOptions = {},
): Promise<void> {
  const stored = await claim(world, message);
  if (!stored) return;
  const next: Follow = {
    kind: 'follow',
    run_id: stored.run.run_id,
    generation: stored.run.generation,
  };
  const guard = await placeGuard(world, stored, next);
  if (!guard) return;
  // From here on a crash is made good by the guard.
  try {
    const live = await new Attendance(world, stored, options).run();
    if (live) await world.queue.send(next);
    await guard.remove();
  } catch (error) {
    // The message is not tried again by the queue: the guard takes over, with the same generation.
    world.log.warn('follower stopped; its guard goes on', { run_id: next.run_id, error });
    guard.leave();
  }
}

/** Without a guard nobody would notice the end of this follower: then the timer has the run. */
async function placeGuard(
  world: World,
  stored: VersionedRun,
  next: Follow,
): Promise<Guard | undefined> {
  try {
    return new Guard(world, await world.queue.send(next, world.guardSeconds));
  } catch (error) {
    world.log.warn('no guard placed; the timer goes on', { run_id: next.run_id, error });
    await changeRun(world, stored, { attended_until: null, asked_at: null });
    return undefined;
  }
}

/** Takes the run over by a new generation; of two messages for one run only one gets it. */
async function claim(
  world: World,
  { run_id, generation }: Follow,
): Promise<VersionedRun | undefined> {
  for (;;) {
    const stored = await readRun(world, run_id);
    if (
      !stored ||
      stored.run.generation !== generation ||
      isTerminal(stored.run.state) ||
      stored.run.attempt === 0
    )
      return undefined;
    // No longer than a guard takes: who dies before it has placed one is replaced by the timer alone.
    const until = world.clock.now() + world.guardSeconds * 1_000;
    const attended_until = new Date(until).toISOString();
    try {
      return await changeRun(world, stored, { generation: generation + 1, attended_until });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** The message that takes over when this follower dies. */
class Guard {
  readonly #world: World;
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;
  #receipt: Receipt;

  constructor(world: World, receipt: Receipt) {
    this.#world = world;
    this.#receipt = receipt;
    this.#renewing = this.#renew();
  }

  async #renew(): Promise<void> {
    const { clock, queue, guardSeconds } = this.#world;
    const until = clock.now() + GUARD_MS_MAX;
    while (clock.now() < until) {
      await clock.sleep((guardSeconds * 1_000) / GUARD_RENEWALS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        this.#receipt = await queue.postpone(this.#receipt, guardSeconds);
      } catch (error) {
        // Received by another: its claim changes the run, and that ends this follower.
        if (error instanceof ReceiptLost) return;
        this.#world.log.warn('guard not pushed on', { error });
      }
    }
  }

  /** Lets it come: it becomes visible by itself. */
  leave(): void {
    this.#stop.abort();
  }

  async remove(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    await this.#world.queue.remove(this.#receipt);
  }
}
