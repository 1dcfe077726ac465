/** Records changes of runs with their events: commits first, delivers after. */
import type { EventBody, RunEvent } from '../../core/events/event.ts';
import { type EventDraft, toEvent } from '../../core/events/event-row.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { noteChange } from '../store/figures.ts';
import { changeRun, type VersionedRun } from '../store/run-store.ts';
import type { Subscriber } from './subscriber.ts';

/** A run after a commit, and the events of that commit as they are shown. */
export type Committed = { readonly run: Run; readonly events: readonly RunEvent[] };

/** Receives the events that a recorder has committed. */
export type EventSink = {
  /** Fields that are added to each change of the run, such as the lease. */
  stamp(run: Run): Partial<Run>;
  /** Takes the events of a commit, and delivers them in the background. */
  deliver(committed: Committed): void;
  /** Delivers events that subscribers lack, and stores `delivered`. */
  catchUp(stored: VersionedRun): Promise<VersionedRun>;
  /** Reminds subscribers of the run's `last_seq`. */
  remind(run: Run): Promise<void>;
  /** Whether the sink sends nothing (more) to the subscriber: the receivers behind it are to be left alone. */
  isShut(subscriber: Subscriber): boolean;
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
    const { run, etag } = changed;
    noteChange(this.world, stored.run, run, drafts as readonly EventDraft[]);
    this.#sink.deliver({ run, events: changed.events.map((each) => toEvent(run.run_id, each)) });
    return { run, etag };
  }
}
