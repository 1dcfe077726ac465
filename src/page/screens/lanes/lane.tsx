/** One lane: who has its places and since when, who waits, and what an admin changes. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { LaneView } from '../../../core/runs/view.ts';
import { useClient, useMay, useRefetchInterval } from '../../app/context.tsx';
import { isMissing, Loaded } from '../../parts/loaded.tsx';
import { useRefreshOnRuns } from '../../parts/refresh.ts';
import { type Column, DataTable } from '../../parts/table.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { LaneControls } from './lane-controls.tsx';
import { Priority } from './priority.tsx';
import './lanes.css';

/** The server tells of the first hundred of each; of a run further back it is the id alone. */
type Row = Partial<Place> &
  Partial<Waiting> & {
    readonly run_id: string;
  };
type Place = NonNullable<LaneView['places']>[number];
type Waiting = LaneView['queue'][number];

const RunLink = ({ run_id, pipeline }: Row) => (
  <>
    <Link to="/runs/$runId" params={{ runId: run_id }}>
      <code>{run_id}</code>
    </Link>
    <div>{pipeline}</div>
  </>
);

const NONE = '–';
const WHO: Column<Row> = {
  label: 'Who',
  long: true,
  cell: ({ triggered_by }) => triggered_by ?? NONE,
};

const HOLDING: readonly Column<Row>[] = [
  { label: 'Run', cell: RunLink },
  { label: 'State', cell: ({ state }) => (state ? <StateBadge state={state} /> : NONE) },
  WHO,
  { label: 'Since', cell: ({ since }) => (since ? <Time value={since} /> : NONE) },
];

const WAITING: readonly Column<Row>[] = [
  { label: 'Run', cell: RunLink },
  { label: 'Position', cell: ({ position }) => position, numeric: true },
  WHO,
  {
    label: 'Waits since',
    cell: ({ created_at }) => (created_at ? <Time value={created_at} /> : NONE),
  },
];

function Queue({ lane }: { readonly lane: LaneView }) {
  const mayMove = useMay('launch');
  const priority: Column<Row> = {
    label: 'Priority',
    cell: ({ run_id, priority: value = 0 }) =>
      mayMove ? <Priority lane={lane.name} runId={run_id} value={value} /> : value,
  };
  const rows = lane.queue;
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

function Places({ lane }: { readonly lane: LaneView }) {
  const told = new Map(lane.places?.map((place) => [place.run_id, place]));
  const rows: readonly Row[] = lane.active.map((run_id) => told.get(run_id) ?? { run_id });
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

const route = getRouteApi('/lanes/$lane');

export function Lane() {
  const { lane: name } = route.useParams();
  const client = useClient();
  const lane = useQuery({
    queryKey: ['lanes', name],
    queryFn: () => client.getLane(name, { runs: true }),
    refetchInterval: useRefetchInterval(),
  });
  useRefreshOnRuns(['lanes', name]);
  const list = (
    <Link to="/lanes" className="link-button">
      All lanes
    </Link>
  );
  return (
    <>
      <title>{`${name} · Lanes · Sluice`}</title>
      <div className="screen-head">
        <h1>Lane {name}</h1>
        {!isMissing(lane.error) && list}
      </div>
      <Loaded query={lane} what={`The lane ${name}`} list={list}>
        {(value) => (
          <>
            <LaneControls lane={value} />
            <Places lane={value} />
            <Queue lane={value} />
          </>
        )}
      </Loaded>
    </>
  );
}
