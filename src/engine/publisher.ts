/** Publishes one run's events on the side: a slow or dead Web PubSub never delays the log. */
import type { RunEvent } from '../core/event.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { eventsFrom } from './events.ts';
import { publishEvents } from './publish.ts';

/** Events kept in memory for publishing, a few MiB; what is beyond is read back from the log. */
const KEPT_MAX = 40;
const PAGE = 100;
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 15_000;

export class Publisher {
  readonly #world: World;
  #run: Run;
  #kept: RunEvent[] = [];
  #published: number;
  #work: Promise<void> | null = null;
  readonly #stop = new AbortController();

  constructor(world: World, run: Run) {
    this.#world = world;
    this.#run = run;
    this.#published = run.published_seq;
  }

  /** Everything up to here was accepted by Web PubSub. */
  get published(): number {
    return this.#published;
  }

  /** Committed events of the run, to be sent soon. */
  offer(run: Run, events: readonly RunEvent[]): void {
    this.#run = run;
    if (this.#kept.length + events.length <= KEPT_MAX) this.#kept.push(...events);
    else this.#kept = [];
    if (this.#published < run.last_seq) this.#work ??= this.#send();
  }

  /** Sends what is left, for at most `ms`; what does not go out then is left to the timer. */
  async close(ms: number): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.#work, this.#world.clock.sleep(ms, limit.signal)]);
    limit.abort();
    this.#stop.abort();
  }

  async #send(): Promise<void> {
    for (
      let pause = RETRY_MS;
      this.#published < this.#run.last_seq && !this.#stop.signal.aborted;
    ) {
      const events = await this.#next().catch(() => []);
      const last = events.at(-1);
      if (last && (await publishEvents(this.#world, this.#run, events))) {
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

  async #next(): Promise<readonly RunEvent[]> {
    this.#kept = this.#kept.filter((event) => event.seq > this.#published);
    if (this.#kept[0]?.seq === this.#published + 1) return [...this.#kept];
    return eventsFrom(this.#world, this.#run, this.#published, PAGE);
  }
}
