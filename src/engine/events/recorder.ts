/** Records changes of runs with their events: commits first, publishes after. */
import type { EventBody } from '../../core/events/event.ts';
import type { EventDraft } from '../../core/events/event-row.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { type Changed, changeRun, type VersionedRun } from '../store/run-store.ts';

/** Receives the events that a recorder has committed. */
export type EventSink = {
  /** Fields that are added to each change of the run, such as the lease. */
  stamp(run: Run): Partial<Run>;
  /** Takes the events of a commit; returns the run with its new `published_seq`, if they were published. */
  deliver(changed: Changed): Promise<Run>;
  /** Publishes unpublished events. `storedSeq`: the stored `published_seq`. */
  catchUp(stored: VersionedRun, storedSeq: number): Promise<VersionedRun>;
  /** Sends to Web PubSub, unless the sink is shut; true when it was accepted. */
  push(send: () => Promise<boolean>): Promise<boolean>;
  /** Whether the sink publishes nothing (any more). */
  readonly isShut: boolean;
};

export class Recorder {
  readonly world: World;
  readonly #sink: EventSink;

  constructor(world: World, sink: EventSink) {
    this.world = world;
    this.#sink = sink;
  }

  /** Rejects with Conflict when the run has changed since it was read. */
  async record(
    stored: VersionedRun,
    change: Partial<Run>,
    drafts: readonly (EventDraft | EventBody)[] = [],
  ): Promise<VersionedRun> {
    const stamped = { ...this.#sink.stamp(stored.run), ...change };
    const changed = await changeRun(this.world, stored, stamped, drafts as readonly EventDraft[]);
    return { run: await this.#sink.deliver(changed), etag: changed.etag };
  }
}
