/** Runs of a domain that still have work to do, read from the work table. */
import { isTerminal } from '../core/event.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import { readRun } from './run-store.ts';
import { listWork } from './work.ts';

/** Rows read at once: enough to hide the round trip, few enough for one instance's sockets. */
const PARALLEL = 32;

/** Every run of the domain that is not over, oldest first. Costs one read a run. */
export async function liveRuns(world: World, domain: string): Promise<readonly Run[]> {
  const works = (await listWork(world)).filter((work) => work.domain === domain);
  const runs: Run[] = [];
  for (let start = 0; start < works.length; start += PARALLEL) {
    const part = works.slice(start, start + PARALLEL);
    const held = await Promise.all(part.map((work) => readRun(world, work.run_id)));
    for (const found of held) {
      if (found !== undefined && !isTerminal(found.run.state)) runs.push(found.run);
    }
  }
  return runs;
}
