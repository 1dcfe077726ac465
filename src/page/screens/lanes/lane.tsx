/** One lane: who has its places and since when, who waits, and what an admin changes. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { LaneView, RunView } from '../../../core/runs/view.ts';
import { useClient, useMay, useRefetchInterval } from '../../app/context.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { useRefreshOnRuns } from '../../parts/refresh.ts';
import { type Column, DataTable } from '../../parts/table.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { LaneControls } from './lane-controls.tsx';
import { useLaneRuns } from './lane-runs.ts';
import { Priority } from './priority.tsx';
import './lanes.css';

type Row = {
  readonly run_id: string;
  readonly position: number;
  readonly priority: number;
  /** Undefined while it is read, and for runs far back in a long queue. */
  readonly run: RunView | undefined;
};

const RunLink = ({ run_id, run }: Row) => (
  <>
    <Link to="/runs/$runId" params={{ runId: run_id }}>
      <code>{run_id}</code>
    </Link>
    {run && <div>{run.pipeline}</div>}
  </>
);

const WHO: Column<Row> = { label: 'Who', long: true, cell: ({ run }) => run?.triggered_by ?? '–' };

const HOLDING: readonly Column<Row>[] = [
  { label: 'Run', cell: RunLink },
  { label: 'State', cell: ({ run }) => (run ? <StateBadge state={run.state} /> : '…') },
  WHO,
  {
    label: 'Since',
    cell: ({ run }) => (run ? <Time value={run.started_at ?? run.created_at} /> : '…'),
  },
];

const WAITING: readonly Column<Row>[] = [
  { label: 'Run', cell: RunLink },
  { label: 'Position', cell: ({ position }) => position, numeric: true },
  WHO,
  { label: 'Waits since', cell: ({ run }) => (run ? <Time value={run.created_at} /> : '…') },
];

function Queue({ lane, runs }: { readonly lane: LaneView; readonly runs: Runs }) {
  const mayMove = useMay('launch');
  const priority: Column<Row> = {
    label: 'Priority',
    cell: (row) =>
      mayMove ? (
        <Priority lane={lane.name} runId={row.run_id} value={row.priority} />
      ) : (
        row.priority
      ),
  };
  const rows = lane.queue.map((ticket) => ({ ...ticket, run: runs.get(ticket.run_id) }));
  return (
    <section>
      <h2>Waiting: {lane.queued}</h2>
      {rows.length === 0 ? (
        <Empty>Nothing waits.</Empty>
      ) : (
        <>
          <p className="screen-lead">
            The higher priority goes first, then who came first.
            {lane.queued > rows.length && ` The first ${rows.length} are shown.`}
          </p>
          <DataTable
            caption={`Queue of ${lane.name}`}
            columns={[...WAITING, priority]}
            rows={rows}
            keyOf={(row) => row.run_id}
          />
        </>
      )}
    </section>
  );
}

type Runs = ReadonlyMap<string, RunView>;

function Places({ lane, runs }: { readonly lane: LaneView; readonly runs: Runs }) {
  const rows = lane.active.map((run_id, at) => {
    const run = runs.get(run_id);
    return { run_id, position: at, priority: run?.priority ?? 0, run };
  });
  return (
    <section>
      <h2>
        Places taken: {lane.active.length} of {lane.capacity}
      </h2>
      {rows.length === 0 ? (
        <Empty>No run has a place.</Empty>
      ) : (
        <DataTable
          caption={`Runs with a place in ${lane.name}`}
          columns={HOLDING}
          rows={rows}
          keyOf={(row) => row.run_id}
        />
      )}
    </section>
  );
}

function Content({ lane }: { readonly lane: LaneView }) {
  const runs = useLaneRuns(lane);
  return (
    <>
      <LaneControls lane={lane} />
      <Places lane={lane} runs={runs} />
      <Queue lane={lane} runs={runs} />
    </>
  );
}

const route = getRouteApi('/lanes/$lane');

export function Lane() {
  const { lane: name } = route.useParams();
  const client = useClient();
  const lane = useQuery({
    queryKey: ['lanes', name],
    queryFn: () => client.getLane(name),
    refetchInterval: useRefetchInterval(),
  });
  useRefreshOnRuns(['lanes', name]);
  return (
    <>
      <title>{`${name} · Lanes · Sluice`}</title>
      <div className="screen-head">
        <h1>Lane {name}</h1>
        <Link to="/lanes" className="link-button">
          All lanes
        </Link>
      </div>
      <Loaded query={lane} what={`The lane ${name}`}>
        {(value) => <Content lane={value} />}
      </Loaded>
    </>
  );
}
