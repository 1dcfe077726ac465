/**
 * Follows one live run, where its platform follows runs: events are committed and published as they come, due steps taken.
 * One message of the queue is one time slice for one run. A watchdog message, which the follower postpones while
 * it lives, replaces it when it dies. The timer does what followers do not.
 */

import { isTerminal } from '../../core/events/state.ts';
import { WATCHDOG_MS_MAX } from '../../core/function-limits.ts';
import { DISPATCH_BUDGET_MS, WATCHDOG_RENEWALS } from '../../core/limits.ts';
import type { Follow } from '../../core/runs/message.ts';
import { type Receipt, ReceiptLost } from '../../ports/follow-queue.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import type { Following } from '../reconcile/executor.ts';
import { Pass, platformOf } from '../reconcile/pass.ts';
import { reconcileRun, reconcileRuns } from '../reconcile/reconcile-run.ts';
import { noteChange } from '../store/figures.ts';
import { changeRun, readRun, type VersionedRun } from '../store/run-store.ts';
import { Publisher } from './publisher.ts';
import { type FollowOptions, TimeSlice } from './time-slice.ts';

export async function follow(
  world: World,
  message: Follow,
  options: FollowOptions = {},
): Promise<void> {
  const stored = await acquireLease(world, message);
  if (!stored) return;
  const next: Follow = {
    kind: 'follow',
    run_id: stored.run.run_id,
    generation: stored.run.generation,
  };
  const watchdog = await sendWatchdog(world, stored, next);
  if (!watchdog) return;
  // From here on, the watchdog message replaces this follower after a crash.
  try {
    const live = await followOn(world, stored, options);
    if (live) await world.queue.send(next);
    await watchdog.remove();
  } catch (error) {
    // Not retried by the queue: the watchdog message takes over, with the same generation.
    world.log.warn('follower stopped; its watchdog message takes over', {
      run_id: next.run_id,
      error,
    });
    watchdog.leave();
  }
}

/** Follows the run on its platform for a time slice. True: it needs another follower. */
async function followOn(
  world: World,
  stored: VersionedRun,
  options: FollowOptions,
): Promise<boolean> {
  const { run_id: runId, kind } = stored.run;
  const sink = new Publisher(world, stored.run);
  const following: Following = {
    stored,
    signal: options.signal,
    timeSlice: new TimeSlice(world, options),
    sink,
    async reconcile(now, executor) {
      const scope = { runId, follower: { sink, executor } };
      const pass = new Pass(world, world.clock.now() + DISPATCH_BUDGET_MS, scope);
      const { admitted } = await reconcileRun(pass, now, undefined);
      await reconcileRuns(world, admitted, pass);
    },
  };
  return (await platformOf(kind).follow?.(world, following)) ?? false;
}

/** Sends the watchdog message. Without one the follower must not start, since its death would not be noticed: the timer keeps the run. */
async function sendWatchdog(
  world: World,
  stored: VersionedRun,
  next: Follow,
): Promise<WatchdogMessage | undefined> {
  try {
    return new WatchdogMessage(world, await world.queue.send(next, world.watchdogSeconds));
  } catch (error) {
    world.log.warn('no watchdog message sent; left to the timer', { run_id: next.run_id, error });
    await changeRun(world, stored, { lease_until: null, asked_at: null });
    return undefined;
  }
}

/** Acquires the run's lease by writing a new generation; only one of two messages for a run succeeds. */
async function acquireLease(
  world: World,
  { run_id, generation }: Follow,
): Promise<VersionedRun | undefined> {
  for (;;) {
    const stored = await readRun(world, run_id);
    if (
      !stored ||
      stored.run.generation !== generation ||
      isTerminal(stored.run.state) ||
      stored.run.attempt === 0 ||
      !platformOf(stored.run.kind).follow
    )
      return undefined;
    // No longer than the watchdog time: the timer replaces a follower that dies before it has sent its watchdog message.
    const until = world.clock.now() + world.watchdogSeconds * 1_000;
    const lease_until = new Date(until).toISOString();
    try {
      const leased = await changeRun(world, stored, { generation: generation + 1, lease_until });
      noteChange(world, stored.run, leased.run, []);
      return leased;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** The message that replaces this follower when it dies. */
class WatchdogMessage {
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
    const { clock, queue, watchdogSeconds } = this.#world;
    const until = clock.now() + WATCHDOG_MS_MAX;
    while (clock.now() < until) {
      await clock.sleep((watchdogSeconds * 1_000) / WATCHDOG_RENEWALS, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        this.#receipt = await queue.postpone(this.#receipt, watchdogSeconds);
      } catch (error) {
        // Another follower has received it. Its lease changes the run, which ends this follower.
        if (error instanceof ReceiptLost) return;
        this.#world.log.warn('watchdog message not postponed', { error });
      }
    }
  }

  /** Stops postponing: the message becomes visible by itself. */
  leave(): void {
    this.#stop.abort();
  }

  async remove(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    await this.#world.queue.remove(this.#receipt);
  }
}
