/** All lanes of the domain: how full they are, and how many runs wait. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Client } from '../../../client/client.ts';
import type { LaneView } from '../../../core/runs/view.ts';
import { useClient, useMay, useRefetchInterval } from '../../app/context.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { useRefreshOnRuns } from '../../parts/refresh.ts';
import { type Column, DataTable } from '../../parts/table.tsx';
import { Button } from '../../ui/button.tsx';
import { AddLane } from './add-lane.tsx';
import { LaneState, Meter } from './lane-state.tsx';
import './lanes.css';

/** As many as a page of the API may have; a domain has hardly more. */
const PAGE = 1_000;

async function readLanes(client: Client): Promise<readonly LaneView[]> {
  const lanes: LaneView[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await client.listLanes({ limit: PAGE, ...(cursor && { cursor }) });
    lanes.push(...page.lanes);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return lanes;
}

const COLUMNS: readonly Column<LaneView>[] = [
  {
    label: 'Lane',
    cell: ({ name }) => (
      <Link to="/lanes/$lane" params={{ lane: name }}>
        {name}
      </Link>
    ),
  },
  { label: 'State', cell: (lane) => <LaneState lane={lane} /> },
  { label: 'Places taken', cell: (lane) => <Meter lane={lane} /> },
  { label: 'Waiting', cell: ({ queued }) => queued, numeric: true },
];

export function Lanes() {
  const client = useClient();
  const may = useMay('admin');
  const [adding, setAdding] = useState(false);
  const lanes = useQuery({
    queryKey: ['lanes'],
    queryFn: () => readLanes(client),
    refetchInterval: useRefetchInterval(),
  });
  useRefreshOnRuns(['lanes']);
  return (
    <>
      <title>Lanes · Sluice</title>
      <div className="screen-head">
        <h1>Lanes</h1>
        {may && <Button onPress={() => setAdding(true)}>Add a lane…</Button>}
      </div>
      <p className="screen-lead">
        Every run passes a lane, which lets only so many of its runs go at once; the others wait in
        its queue.
      </p>
      <Loaded query={lanes} what="The list of lanes">
        {(all) => <DataTable caption="Lanes" columns={COLUMNS} rows={all} keyOf={(l) => l.name} />}
      </Loaded>
      {adding && <AddLane onClose={() => setAdding(false)} />}
    </>
  );
}
