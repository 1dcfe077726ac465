/** Brings runs into lanes: all that wait for one lane in this instance go in one transaction. */
import { type Acceptance, accept, holds, type LaneRequest } from '../../core/lanes/lane.ts';
import { LANE_CHANGE_MS, LANE_CHANGES_PER_COMMIT } from '../../core/limits.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { changeRun, readRun, type VersionedRun, withdrawRun } from '../store/run-store.ts';
import { dropWork } from '../store/work.ts';
import { type LaneRefusal, listForUse } from './lane-names.ts';
import {
  changeLane,
  closeLaneTo,
  findTicket,
  insertTicket,
  type LaneChange,
  laneKey,
  type VersionedLane,
  writeLane,
} from './lane-store.ts';

/**
 * `over`: the run has left the lane already. `withdrawn`: it never was in it, and never will be. `undeclared`,
 * `too_many_lanes`: the lane does not exist, and this run may not make it. `unsettled`: concurrent changes prevented it for
 * too long; the run is not in the lane, and no write is pending.
 */
export type Entered = Acceptance | LaneRefusal | 'over' | 'withdrawn' | 'unsettled';

type Waiting = {
  readonly request: LaneRequest;
  readonly before: VersionedLane | undefined;
  readonly since: number;
  readonly resolve: (result: Entered) => void;
  readonly reject: (error: unknown) => void;
};

/** Waiting submits of this instance by lane; the first one of a list works it off. */
const admissions = perInstance(() => new Map<string, Waiting[]>());

/**
 * Brings a run into its lane. All that wait for the same lane go in one transaction: fifty concurrent submits
 * cost one round trip, not fifty retries. A run that is in the lane already keeps its place or ticket.
 * `before`: the listed lane, read before the run was recorded. If it is unchanged, the run has neither ended nor been
 * brought in, so one commit without more reads is enough.
 */
export function acceptRun(
  world: World,
  domain: string,
  lane: string,
  request: LaneRequest,
  before?: VersionedLane,
): Promise<Entered> {
  const lanes = admissions(world);
  const key = laneKey(domain, lane);
  return new Promise((resolve, reject) => {
    const waiting = { request, before, since: world.clock.now(), resolve, reject };
    const queue = lanes.get(key);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const own = [waiting];
    lanes.set(key, own);
    void admitTogether(world, domain, lane, own, () => lanes.delete(key));
  });
}

async function admitTogether(
  world: World,
  domain: string,
  lane: string,
  queue: Waiting[],
  close: () => void,
): Promise<void> {
  while (queue.length > 0) {
    const batch: Waiting[] = [];
    const [first, ...others] = queue;
    const before = others.length === 0 ? first?.before : undefined;
    try {
      const decideOn = (stored: VersionedLane, unsure: boolean) => {
        // Requests that came during a lost attempt join the next one.
        const most = stored === before ? 1 : LANE_CHANGES_PER_COMMIT;
        batch.push(...queue.splice(0, most - batch.length));
        const requests = batch.map(({ request }) => request);
        if (stored === before) return decideAlone(requests, stored);
        return decide(world, domain, lane, requests, stored, unsure);
      };
      const results = await changeLane(world, domain, lane, decideOn, before);
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? 'busy');
    } catch (error) {
      queue.unshift(...refuse(batch, error, world.clock.now()));
    }
  }
  // Same tick as the last check, so no waiter can be missed.
  close();
}

/** Answers the requests of a failed batch; returns those that have time for another attempt. */
function refuse(batch: readonly Waiting[], error: unknown, now: number): Waiting[] {
  const lost = error instanceof Conflict;
  return batch.filter(({ since, resolve, reject }) => {
    if (!lost) reject(error);
    else if (now - since < LANE_CHANGE_MS) return true;
    else resolve('unsettled');
    return false;
  });
}

/** Decides on a lane that was read before the runs were recorded, without more reads. */
const decideAlone = async (requests: readonly LaneRequest[], stored: VersionedLane) =>
  change(stored, requests);

function change(
  stored: VersionedLane,
  requests: readonly LaneRequest[],
): LaneChange<readonly Entered[]> {
  const { lane, tickets, results } = accept(stored.lane, requests);
  const changed = lane.active.length !== stored.lane.active.length || tickets.length > 0;
  return {
    writes: changed ? [writeLane(stored, lane), ...tickets.flatMap(insertTicket)] : [],
    result: results,
  };
}

async function decide(
  world: World,
  domain: string,
  name: string,
  requests: readonly LaneRequest[],
  stored: VersionedLane,
  unsure: boolean,
): Promise<LaneChange<readonly Entered[]>> {
  // Read after the lane. Ending a run writes its lane, so a late attempt either sees the end or fails on the ETag.
  const runs = await Promise.all(requests.map((request) => readRun(world, request.run_id)));
  // The run may have a ticket already: from an earlier attempt whose answer was lost, or from the process that adopted it.
  const tickets = await Promise.all(
    requests.map(async ({ run_id }, index) => {
      const search = unsure || runs[index]?.run.adopted;
      return search ? findTicket(world, domain, name, run_id) : null;
    }),
  );
  const wanted = requests.filter(
    (request, index) =>
      // The submitter and an adopting process may be in one batch.
      requests.findIndex((other) => other.run_id === request.run_id) === index &&
      !tickets[index] &&
      (isOpen(runs[index]) || holds(stored.lane, request.run_id)),
  );
  const isNew = wanted.length > 0 && !stored.lane.listed;
  const refusal = isNew ? await listForUse(world, domain, name) : null;
  const { writes, result } = refusal
    ? { writes: [], result: wanted.map(() => refusal) }
    : change(stored, wanted);
  const results = new Map(wanted.map((request, index) => [request.run_id, result[index]]));
  return {
    writes,
    result: requests.map((request, index) => {
      if (tickets[index]) return 'queued';
      return results.get(request.run_id) ?? (isWithdrawn(runs[index]) ? 'withdrawn' : 'over');
    }),
  };
}

const isWithdrawn = (stored: VersionedRun | undefined): boolean => !stored || stored.run.refused;
const isOpen = (stored: VersionedRun | undefined): boolean =>
  stored?.run.state === 'queued' && !stored.run.refused;

/**
 * Removes the run's rows; false when the run is in its lane or was changed: then it stays. `doubt`: an earlier attempt to
 * bring it into its lane may have succeeded, or may still succeed. Then, and when the run was adopted, the run is first
 * marked as `refused` and the lane is written, so that every concurrent attempt to bring it in has to read again.
 */
export async function withdraw(
  world: World,
  stored: VersionedRun,
  doubt = false,
): Promise<boolean> {
  const { run_id, domain, lane, adopted, refused } = stored.run;
  try {
    if (!doubt && !adopted && !refused) await withdrawRun(world, stored);
    else {
      const closed = await changeRun(world, stored, { refused: true });
      if (await closeLaneTo(world, domain, lane, run_id)) {
        await changeRun(world, closed, { refused: false });
        return false;
      }
      await withdrawRun(world, closed);
    }
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
  await dropWork(world, run_id);
  return true;
}
