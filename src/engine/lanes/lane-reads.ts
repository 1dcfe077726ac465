/** The lanes of one pass: each is read once, and filled once. */
import { holds, type Lane, room } from '../../core/lanes/lane.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import type { Work } from '../store/work.ts';
import { fillLane } from './lane-fill.ts';
import { findTicket, laneKey, readLane, readTickets } from './lane-store.ts';

type InLane = Pick<Run, 'domain' | 'lane'>;
const keyOf = ({ domain, lane }: InLane): string => laneKey(domain, lane);

export class LaneReads {
  readonly #world: World;
  readonly #lanes = new Map<string, Promise<Lane>>();
  readonly #filled = new Map<string, Promise<readonly string[]>>();
  readonly #waiting = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #met = new Set<string>();
  /** Runs that are known to have a place. */
  readonly #placed = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Notes that the run, at the version that was read, has a place. */
  assume({ run_id }: Run): void {
    this.#placed.add(run_id);
  }

  async hasPlace(run: Run): Promise<boolean> {
    return this.#placed.has(run.run_id) || holds(await this.#lane(run), run.run_id);
  }

  async hasTicket({ domain, lane, run_id }: Run): Promise<boolean> {
    return (await findTicket(this.#world, domain, lane, run_id)) !== null;
  }

  /** Whether the run waits by its work row and its lane still has its ticket: then there is nothing to do. */
  async waits(work: Work): Promise<boolean> {
    if (!work.waits) return false;
    const key = keyOf(work);
    const known = this.#waiting.get(key) ?? this.#tickets(work);
    this.#waiting.set(key, known);
    return (await known).has(work.run_id);
  }

  async #tickets({ domain, lane }: InLane): Promise<ReadonlySet<string>> {
    const tickets = await readTickets(this.#world, domain, lane, Number.POSITIVE_INFINITY);
    return new Set(tickets.map((ticket) => ticket.run_id));
  }

  /** True the first time that the lane is seen. */
  meet(lane: InLane): boolean {
    const key = keyOf(lane);
    return !this.#met.has(key) && this.#met.add(key) !== undefined;
  }

  /** Admits waiting runs to the lane's free places, once per pass. Returns the admitted runs. */
  fill(lane: InLane): Promise<readonly string[]> {
    const key = keyOf(lane);
    const filled = this.#filled.get(key) ?? this.#fill(lane);
    this.#filled.set(key, filled);
    return filled;
  }

  async #fill(lane: InLane): Promise<readonly string[]> {
    if (room(await this.#lane(lane)) === 0) return [];
    const admitted = await fillLane(this.#world, lane.domain, lane.lane);
    this.forget(lane);
    return admitted;
  }

  #lane({ domain, lane }: InLane): Promise<Lane> {
    const key = laneKey(domain, lane);
    const known =
      this.#lanes.get(key) ?? readLane(this.#world, domain, lane).then((stored) => stored.lane);
    this.#lanes.set(key, known);
    return known;
  }

  /** The lane has changed: the next call reads it anew. */
  forget(lane: InLane): void {
    this.#lanes.delete(keyOf(lane));
  }
}
