/** Delivers one followed run's events to one subscriber in the background, so that a slow or dead one delays neither the log nor others. */
import type { RunEvent } from '../../core/events/event.ts';
import {
  AUDIENCE_MS,
  BACKLOG_RUN_BYTES,
  DELIVERED_BYTES_PER_SECOND,
  DELIVERIES_PER_SECOND,
  HEAD_MS,
  PUBLISH_MS,
} from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { type Backlog, backlogOf } from './backlog.ts';
import { deliveredTo, type Subscriber } from './subscriber.ts';

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 15_000;
/** Least time over which the rate of a burst is measured. */
const MEASURED_MS = 1_000;

/** The wanted events of a range of seqs, and the room that they hold in the backlog. */
type Page = {
  readonly from: number;
  readonly to: number;
  readonly events: readonly RunEvent[];
  readonly bytes: number;
};

export class Delivery {
  readonly subscriber: Subscriber;
  readonly #world: World;
  #run: Run;
  /** Committed but undelivered events; those without room are read back from the log. */
  #kept: Page | null = null;
  readonly #backlog: Backlog;
  /** The subscriber is failing: no events are kept for it. */
  #failing = false;
  #delivered: number;
  #work: Promise<void> | null = null;
  readonly #stop = new AbortController();
  /** The time slice is about to end: the rest is delivered at once. */
  readonly #closing = new AbortController();
  #audience = 0;
  #countAt = 0;
  #sentAt = 0;
  #remindAt: number;

  constructor(world: World, subscriber: Subscriber, run: Run) {
    this.subscriber = subscriber;
    this.#world = world;
    this.#backlog = backlogOf(world);
    this.#run = run;
    this.#delivered = deliveredTo(run, subscriber);
    this.#remindAt = world.clock.now() + HEAD_MS;
  }

  /** The subscriber has accepted everything up to this seq. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Committed events of the run, to be delivered soon; `bytes`: their size. */
  offer(run: Run, events: readonly RunEvent[], bytes: number): void {
    this.#run = run;
    if (!this.#keep(events, bytes)) this.#drop();
    if (this.#delivered < run.last_seq) this.#work ??= this.#send();
  }

  #keep(events: readonly RunEvent[], size: number): boolean {
    const [first, last] = [events[0], events.at(-1)];
    if (!first || !last) return true;
    const wanted = events.filter((event) => this.subscriber.wants(event));
    const bytes = wanted.length === 0 ? 0 : size;
    const kept = this.#kept ?? { from: first.seq, to: first.seq - 1, events: [], bytes: 0 };
    // After a commit whose answer was lost, events in between are only in the log.
    const follows = first.seq === kept.to + 1;
    const fits = kept.bytes + bytes <= BACKLOG_RUN_BYTES;
    if (!follows || !fits || this.#failing || !this.#backlog.tryTake(bytes)) return false;
    this.#kept = {
      from: kept.from,
      to: last.seq,
      events: [...kept.events, ...wanted],
      bytes: kept.bytes + bytes,
    };
    return true;
  }

  /** Delivers the rest, for at most `ms` milliseconds. */
  async close(ms: number): Promise<void> {
    this.#closing.abort();
    const limit = new AbortController();
    await Promise.race([this.#work, this.#world.clock.sleep(ms, limit.signal)]);
    limit.abort();
    this.#stop.abort();
    this.#drop();
  }

  /** Reminds the subscriber of the run's `last_seq` every `HEAD_MS` while no event waits. */
  sendHead(run: Run): void {
    const now = this.#world.clock.now();
    if (now < this.#remindAt || this.#delivered < run.last_seq) return;
    this.#remindAt = now + HEAD_MS;
    void this.subscriber.remind?.(this.#world, run).catch((error: unknown) => this.#warn(error));
  }

  #warn(error: unknown): void {
    this.#world.log.warn('not delivered; the events stay in the log', {
      run_id: this.#run.run_id,
      subscriber: this.subscriber.name,
      error,
    });
  }

  async #send(): Promise<void> {
    for (
      let pause = RETRY_MS;
      this.#delivered < this.#run.last_seq && !this.#stop.signal.aborted;
    ) {
      await this.#keepDistance();
      const page = await this.#next().catch(() => null);
      const accepted = page !== null && (await this.#deliver(page));
      this.#backlog.give(page?.bytes ?? 0);
      this.#failing = !accepted;
      if (accepted) {
        this.#delivered = Math.max(this.#delivered, page.to);
        pause = RETRY_MS;
        continue;
      }
      this.#drop();
      await this.#world.clock.sleep(pause, this.#stop.signal);
      pause = Math.min(pause * 2, RETRY_MAX_MS);
    }
    // Same tick as the last check, so no event can be missed.
    this.#work = null;
  }

  /** Pauses between deliveries; with a large audience they are fewer and larger. The last ones of a time slice do not wait. */
  async #keepDistance(): Promise<void> {
    const apart = Math.max(PUBLISH_MS, (this.#audience / DELIVERIES_PER_SECOND) * 1_000);
    const left = this.#sentAt + apart - this.#world.clock.now();
    if (left > 0) await this.#world.clock.sleep(left, this.#closing.signal);
  }

  /** Delivers the events; above the audience's rate limit only a notice, after which each viewer fetches them at its own pace. */
  async #deliver({ events, bytes }: Page): Promise<boolean> {
    if (events.length === 0) return true;
    const now = this.#world.clock.now();
    const seconds = Math.max(PUBLISH_MS, Math.min(now - this.#sentAt, MEASURED_MS)) / 1_000;
    this.#sentAt = now;
    if (now >= this.#countAt) void this.#count(now);
    const brief = (bytes * this.#audience) / seconds > DELIVERED_BYTES_PER_SECOND;
    return this.subscriber.deliver(this.#world, this.#run, events, brief).then(
      () => true,
      (error: unknown) => {
        this.#warn(error);
        return false;
      },
    );
  }

  async #count(now: number): Promise<void> {
    this.#countAt = now + AUDIENCE_MS;
    const count = this.subscriber.audience?.(this.#world, this.#run);
    this.#audience = (await count?.catch(() => undefined)) ?? this.#audience;
  }

  /** The next page to deliver; null without events, or without room for them. */
  async #next(): Promise<Page | null> {
    const kept = this.#kept;
    if (kept?.from === this.#delivered + 1) {
      this.#kept = null;
      return kept;
    }
    // Release own room before waiting for more.
    this.#drop();
    const from = this.#delivered + 1;
    const { events, bytes } = await this.#backlog.read(
      this.#world,
      this.#run,
      this.#delivered,
      this.#stop.signal,
    );
    const last = events.at(-1);
    if (!last) return null;
    const wanted = events.filter((event) => this.subscriber.wants(event));
    return { from, to: last.seq, events: wanted, bytes };
  }

  #drop(): void {
    this.#backlog.give(this.#kept?.bytes ?? 0);
    this.#kept = null;
  }
}
