/** All hubs of the stand-in, and the one path by which every message goes to its receivers. */
import { randomUUID } from 'node:crypto';
import { type Budget, createBudget, UNLIMITED, type Verdict } from './budget.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { Hub } from './hub.ts';
import type { Message } from './message.ts';
import { Outbox } from './outbox.ts';

export type Units = number | 'unlimited';

export class Exchange {
  readonly #hubs = new Map<string, Hub>();
  readonly #budget: Budget;
  readonly #outbox = new Outbox();
  #connections = 0;

  constructor(units: Units) {
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

  *connections(): Generator<Connection> {
    for (const hub of this.#hubs.values()) yield* hub.connections.values();
  }

  open(options: Omit<ConnectionOptions, 'id'>): Connection {
    const hub = this.hub(options.hub);
    const connection = new Connection({
      ...options,
      id: randomUUID().replaceAll('-', ''),
      onEnd: (ended, reason) => {
        this.#connections -= 1;
        hub.remove(ended);
        options.onEnd(ended, reason);
      },
    });
    this.#connections += 1;
    hub.add(connection, options.claims.groups);
    return connection;
  }

  /**
   * Charges the budget, then sends to those who are receivers when its turn comes: who leaves while
   * a message waits does not get it.
   */
  publish(
    receivers: () => ReadonlyMap<string, Connection>,
    message: Message,
    excluded: ReadonlySet<string> = new Set(),
  ): Verdict {
    const verdict = this.#budget.take(message.bytes, receivers().size);
    if (verdict.ok) {
      this.#outbox.push(verdict.delayMs, () => {
        // A slow client is removed from the map while it is being iterated, which a Map allows.
        for (const connection of receivers().values()) {
          if (!excluded.has(connection.id)) connection.send(message);
        }
      });
    }
    return verdict;
  }

  /** Ends every connection with this close code. */
  endAll(code: number, reason: string): void {
    this.#outbox.clear();
    for (const connection of this.connections()) connection.end(code, reason);
  }

  /** Forgets everything, as when the process dies. */
  crash(): void {
    this.#outbox.clear();
    for (const connection of this.connections()) connection.crash();
  }
}
