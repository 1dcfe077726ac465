/** Runs that wait, as one pass sees them: the tickets of each lane are read once, the runs are not. */

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

  /** Whether the row says that its run waits, and its lane still has the ticket: then nothing is to be done for it. */
  async has({ waits, domain, lane, run_id }: Work): Promise<boolean> {
    if (!waits) return false;
    const key = laneKey(domain, lane);
    const known = this.#lanes.get(key) ?? this.#read(domain, lane);
    this.#lanes.set(key, known);
    return (await known).has(run_id);
  }

  /** True the first time that the lane of the row is met. */
  meet({ domain, lane }: Work): boolean {
    const key = laneKey(domain, lane);
    return !this.#met.has(key) && this.#met.add(key) !== undefined;
  }

  async #read(domain: string, lane: string): Promise<ReadonlySet<string>> {
    const tickets = await readTickets(this.#world, domain, lane, Number.POSITIVE_INFINITY);
    return new Set(tickets.map((ticket) => ticket.run_id));
  }
}
