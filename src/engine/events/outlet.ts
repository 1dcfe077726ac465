/** Delivers the events that one pass commits in the background, and at its end what subscribers lack, within a share of its time. */
import type { RunEvent } from '../../core/events/event.ts';
import { PUBLISH_MS, PUSH_SHARE } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import type { VersionedRun } from '../store/run-store.ts';
import { backlogOf, bytesOf } from './backlog.ts';
import { type Committed, type EventSink, Recorder } from './recorder.ts';
import { deliveredTo, type Subscriber } from './subscriber.ts';
import { storeDelivered, subscribersOf } from './subscribers.ts';

/** State of the delivery of one run to one subscriber. */
type Line = {
  /** The subscriber has accepted everything up to this seq. */
  reached: number;
  /** Everything up to this seq was accepted or is being delivered. */
  offered: number;
  /** The current delivery; never rejects. */
  work: Promise<void>;
};

export class Outlet implements EventSink {
  readonly #world: World;
  /** After this time no delivery begins or is waited for: milliseconds of the world's clock. */
  readonly #until: number;
  /** Subscribers that failed in this pass: events wait for the next one. */
  readonly #failed = new Set<string>();
  /** By run and subscriber. */
  readonly #lines = new Map<string, Line>();

  /** `until`: the end of the pass. */
  constructor(world: World, until: number) {
    this.#world = world;
    const now = world.clock.now();
    this.#until = now + (until - now) * PUSH_SHARE;
  }

  #line(run: Run, subscriber: Subscriber): Line {
    const key = `${run.run_id} ${subscriber.name}`;
    const stored = deliveredTo(run, subscriber);
    const line = this.#lines.get(key) ?? {
      reached: stored,
      offered: stored,
      work: Promise.resolve(),
    };
    this.#lines.set(key, line);
    // Another process may have delivered more meanwhile.
    line.reached = Math.max(line.reached, stored);
    line.offered = Math.max(line.offered, line.reached);
    return line;
  }

  /** Adds `delivered` to each change of the run. */
  stamp(run: Run): Pick<Run, 'delivered'> {
    const reached = subscribersOf(run).map((each) => [
      each.name,
      Math.min(run.last_seq, this.#line(run, each).reached),
    ]);
    return { delivered: { ...run.delivered, ...Object.fromEntries(reached) } };
  }

  /** Begins to deliver the events of a commit to the subscribers that have everything before them. */
  deliver({ run, events }: Committed): void {
    const before = run.last_seq - events.length;
    const due = subscribersOf(run).filter((each) => this.#line(run, each).offered === before);
    if (events.length === 0 || due.length === 0) return;
    const backlog = backlogOf(this.#world);
    const bytes = bytesOf(events);
    // Events without room in the backlog stay in the log.
    if (!backlog.tryTake(bytes)) return;
    const given = due.map(async (subscriber) => {
      const line = this.#line(run, subscriber);
      line.work = this.#deliverBehind(line, before, run, () => this.#give(subscriber, run, events));
      await line.work;
    });
    void Promise.all(given).then(() => backlog.give(bytes));
  }

  /** Delivers after the current delivery, unless that fails; `before`: the seq before the given events. */
  async #deliverBehind(
    line: Line,
    before: number,
    { last_seq }: Run,
    give: () => Promise<boolean>,
  ): Promise<void> {
    line.offered = last_seq;
    await line.work;
    if (line.reached === before && (await give())) line.reached = last_seq;
    else line.offered = line.reached;
  }

  /** Delivers to all subscribers concurrently what they lack, and stores `delivered`. */
  async catchUp(stored: VersionedRun): Promise<VersionedRun> {
    const { run } = stored;
    const all = Promise.all(subscribersOf(run).map((each) => this.#catchUp(each, run)));
    const limit = new AbortController();
    await Promise.race([all, this.#world.clock.sleep(PUBLISH_MS, limit.signal)]);
    limit.abort();
    // Stored for fast subscribers before slow ones are done, or another process would deliver to them again.
    const soon = await this.#store(stored);
    await all;
    return this.#store(soon);
  }

  async #store(stored: VersionedRun): Promise<VersionedRun> {
    const { run, etag } = stored;
    const { delivered } = this.stamp(run);
    const isNew = subscribersOf(run).some(
      (each) => (delivered[each.name] ?? 0) > deliveredTo(run, each),
    );
    return isNew ? storeDelivered(this.#world, { run: { ...run, delivered }, etag }) : stored;
  }

  async #catchUp(subscriber: Subscriber, run: Run): Promise<void> {
    const line = this.#line(run, subscriber);
    if (line.offered > line.reached) await this.#inTime(line.work);
    if (line.reached >= run.last_seq || this.isShut(subscriber)) return;
    const backlog = backlogOf(this.#world);
    const limit = this.#limit();
    while (line.reached < run.last_seq && !this.isShut(subscriber)) {
      const { events, bytes } = await backlog.read(this.#world, run, line.reached, limit.signal);
      const last = events.at(-1);
      if (!last) break;
      const given = this.#give(subscriber, run, events);
      void given.then(() => backlog.give(bytes));
      if ((await this.#inTime(given)) !== true) break;
      line.reached = Math.max(line.reached, last.seq);
      line.offered = Math.max(line.offered, last.seq);
    }
    limit.abort();
  }

  /** Reminds subscribers of the run's `last_seq`. */
  async remind(run: Run): Promise<void> {
    const reminders = subscribersOf(run).map((each) =>
      this.#attempt(each, run, async () => each.remind?.(this.#world, run)),
    );
    await this.#inTime(Promise.all(reminders));
  }

  /** True when the subscriber has accepted the events that it wants. */
  async #give(subscriber: Subscriber, run: Run, events: readonly RunEvent[]): Promise<boolean> {
    const wanted = events.filter((event) => subscriber.wants(event));
    if (wanted.length === 0) return true;
    return this.#attempt(subscriber, run, () =>
      subscriber.deliver(this.#world, run, wanted, false),
    );
  }

  /** After a failure the subscriber gets nothing more in this pass. Never rejects. */
  async #attempt(subscriber: Subscriber, run: Run, act: () => Promise<void>): Promise<boolean> {
    if (this.isShut(subscriber)) return false;
    const { name } = subscriber;
    try {
      await act();
      return true;
    } catch (error) {
      this.#failed.add(name);
      const { run_id } = run;
      this.#world.log.warn('not delivered; the events stay in the log', {
        run_id,
        subscriber: name,
        error,
      });
      return false;
    }
  }

  /** The result of the work, or undefined when the time for deliveries is over. */
  async #inTime<T>(work: Promise<T>): Promise<T | undefined> {
    const limit = this.#limit();
    const late = new Promise<undefined>((resolve) => {
      limit.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    return Promise.race([work, late]).finally(() => limit.abort());
  }

  /** A controller that aborts at `#until`; the caller aborts it when it is not needed any more. */
  #limit(): AbortController {
    const limit = new AbortController();
    const { clock } = this.#world;
    void clock.sleep(this.#until - clock.now(), limit.signal).then(() => limit.abort());
    return limit;
  }

  /** The subscriber has failed in this pass, or the time for deliveries is over. */
  isShut({ name }: Subscriber): boolean {
    return this.#failed.has(name) || this.#world.clock.now() >= this.#until;
  }
}

/** The recorder for a change whose events the next pass delivers. */
export const silentRecorder = (world: World): Recorder =>
  new Recorder(world, new Outlet(world, world.clock.now()));
