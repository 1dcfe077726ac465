/** What it takes to hear of runs' events. */
import type { RunEvent } from '../../core/events/event.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';

/**
 * Hears of the events of runs after they were committed: each in order, at least once. Each subscriber has its own
 * place in the run (`delivered`), its own failures and its own pace: it delays neither the log nor another one.
 */
export type Subscriber = {
  /** Stable: its place is stored under this name. */
  readonly name: string;
  /** Whether it hears of the run at all. Decided by what never changes in a run. */
  hears(run: Run): boolean;
  /** Whether it wants the event; others are passed over. */
  wants(event: RunEvent): boolean;
  /**
   * Takes events that it wants, a page at most (`BACKLOG_RUN_BYTES`). Resolves when they are accepted; they may come
   * again all the same. A rejection, or no answer in time, brings them again later. `brief`: they are too much for its
   * audience, which is only to be told that there are some.
   */
  deliver(world: World, run: Run, events: readonly RunEvent[], brief: boolean): Promise<void>;
  /** How many get what is delivered: asked now and then while a run is followed, to keep a bound on deliveries. */
  audience?(world: World, run: Run): Promise<number>;
  /** Says how far the log goes, in case that a last message was lost: now and then, and `HEADS_AFTER_END` times after the end. */
  remind?(world: World, run: Run): Promise<void>;
  /** After the end of a run it has so many attempts and milliseconds; the run is forgotten then, whatever it has missed. */
  readonly givesUp: { readonly attempts: number; readonly ageMs: number };
};

/** The last event that a subscriber has accepted; 0 for none. */
export const deliveredTo = (run: Run, { name }: Subscriber): number => run.delivered[name] ?? 0;
