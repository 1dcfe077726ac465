/** All hubs of the emulator, and the one path by which every message goes to its receivers. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Budget, createBudget, UNLIMITED, type Verdict } from '../budget.ts';
import { Hub } from '../hub.ts';
import { DELAYED_BYTES_MAX, HELD_BYTES_MAX, HELD_CHECK_BYTES } from '../limits.ts';
import type { Message } from '../message.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { DelayQueue } from './delay-queue.ts';

export type Units = number | 'unlimited';

/** A concurrent publish is spread over this many steps, so that overlapping ones may overtake each other. */
const SPREAD_STEPS = 4;
const SPREAD_STEP_MS = 2;

/** With `delivered`, the caller is told only then that the message was accepted. */
export type Published = Verdict & { readonly delivered?: Promise<void> };

export class Exchange {
  readonly #hubs = new Map<string, Hub>();
  readonly #budget: Budget;
  readonly #delayed = new DelayQueue();
  readonly #reorder: boolean;
  readonly #heldMax: number;
  #connections = 0;
  /** Bytes sent since what is held was counted. */
  #sent = 0;

  constructor(units: Units, reorder: boolean, heldMax = HELD_BYTES_MAX) {
    this.#reorder = reorder;
    this.#heldMax = heldMax;
    this.#budget = units === 'unlimited' ? UNLIMITED : createBudget(units, () => performance.now());
  }

  /** Whether another connection is over the number that the units allow. */
  get full(): boolean {
    return this.#connections >= this.#budget.connections;
  }

  /** Hub names are one when they differ only in case. */
  hub(name: string): Hub {
    const key = name.toLowerCase();
    const hub = this.#hubs.get(key) ?? new Hub();
    this.#hubs.set(key, hub);
    return hub;
  }

  /** The hub if there is one: callers without a token must not make any. */
  findHub(name: string): Hub | undefined {
    return this.#hubs.get(name.toLowerCase());
  }

  *connections(): Generator<Connection> {
    for (const hub of this.#hubs.values()) yield* hub.connections.values();
  }

  open(options: Omit<ConnectionOptions, 'id' | 'onEnd'>): Connection {
    const hub = this.hub(options.hub);
    const connection = new Connection({
      ...options,
      id: randomUUID().replaceAll('-', ''),
      onEnd: (ended) => {
        this.#connections -= 1;
        hub.remove(ended);
      },
    });
    this.#connections += 1;
    hub.add(connection, options.claims.groups);
    return connection;
  }

  /**
   * Charges the budget, then sends to the receivers of that moment: a client that leaves while a message waits
   * does not get it. With `concurrent` the order among publishes that overlap differs from receiver to receiver.
   */
  publish(
    receivers: () => ReadonlyMap<string, Connection>,
    message: Message,
    excluded: ReadonlySet<string>,
    concurrent: boolean,
  ): Published {
    if (this.#delayed.bytes > DELAYED_BYTES_MAX) return { ok: false, retryAfterSeconds: 1 };
    const verdict = this.#budget.take(message.bytes, receivers().size);
    if (!verdict.ok) return verdict;
    const deliver = (mayHave: (id: string) => boolean): void => {
      // A slow client is removed from the map while it is being iterated, which a Map allows.
      for (const connection of receivers().values()) {
        if (!mayHave(connection.id)) continue;
        connection.send(message);
        this.#sent += message.bytes;
      }
      this.#bound();
    };
    const wanted = (id: string): boolean => !excluded.has(id);
    // A delayed message has been answered already, so nothing later may overtake it.
    if (this.#reorder && concurrent && verdict.delayMs <= 0 && this.#delayed.empty) {
      const ids = [...receivers().keys()].filter(wanted);
      return { ...verdict, delivered: spread(ids, deliver) };
    }
    this.#delayed.push(verdict.delayMs, message.bytes, () => deliver(wanted));
    return verdict;
  }

  /** Cuts the connections that hold most, until all together hold no more than they may. */
  #bound(): void {
    if (this.#sent < HELD_CHECK_BYTES) return;
    this.#sent = 0;
    const holders = [...this.connections()].map((connection) => ({
      connection,
      held: connection.held,
    }));
    let total = holders.reduce((sum, { held }) => sum + held, 0);
    for (const { connection, held } of holders.toSorted((a, b) => b.held - a.held)) {
      if (total <= this.#heldMax) return;
      total -= held;
      connection.crash();
    }
  }

  /** Ends every connection with this close code. */
  endAll(code: number, reason: string): void {
    this.#delayed.clear();
    for (const connection of this.connections()) connection.end(code, reason);
  }

  /** Forgets everything, as when the process dies. */
  crash(): void {
    this.#delayed.clear();
    for (const connection of this.connections()) connection.crash();
  }
}

/** Delivers to each at a step drawn by chance. */
async function spread(
  ids: readonly string[],
  deliver: (mayHave: (id: string) => boolean) => void,
): Promise<void> {
  const steps = new Map(ids.map((id) => [id, Math.floor(Math.random() * SPREAD_STEPS)]));
  for (let step = 0; step < SPREAD_STEPS; step += 1) {
    deliver((id) => steps.get(id) === step);
    await sleep(SPREAD_STEP_MS);
  }
}
