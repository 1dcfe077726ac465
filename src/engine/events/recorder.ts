/** Changes of runs with their events: committed first, told after. */
import type { EventBody } from '../../core/events/event.ts';
import type { EventDraft } from '../../core/events/event-row.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { type Changed, changeRun, type VersionedRun } from '../store/run-store.ts';

/** Where committed events go from a recorder. */
export type EventSink = {
  /** What each change of the run says beside its own. */
  stamp(run: Run): Partial<Run>;
  /** Takes what was committed just now. The run as it is known to be then: with what is out already. */
  deliver(changed: Changed): Promise<Run>;
  /** Publishes what is behind. `storedSeq`: how far it was published by the row of the run. */
  catchUp(stored: VersionedRun, storedSeq: number): Promise<VersionedRun>;
  /** Sends to Web PubSub unless that is to be left alone; true when it was accepted. */
  push(send: () => Promise<boolean>): Promise<boolean>;
  /** Nothing is published here (any more). */
  readonly isShut: boolean;
};

export class Recorder {
  readonly world: World;
  readonly #sink: EventSink;

  constructor(world: World, sink: EventSink) {
    this.world = world;
    this.#sink = sink;
  }

  /** Rejects with Conflict when somebody else changed the run since it was read. */
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
