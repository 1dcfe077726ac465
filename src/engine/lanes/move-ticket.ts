/** Brings a run's ticket to the place in the queue that the run's priority gives it. */
import { ticketPriority, waiterKey, withPriority } from '../../core/lanes/lane.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { readRun } from '../store/run-store.ts';
import { changeLane, findTicket, writeLane } from './lane-store.ts';

/**
 * False when the run has no ticket: it has its place, or is not in its lane yet. The run is read after the lane: who changes it
 * later moves the ticket later too, so the last change decides, whoever is slow.
 */
export function moveTicket(
  world: World,
  { run_id, domain, lane }: Pick<Run, 'run_id' | 'domain' | 'lane'>,
): Promise<boolean> {
  return changeLane(world, domain, lane, async (stored) => {
    const [ticket, found] = await Promise.all([
      findTicket(world, domain, lane, run_id),
      readRun(world, run_id),
    ]);
    if (!ticket || !found) return { writes: [], result: false };
    const { priority } = found.run;
    if (ticketPriority(ticket.key) === priority) return { writes: [], result: true };
    const moved = withPriority(ticket, priority);
    return {
      writes: [
        writeLane(stored, stored.lane),
        { op: 'delete', key: ticket.key },
        { op: 'insert', key: moved.key, values: { run_id } },
        { op: 'put', key: waiterKey(run_id), values: { ticket: moved.key } },
      ],
      result: true,
    };
  });
}
