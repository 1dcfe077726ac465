/** All subscribers of runs' events. */
import { HEADS_AFTER_END } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, type VersionedRun } from '../store/run-store.ts';
import { legacy } from './legacy.ts';
import { publish } from './publish.ts';
import { deliveredTo, type Subscriber } from './subscriber.ts';

export const SUBSCRIBERS: readonly Subscriber[] = [publish, legacy];

export const subscribersOf = (run: Run): readonly Subscriber[] =>
  SUBSCRIBERS.filter((subscriber) => subscriber.hears(run));

/**
 * Whether every subscriber of an ended run has all events and reminders, or is given up. `attempts`: passes since the end;
 * `ageMs`: milliseconds since the end.
 */
export const isTold = (run: Run, attempts: number, ageMs: number): boolean =>
  subscribersOf(run).every((subscriber) => {
    const { givesUp } = subscriber;
    const reminders = subscriber.remind === undefined ? 0 : HEADS_AFTER_END;
    if (givesUp && (attempts >= givesUp.attempts || ageMs >= givesUp.ageMs)) return true;
    return deliveredTo(run, subscriber) >= run.last_seq && attempts >= reminders;
  });

/** Stores the given run's `delivered`. */
export async function storeDelivered(world: World, stored: VersionedRun): Promise<VersionedRun> {
  try {
    const { run, etag } = await changeRun(world, stored, {});
    return { run, etag };
  } catch (error) {
    // Another process has changed the run and delivers its events; receivers drop repeated events by their seq.
    if (error instanceof Conflict) return stored;
    throw error;
  }
}
