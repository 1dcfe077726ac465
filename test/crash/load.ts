/** Clients of all kinds: who start, repeat, cancel, watch from the start, join late, sleep, come back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../../src/client/errors.ts';
import {
  type Client,
  createClient,
  type RunEvent,
  SluiceError,
  type StartedRun,
} from '../../src/client/index.ts';
import { pick, type Random } from '../support/chaos.ts';
import { LANES, type LaneName, type Ledger, type Plan, randomPlan } from './drivers.ts';
import type { Instance } from './stack.ts';

/** A run that was answered with 2xx. */
export type Accepted = {
  readonly runId: string;
  readonly lane: LaneName;
  readonly plan: Plan;
  /** Somebody asked for its end. */
  cancelled: boolean;
  /** What each of its watchers has seen, all of it. */
  readonly seen: (readonly RunEvent[])[];
};

/** Runs that are under way at once, about: the machine runs a process tree for each that lives. */
const OPEN_MAX = 14;
const STARTERS = 6;
const WARM = 4;
/** Between two looks of a client that waits, and between its repetitions. */
const PAUSE_MS = 200;
/** Who still has no clear answer so long after the last fault will never get one. */
const PATIENCE_MS = 90_000;

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

export class Load {
  readonly runs = new Map<string, Accepted>();
  /** What a client was told or saw, and may not be. */
  readonly problems: string[] = [];
  /** Any instance serves any request: each goes to one of them at random. */
  readonly client: Client;
  readonly #clients: readonly Client[];
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #busy = new Set<Promise<void>>();
  readonly #open = new Set<string>();
  #stopped = false;
  #giveUpAt = Number.POSITIVE_INFINITY;
  #keys = 0;

  constructor(instances: readonly Instance[], ledger: Ledger, random: Random) {
    this.#ledger = ledger;
    this.#random = random;
    const balanced: typeof fetch = (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      url.port = new URL(pick(random, instances).url).port;
      return fetch(url, init);
    };
    const options = { url: instances[0]?.url ?? '', fetch: balanced };
    this.client = createClient({ ...options, push: false });
    this.#clients = [this.client, createClient(options), createClient(options)];
  }

  /** Runs that are not over. */
  get open(): number {
    return this.#open.size;
  }

  async prepare(): Promise<void> {
    for (const [name, capacity] of Object.entries(LANES))
      await this.client.putLane(name, { capacity });
  }

  start(): void {
    this.#stopped = false;
    this.#giveUpAt = Number.POSITIVE_INFINITY;
    for (let count = 0; count < STARTERS; count++) this.#spawn('start', () => this.#starter());
  }

  /** Resolves when there is something to disturb. */
  async warm(): Promise<void> {
    while (this.#open.size < WARM && this.problems.length === 0) await sleep(PAUSE_MS);
  }

  /** Starts no more; resolves when every client has what it wanted. Call it when the faults are over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#giveUpAt = Date.now() + PATIENCE_MS;
    const late = sleep(PATIENCE_MS + 5_000).then(() => 'late' as const);
    while (this.#busy.size > 0)
      if ((await Promise.race([...this.#busy, late])) === 'late') {
        this.problems.push(
          `${this.#busy.size} clients still wait, for ${[...this.#open].join(' ')}`,
        );
        return;
      }
  }

  #spawn(what: string, act: () => Promise<void>): void {
    const work = act()
      .catch((error: unknown) => void this.problems.push(`${what}: ${String(error)}`))
      .finally(() => this.#busy.delete(work));
    this.#busy.add(work);
  }

  /** Until there is an answer: a repetition of what may have succeeded has to be harmless. */
  async #persist<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!isTransient(error) || Date.now() > this.#giveUpAt) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }

  async #starter(): Promise<void> {
    while (!this.#stopped) {
      await sleep(this.#random() * 1_500);
      if (this.#open.size >= OPEN_MAX) continue;
      const lane = pick(this.#random, ['one', 'two', 'six', 'six'] as const);
      const plan = randomPlan(this.#random);
      const started = await this.#submit(lane, plan);
      if (started) this.#accept(started, lane, plan);
    }
  }

  async #submit(lane: LaneName, plan: Plan): Promise<StartedRun | undefined> {
    const idempotencyKey = `key-${++this.#keys}`;
    const request = {
      pipeline: 'crash',
      kind: 'container' as const,
      lane,
      on_busy: pick(this.#random, ['queue', 'queue', 'queue', 'attach', 'reject'] as const),
      priority: pick(this.#random, [0, 0, 5]),
      container: this.#ledger.container(lane, plan),
    };
    const send = () => this.#persist(() => this.client.startRun(request, { idempotencyKey }));
    try {
      const started = await send();
      if (this.#random() < 0.2) {
        const again = await send();
        if (again.run_id !== started.run_id)
          this.problems.push(`one key, two runs: ${started.run_id} ${again.run_id}`);
      }
      return started;
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'lane_busy') return undefined;
      throw error;
    }
  }

  #accept(started: StartedRun, lane: LaneName, plan: Plan): void {
    const { run_id: runId } = started;
    if (started.attached) {
      this.#spawn(`late watch of ${runId}`, () => this.#watch(runId));
      return;
    }
    const run: Accepted = { runId, lane, plan, cancelled: false, seen: [] };
    this.runs.set(runId, run);
    this.#open.add(runId);
    this.#spawn(`end of ${runId}`, () => this.#await(run));
    if (this.#random() < 0.6) this.#spawn(`watch of ${runId}`, () => this.#watch(runId));
    if (this.#random() < 0.25) this.#spawn(`cancel of ${runId}`, () => this.#cancel(run));
  }

  /** Half of them when the driver is alive for sure, the others at any time. */
  async #cancel(run: Accepted): Promise<void> {
    if (this.#random() < 0.5) await sleep(this.#random() * 4_000);
    else
      while (this.#open.has(run.runId) && !this.#ledger.entry(run.runId).started) await sleep(50);
    run.cancelled = true;
    await this.#persist(() => this.client.cancelRun(run.runId));
  }

  /** Looks again and again, as a script would, until the run is over. */
  async #await({ runId }: Accepted): Promise<void> {
    while (Date.now() < this.#giveUpAt) {
      const { state } = await this.#persist(() => this.client.getRun(runId));
      if (TERMINAL.has(state)) {
        this.#assertGone(runId, state);
        this.#open.delete(runId);
        return;
      }
      await sleep(PAUSE_MS);
    }
    throw new Error('it does not end');
  }

  #assertGone(runId: string, state: string): void {
    if (this.#ledger.isAlive(runId))
      this.problems.push(`${runId} is said to be ${state}, and its driver is alive`);
  }

  /** From the start or late, through to the end or with a sleep in between. */
  async #watch(runId: string): Promise<void> {
    const client = pick(this.#random, this.#clients);
    if (this.#random() < 0.3) await sleep(this.#random() * 5_000);
    const wakes = this.#random() < 0.3 ? 1 + Math.floor(this.#random() * 8) : undefined;
    const events: RunEvent[] = [];
    const follow = async (upTo: number): Promise<void> => {
      for await (const event of client.watch(runId, { after: events.at(-1)?.seq ?? 0 })) {
        events.push(event);
        if (event.type === 'complete') this.#assertGone(runId, event.data.status);
        if (events.length >= upTo) return;
      }
    };
    if (wakes !== undefined) {
      await follow(wakes);
      await sleep(this.#random() * 2_000);
    }
    if (events.at(-1)?.type !== 'complete') await follow(Number.POSITIVE_INFINITY);
    this.runs.get(runId)?.seen.push(events);
  }
}
