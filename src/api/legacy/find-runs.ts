/** The runs that the legacy paths tell of. */
import { isTerminal } from '../../core/events/state.ts';
import { DEFAULT_DOMAIN, DEFAULT_LANE } from '../../core/names.ts';
import type { Run } from '../../core/runs/run.ts';
import type { RunView } from '../../core/runs/view.ts';
import { readLane } from '../../engine/lanes/lane-store.ts';
import { oldestRun } from '../../engine/lanes/waiting.ts';
import { getRun, listRuns } from '../../engine/queries/runs.ts';
import type { World } from '../../ports/world.ts';

const HISTORY_PAGES = 10;
const HISTORY_PAGE_MIN = 10;
const HISTORY_PAGE = 100;

/**
 * The active run of the legacy paths: the one with the oldest place in the lane, otherwise the first that waits. An ended run
 * keeps its place until nothing of it is left on the cluster.
 */
export async function activeRun(world: World): Promise<RunView | undefined> {
  const { lane } = await readLane(world, DEFAULT_DOMAIN, DEFAULT_LANE);
  const isLive = ({ state }: Run): boolean => !isTerminal(state);
  const found = await oldestRun(world, DEFAULT_DOMAIN, DEFAULT_LANE, lane, isLive);
  return found && getRun(world, DEFAULT_DOMAIN, found.run.run_id);
}

export async function finishedRuns(world: World, limit: number): Promise<RunView[]> {
  const finished: RunView[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < HISTORY_PAGES && finished.length < limit; page += 1) {
    const found = await listRuns(world, DEFAULT_DOMAIN, {
      lanes: [DEFAULT_LANE],
      over: true,
      limit: Math.min(HISTORY_PAGE, Math.max(HISTORY_PAGE_MIN, 2 * limit)),
      ...(cursor !== null && { cursor }),
    });
    finished.push(...found.runs.filter((run) => isTerminal(run.state)));
    cursor = found.next_cursor;
    if (cursor === null) break;
  }
  return finished.slice(0, limit);
}
