/** What is known of the runs in a lane, by id. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Client } from '../../../client/client.ts';
import type { RunState } from '../../../core/events/state.ts';
import type { LaneView, RunView } from '../../../core/runs/view.ts';
import { useClient } from '../../app/context.tsx';

const LIVE: readonly RunState[] = ['queued', 'starting', 'running', 'cancelling'];
/** Pages that are read of a long queue; what is behind has its id alone. */
const PAGES_MAX = 5;
const PAGE = 200;

async function readRuns(client: Client, lane: LaneView): Promise<ReadonlyMap<string, RunView>> {
  const wanted = new Set([...lane.active, ...lane.queue.map(({ run_id }) => run_id)]);
  const found = new Map<string, RunView>();
  let cursor: string | null | undefined;
  for (let page = 0; page < PAGES_MAX && found.size < wanted.size && cursor !== null; page += 1) {
    const answer = await client.listRuns({
      lane: lane.name,
      state: LIVE,
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    for (const run of answer.runs) if (wanted.has(run.run_id)) found.set(run.run_id, run);
    cursor = answer.next_cursor;
  }
  return found;
}

export function useLaneRuns(lane: LaneView): ReadonlyMap<string, RunView> {
  const client = useClient();
  const { data } = useQuery({
    // Under the lane's key: they become stale together. The runs themselves are in it too, since others are read then.
    queryKey: ['lanes', lane.name, 'runs', ...lane.active, ...lane.queue.map((t) => t.run_id)],
    queryFn: () => readRuns(client, lane),
    enabled: lane.active.length + lane.queue.length > 0,
    placeholderData: keepPreviousData,
  });
  return data ?? new Map();
}
