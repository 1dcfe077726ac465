/** The way into a lane: everything that waits for it in this instance goes in one transaction. */
import { type Acceptance, accept, type Entry } from '../core/lane.ts';
import { SUBMITS_PER_COMMIT } from '../core/limits.ts';
import type { Write } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { changeLane, laneKey, readTickets, writeLane } from './lane-store.ts';
import { type Held, readRun } from './run-store.ts';

/** `over`: the run has left the lane already. `taken_back`: it never was in it, and never will be. */
export type Entered = Acceptance | 'over' | 'taken_back';

type Waiting = {
  readonly entry: Entry;
  readonly resolve: (result: Entered) => void;
  readonly reject: (error: unknown) => void;
};

/** Submits of this instance that wait for a lane; the one who finds the list empty carries it on. */
const gates = new WeakMap<World, Map<string, Waiting[]>>();

/**
 * Brings a run into its lane. What waits for the same lane goes in one transaction: fifty submits at
 * once cost one round trip, not fifty retries. A run that is in the lane already is left where it is.
 */
export function acceptRun(
  world: World,
  domain: string,
  lane: string,
  entry: Entry,
): Promise<Entered> {
  const lanes = gates.get(world) ?? new Map<string, Waiting[]>();
  gates.set(world, lanes);
  const key = laneKey(domain, lane);
  return new Promise((resolve, reject) => {
    const waiting = { entry, resolve, reject };
    const queue = lanes.get(key);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const own = [waiting];
    lanes.set(key, own);
    void drainGate(world, domain, lane, own, () => lanes.delete(key));
  });
}

async function drainGate(
  world: World,
  domain: string,
  lane: string,
  queue: Waiting[],
  close: () => void,
): Promise<void> {
  while (queue.length > 0) {
    const batch = queue.splice(0, SUBMITS_PER_COMMIT);
    try {
      const results = await acceptEntries(
        world,
        domain,
        lane,
        batch.map(({ entry }) => entry),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? 'busy');
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  // In the same breath as the last look at the list: nobody can join one that is not served.
  close();
}

async function acceptEntries(
  world: World,
  domain: string,
  name: string,
  entries: readonly Entry[],
): Promise<readonly Entered[]> {
  return changeLane(world, domain, name, async (held, attempt) => {
    // Read after the lane: who ends a run writes its lane, so that whoever comes too late to bring it in finds out.
    const runs = await Promise.all(entries.map((entry) => readRun(world, entry.run_id)));
    // Our own answer may have been lost on its way back, and who adopts a run may have brought it in before us.
    const search = attempt > 1 || runs.some((held) => held?.run.adopted);
    const known = search ? await readTickets(world, domain, name, Number.POSITIVE_INFINITY) : [];
    const waiting = new Set(known.map((ticket) => ticket.run_id));
    const wanted = entries.filter(
      (entry, index) =>
        // Its submitter and who adopts it may come together.
        entries.findIndex((other) => other.run_id === entry.run_id) === index &&
        !waiting.has(entry.run_id) &&
        (isOpen(runs[index]) || held.lane.active.includes(entry.run_id)),
    );
    const decision = accept(held.lane, wanted);
    const results = new Map(wanted.map((entry, index) => [entry.run_id, decision.results[index]]));
    const inserts = decision.tickets.map(
      (ticket): Write => ({
        op: 'insert',
        key: ticket.key,
        values: { run_id: ticket.run_id, priority: ticket.priority },
      }),
    );
    const changed = decision.lane.active.length !== held.lane.active.length || inserts.length > 0;
    return {
      writes: changed ? [writeLane(held, decision.lane), ...inserts] : [],
      result: entries.map((entry, index) => {
        if (waiting.has(entry.run_id)) return 'queued';
        return results.get(entry.run_id) ?? (isTakenBack(runs[index]) ? 'taken_back' : 'over');
      }),
    };
  });
}

const isTakenBack = (held: Held | undefined): boolean => !held || held.run.refused;
const isOpen = (held: Held | undefined): boolean =>
  held?.run.state === 'queued' && !held.run.refused;
