/** Publishes the events that one pass commits, right away. A slow or dead Web PubSub takes only a share of the pass's time. */
import { DISPATCH_BUDGET_MS, PUSH_SHARE } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import type { Changed, VersionedRun } from '../store/run-store.ts';
import { backlogOf, bytesOf } from './backlog.ts';
import { catchUp, publishEvents } from './publish.ts';
import { type EventSink, Recorder } from './recorder.ts';

export class Outlet implements EventSink {
  readonly world: World;
  /** The end of the pass: milliseconds of the world's clock. */
  readonly until: number;
  readonly #pushUntil: number;
  /** Web PubSub failed in this pass: events wait for the next pass, log lines are still committed. */
  #failed = false;

  constructor(world: World, until: number) {
    this.world = world;
    this.until = until;
    const now = world.clock.now();
    this.#pushUntil = now + (until - now) * PUSH_SHARE;
  }

  stamp(): Partial<Run> {
    return {};
  }

  /** Publishes the events unless earlier ones are still unpublished. */
  async deliver(changed: Changed): Promise<Run> {
    const { run, events } = changed;
    if (events.length === 0) return run;
    if (run.published_seq !== run.last_seq - events.length) return run;
    if (!(await this.#publish(changed))) return run;
    // Only in memory; stored with the next change, or at the end of the pass.
    return { ...run, published_seq: run.last_seq };
  }

  /** True when the events were published. Events without room in the backlog stay in the log. */
  async #publish({ run, events }: Changed): Promise<boolean> {
    const backlog = backlogOf(this.world);
    const bytes = bytesOf(events);
    if (!backlog.tryTake(bytes)) return false;
    return this.push(() => publishEvents(this.world, run, events)).finally(() =>
      backlog.give(bytes),
    );
  }

  catchUp(stored: VersionedRun, storedSeq: number): Promise<VersionedRun> {
    return catchUp(this, stored, storedSeq);
  }

  /** Sends, unless an earlier call of the pass has failed. */
  async push(send: () => Promise<boolean>): Promise<boolean> {
    if (this.isShut) return false;
    const accepted = await send();
    if (!accepted) this.#failed = true;
    return accepted;
  }

  /** Web PubSub has failed, or has used up its share of the time. */
  get isShut(): boolean {
    return this.#failed || this.world.clock.now() >= this.#pushUntil;
  }
}

/** The recorder for a request. */
export const recorderFor = (world: World): Recorder =>
  new Recorder(world, new Outlet(world, world.clock.now() + DISPATCH_BUDGET_MS));
