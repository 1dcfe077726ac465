/** Waiting runs within one pass: the tickets of each lane are read once, and the runs not at all. */

import type { World } from '../../ports/world.ts';
import type { Work } from '../store/work.ts';
import { laneKey, readTickets } from './lane-store.ts';

export class Waiters {
  readonly #world: World;
  readonly #lanes = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #met = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether the run waits by its work row and its lane still has its ticket: then there is nothing to do. */
  async has({ waits, domain, lane, run_id }: Work): Promise<boolean> {
    if (!waits) return false;
    const key = laneKey(domain, lane);
    const known = this.#lanes.get(key) ?? this.#read(domain, lane);
    this.#lanes.set(key, known);
    return (await known).has(run_id);
  }

  /** True the first time that the row's lane is seen. */
  meet({ domain, lane }: Work): boolean {
    const key = laneKey(domain, lane);
    return !this.#met.has(key) && this.#met.add(key) !== undefined;
  }

  async #read(domain: string, lane: string): Promise<ReadonlySet<string>> {
    const tickets = await readTickets(this.#world, domain, lane, Number.POSITIVE_INFINITY);
    return new Set(tickets.map((ticket) => ticket.run_id));
  }
}
