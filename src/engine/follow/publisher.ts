/** Publishes one run's events in the background: a slow or dead Web PubSub never delays the log. */
import { isTerminal, type RunEvent } from '../../core/events/event.ts';
import {
  AUDIENCE_MAX,
  AUDIENCE_MS,
  BACKLOG_RUN_BYTES,
  DELIVERED_BYTES_PER_SECOND,
  DELIVERIES_PER_SECOND,
  HEAD_MS,
  PUBLISH_HAND_OVER_MS,
  PUBLISH_MS,
  PUBLISH_REST_MS,
} from '../../core/limits.ts';
import { runGroup } from '../../core/names.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { type Backlog, type Batch, backlogOf, bytesOf, NOTHING } from '../events/backlog.ts';
import { publishEvents, publishHead, storePublished } from '../events/publish.ts';
import type { EventSink } from '../events/recorder.ts';
import { leaseMs } from '../store/request-follower.ts';
import type { Changed, VersionedRun } from '../store/run-store.ts';

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 15_000;
/** Least time over which the rate of a burst is measured. */
const MEASURED_MS = 1_000;

export class Publisher implements EventSink {
  /** Nothing is published by the passes of a follower. */
  readonly isShut = true;
  readonly #world: World;
  #run: Run;
  /** Committed but unsent events; those without room here are read back from the log. */
  #kept: RunEvent[] = [];
  #keptBytes = 0;
  readonly #backlog: Backlog;
  /** Web PubSub is failing: no events are kept for it. */
  #failing = false;
  #published: number;
  #work: Promise<void> | null = null;
  readonly #stop = new AbortController();
  /** The time slice is about to end: the rest is sent at once. */
  readonly #closing = new AbortController();
  #viewers = 0;
  #countAt = 0;
  #sentAt = 0;
  #headAt: number;

  constructor(world: World, run: Run) {
    this.#world = world;
    this.#backlog = backlogOf(world);
    this.#run = run;
    this.#published = run.published_seq;
    this.#headAt = world.clock.now() + HEAD_MS;
  }

  /** Web PubSub has accepted everything up to this seq. */
  get published(): number {
    return this.#published;
  }

  /** That the follower is there, and how far it has published. */
  stamp({ last_seq, published_seq }: Run): Partial<Run> {
    const { clock } = this.#world;
    return {
      lease_until: new Date(clock.now() + leaseMs(this.#world)).toISOString(),
      published_seq: Math.min(last_seq, Math.max(published_seq, this.#published)),
    };
  }

  async catchUp(stored: VersionedRun): Promise<VersionedRun> {
    return stored;
  }

  async push(): Promise<boolean> {
    return false;
  }

  /** Committed events of the run, to be sent soon. */
  async deliver({ run, events }: Changed): Promise<Run> {
    this.offer(run, events);
    return run;
  }

  offer(run: Run, events: readonly RunEvent[]): void {
    this.#run = run;
    // After a commit whose answer was lost, events in between are only in the log.
    const last = this.#kept.at(-1)?.seq;
    const follows = last === undefined || events[0] === undefined || events[0].seq === last + 1;
    const bytes = bytesOf(events);
    const fits = this.#keptBytes + bytes <= BACKLOG_RUN_BYTES;
    if (follows && fits && !this.#failing && this.#backlog.tryTake(bytes)) {
      this.#kept.push(...events);
      this.#keptBytes += bytes;
    } else this.#drop();
    if (this.#published < run.last_seq) this.#work ??= this.#send();
  }

  /**
   * Sends the rest for a short time, and stores `published_seq` in the run: clients of the legacy paths could not
   * recognize repeated events.
   */
  async close({ run, etag }: VersionedRun): Promise<void> {
    this.#closing.abort();
    const ms = isTerminal(run.state) ? PUBLISH_REST_MS : PUBLISH_HAND_OVER_MS;
    const limit = new AbortController();
    await Promise.race([this.#work, this.#world.clock.sleep(ms, limit.signal)]);
    limit.abort();
    this.#stop.abort();
    this.#drop();
    const published_seq = Math.min(run.last_seq, this.#published);
    if (published_seq <= run.published_seq) return;
    await storePublished(this.#world, { etag, run: { ...run, published_seq } }).catch(
      (error: unknown) =>
        this.#world.log.warn('how far it published is not stored', { run_id: run.run_id, error }),
    );
  }

  /** Sends a `head` notice every `HEAD_MS` while no event waits to be sent. */
  sendHead(run: Run): void {
    const now = this.#world.clock.now();
    if (now < this.#headAt || this.#published < run.last_seq) return;
    this.#headAt = now + HEAD_MS;
    void publishHead(this.#world, run);
  }

  async #send(): Promise<void> {
    for (
      let pause = RETRY_MS;
      this.#published < this.#run.last_seq && !this.#stop.signal.aborted;
    ) {
      await this.#keepDistance();
      const batch = await this.#next().catch(() => NOTHING);
      const last = batch.events.at(-1);
      const sent = last !== undefined && (await this.#publish(batch));
      this.#backlog.give(batch.bytes);
      this.#failing = !sent;
      if (sent) {
        this.#published = Math.max(this.#published, last.seq);
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

  /** Pauses between messages; with many viewers they are fewer and larger. The last ones of a time slice do not wait. */
  async #keepDistance(): Promise<void> {
    const apart = Math.max(PUBLISH_MS, (this.#viewers / DELIVERIES_PER_SECOND) * 1_000);
    const left = this.#sentAt + apart - this.#world.clock.now();
    if (left > 0) await this.#world.clock.sleep(left, this.#closing.signal);
  }

  /** Sends the events, or, above the viewers' rate limit, only a notice, after which each viewer fetches them at its own pace. */
  async #publish({ events, bytes }: Batch): Promise<boolean> {
    const now = this.#world.clock.now();
    const seconds = Math.max(PUBLISH_MS, Math.min(now - this.#sentAt, MEASURED_MS)) / 1_000;
    this.#sentAt = now;
    if (now >= this.#countAt) void this.#count(now);
    const notice = (bytes * this.#viewers) / seconds > DELIVERED_BYTES_PER_SECOND;
    return publishEvents(this.#world, this.#run, events, notice);
  }

  async #count(now: number): Promise<void> {
    this.#countAt = now + AUDIENCE_MS;
    const group = runGroup(this.#run.domain, this.#run.run_id);
    const count = this.#world.push.count(group, AUDIENCE_MAX);
    this.#viewers = await count.catch(() => this.#viewers);
  }

  async #next(): Promise<Batch> {
    if (this.#kept[0]?.seq === this.#published + 1) {
      const batch = { events: this.#kept, bytes: this.#keptBytes };
      [this.#kept, this.#keptBytes] = [[], 0];
      return batch;
    }
    // Release own room before waiting for more.
    this.#drop();
    return this.#backlog.read(this.#world, this.#run, this.#published, this.#stop.signal);
  }

  #drop(): void {
    this.#backlog.give(this.#keptBytes);
    [this.#kept, this.#keptBytes] = [[], 0];
  }
}
