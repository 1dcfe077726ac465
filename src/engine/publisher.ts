/** Publishes one run's events on the side: a slow or dead Web PubSub never delays the log. */
import { isTerminal, type RunEvent } from '../core/event.ts';
import {
  AUDIENCE_MAX,
  AUDIENCE_MS,
  DELIVERED_BYTES_PER_SECOND,
  DELIVERIES_PER_SECOND,
  HEAD_MS,
  PUBLISH_HAND_OVER_MS,
  PUBLISH_MS,
  PUBLISH_REST_MS,
} from '../core/limits.ts';
import { runGroup } from '../core/names.ts';
import { jsonBytes } from '../core/request.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { eventsFrom } from './events.ts';
import { publishEvents, publishHead, storePublished } from './publish.ts';
import type { Held } from './run-store.ts';

/** Events kept in memory for publishing, a few MiB; what is beyond is read back from the log. */
const KEPT_MAX = 40;
const PAGE = 100;
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 15_000;
/** After a longer silence a burst counts as if it were spread over this time. */
const MEASURED_MS = 1_000;

export class Publisher {
  readonly #world: World;
  #run: Run;
  #kept: RunEvent[] = [];
  #published: number;
  #work: Promise<void> | null = null;
  readonly #stop = new AbortController();
  /** The slice is about to end: what is left goes out at once. */
  readonly #closing = new AbortController();
  #viewers = 0;
  #countAt = 0;
  #sentAt = 0;
  #headAt: number;

  constructor(world: World, run: Run) {
    this.#world = world;
    this.#run = run;
    this.#published = run.published_seq;
    this.#headAt = world.clock.now() + HEAD_MS;
  }

  /** Everything up to here was accepted by Web PubSub. */
  get published(): number {
    return this.#published;
  }

  /** Committed events of the run, to be sent soon. */
  offer(run: Run, events: readonly RunEvent[]): void {
    this.#run = run;
    // Events in between that nobody offered (a commit whose answer was lost) are in the log alone.
    const last = this.#kept.at(-1)?.seq;
    const follows = last === undefined || events[0] === undefined || events[0].seq === last + 1;
    if (follows && this.#kept.length + events.length <= KEPT_MAX) this.#kept.push(...events);
    else this.#kept = [];
    if (this.#published < run.last_seq) this.#work ??= this.#send();
  }

  /**
   * Sends what is left, for a short time, and stores how far it got in the run: clients of the original
   * paths could not tell what comes again.
   */
  async close({ run, etag }: Held): Promise<void> {
    this.#closing.abort();
    const ms = isTerminal(run.state) ? PUBLISH_REST_MS : PUBLISH_HAND_OVER_MS;
    const limit = new AbortController();
    await Promise.race([this.#work, this.#world.clock.sleep(ms, limit.signal)]);
    limit.abort();
    this.#stop.abort();
    const published_seq = Math.min(run.last_seq, this.#published);
    if (published_seq <= run.published_seq) return;
    await storePublished(this.#world, { etag, run: { ...run, published_seq } }).catch(
      (error: unknown) =>
        this.#world.log.warn('how far it published is not stored', { run_id: run.run_id, error }),
    );
  }

  /** Says how far the log goes, now and then while nothing waits to be sent. */
  beat(run: Run): void {
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
      const events = await this.#next().catch(() => []);
      const last = events.at(-1);
      if (last && (await this.#publish(events))) {
        this.#published = Math.max(this.#published, last.seq);
        pause = RETRY_MS;
        continue;
      }
      await this.#world.clock.sleep(pause, this.#stop.signal);
      pause = Math.min(pause * 2, RETRY_MAX_MS);
    }
    // In the same breath as the last look: no offer falls in between.
    this.#work = null;
  }

  /** With many viewers messages are fewer and larger. The last ones of a slice do not wait. */
  async #keepDistance(): Promise<void> {
    const apart = Math.max(PUBLISH_MS, (this.#viewers / DELIVERIES_PER_SECOND) * 1_000);
    const left = this.#sentAt + apart - this.#world.clock.now();
    if (left > 0) await this.#world.clock.sleep(left, this.#closing.signal);
  }

  /** Too much for all who watch is not sent to them but fetched by each, at the own pace. */
  async #publish(events: readonly RunEvent[]): Promise<boolean> {
    const now = this.#world.clock.now();
    const seconds = Math.max(PUBLISH_MS, Math.min(now - this.#sentAt, MEASURED_MS)) / 1_000;
    // Without viewers there is nothing to measure.
    const bytes = this.#viewers && events.reduce((sum, event) => sum + jsonBytes(event), 0);
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

  async #next(): Promise<readonly RunEvent[]> {
    this.#kept = this.#kept.filter((event) => event.seq > this.#published);
    if (this.#kept[0]?.seq === this.#published + 1) return [...this.#kept];
    return eventsFrom(this.#world, this.#run, this.#published, PAGE);
  }
}
