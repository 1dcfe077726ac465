/** Delivers one followed run's events to all subscribers in the background. */
import { type RunEvent } from '../../core/events/event.ts';
import { isTerminal } from '../../core/events/state.ts';
import { PUBLISH_DRAIN_MS, PUBLISH_REST_MS } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { bytesOf } from '../events/backlog.ts';
import { Delivery } from '../events/delivery.ts';
import type { Committed, EventSink } from '../events/recorder.ts';
import { deliveredTo } from '../events/subscriber.ts';
import { storeDelivered, subscribersOf } from '../events/subscribers.ts';
import { leaseMs } from '../store/request-follower.ts';
import type { VersionedRun } from '../store/run-store.ts';

export class Publisher implements EventSink {
  readonly #world: World;
  readonly #deliveries: readonly Delivery[];

  constructor(world: World, run: Run) {
    this.#world = world;
    this.#deliveries = subscribersOf(run).map((each) => new Delivery(world, each, run));
  }

  /** `delivered` of the run, from its row and the deliveries here; it never goes back. */
  delivered(run: Run): Run['delivered'] {
    const reached = this.#deliveries.map(({ subscriber, delivered }) => [
      subscriber.name,
      Math.min(run.last_seq, Math.max(deliveredTo(run, subscriber), delivered)),
    ]);
    return { ...run.delivered, ...Object.fromEntries(reached) };
  }

  /** Adds the renewed lease and `delivered` to each change of the run. */
  stamp(run: Run): Partial<Run> {
    const lease_until = new Date(this.#world.clock.now() + leaseMs(this.#world)).toISOString();
    return { lease_until, delivered: this.delivered(run) };
  }

  async catchUp(stored: VersionedRun): Promise<VersionedRun> {
    return stored;
  }

  /** The passes of a follower send nothing themselves. */
  isShut(): boolean {
    return true;
  }

  async remind(): Promise<void> {
    // `sendHead` does this while no event waits.
  }

  deliver({ run, events }: Committed): void {
    this.offer(run, events);
  }

  /** Takes committed events of the run. */
  offer(run: Run, events: readonly RunEvent[]): void {
    const bytes = bytesOf(events);
    for (const each of this.#deliveries) each.offer(run, events, bytes);
  }

  /**
   * Delivers the rest for a short time, and stores `delivered`: clients of the legacy paths could not recognize repeated
   * events.
   */
  async close({ run, etag }: VersionedRun): Promise<void> {
    const ms = isTerminal(run.state) ? PUBLISH_REST_MS : PUBLISH_DRAIN_MS;
    await Promise.all(this.#deliveries.map((each) => each.close(ms)));
    const delivered = this.delivered(run);
    const isNew = this.#deliveries.some(
      ({ subscriber }) => (delivered[subscriber.name] ?? 0) > deliveredTo(run, subscriber),
    );
    if (!isNew) return;
    await storeDelivered(this.#world, { etag, run: { ...run, delivered } }).catch(
      (error: unknown) =>
        this.#world.log.warn('how far events are delivered is not stored', {
          run_id: run.run_id,
          error,
        }),
    );
  }

  /** Reminds subscribers of the run's `last_seq` every `HEAD_MS` while no event waits. */
  sendHead(run: Run): void {
    for (const each of this.#deliveries) each.sendHead(run);
  }
}
