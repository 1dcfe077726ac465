/** The interface of subscribers of runs' events. */
import type { RunEvent } from '../../core/events/event.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';

/**
 * Receives the events of runs after their commit, in order, at least once. Each subscriber has its own last seq in the
 * run (`delivered`), its own failures and its own pace: it delays neither the log nor other subscribers.
 */
export type Subscriber = {
  /** Stable: its last seq is stored under this name. */
  readonly name: string;
  /** Whether it gets events of the run at all. May depend only on what never changes in a run. */
  hears(run: Run): boolean;
  /** Whether it wants the event; others are skipped. */
  wants(event: RunEvent): boolean;
  /**
   * Takes wanted events, a page at most (`BACKLOG_RUN_BYTES`). Resolves when they are accepted; they may still come again.
   * After a rejection or a time-out they come again later. `brief`: they are too much for its audience, which should
   * get only a notice.
   */
  deliver(world: World, run: Run, events: readonly RunEvent[], brief: boolean): Promise<void>;
  /** Number of receivers, asked every `AUDIENCE_MS` while a run is followed, to limit the rate of deliveries. */
  audience?(world: World, run: Run): Promise<number>;
  /** Sends the run's `last_seq`, in case a last message was lost: every `HEAD_MS`, and `HEADS_AFTER_END` times after the end. */
  remind?(world: World, run: Run): Promise<void>;
  /**
   * Attempts and milliseconds after the end of a run, after which the run is forgotten, whatever the subscriber lacks; null:
   * the run is tried again, at growing intervals, until the subscriber has all its events.
   */
  readonly givesUp: { readonly attempts: number; readonly ageMs: number } | null;
};

/** The last event that a subscriber has accepted; 0 for none. */
export const deliveredTo = (run: Run, { name }: Subscriber): number => run.delivered[name] ?? 0;
