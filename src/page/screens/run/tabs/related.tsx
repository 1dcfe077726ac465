/** What it ran beside: earlier runs of the same pipeline, and those in the same lane now. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { RunView } from '../../../../core/runs/view.ts';
import { useClient, useRefetchInterval, useRunChanges } from '../../../app/context.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Empty, Loading, Problem } from '../../../ui/states.tsx';
import { durationText, Time } from '../../../ui/time.tsx';
import { LaneLink } from '../links.tsx';
import { Scroll } from './scroll.tsx';
import type { TabProps } from './tab.ts';

const COLUMN_PX = 28;
const HEIGHT_PX = 96;
/** A run that took no time is seen, too. */
const BAR_MIN_PX = 4;
const IN_LANE = 20;

const tellOf = (run: RunView): string =>
  `${run.state}${run.duration_seconds === null ? '' : ` after ${durationText(run.duration_seconds)}`}`;

/** A column for each run, oldest first; as wide as a finger needs. */
function Strip({ runs, runId }: { readonly runs: readonly RunView[]; readonly runId: string }) {
  const longest = Math.max(1, ...runs.map(({ duration_seconds }) => duration_seconds ?? 0));
  return (
    <Scroll label="Last durations">
      <svg width={runs.length * COLUMN_PX} height={HEIGHT_PX} className="run-bars" role="list">
        <title>Last durations of this pipeline, oldest first</title>
        {runs.map((run, index) => {
          const height = Math.max(BAR_MIN_PX, ((run.duration_seconds ?? 0) / longest) * HEIGHT_PX);
          return (
            <g key={run.run_id} role="listitem">
              <Link
                to="/runs/$runId"
                params={{ runId: run.run_id }}
                search={{ tab: 'related' }}
                aria-label={`Run ${run.run_id}: ${tellOf(run)}`}
                {...(run.run_id === runId && { 'aria-current': 'true' as const })}
              >
                <title>{tellOf(run)}</title>
                <rect
                  className="run-bar-ground"
                  x={index * COLUMN_PX}
                  y={0}
                  width={COLUMN_PX}
                  height={HEIGHT_PX}
                />
                <rect
                  className="run-bar"
                  data-state={run.state}
                  x={index * COLUMN_PX + 4}
                  y={HEIGHT_PX - height}
                  width={COLUMN_PX - 8}
                  height={height}
                  rx={2}
                />
              </Link>
            </g>
          );
        })}
      </svg>
    </Scroll>
  );
}

function Table({
  runs,
  runId,
  caption,
}: {
  readonly runs: readonly RunView[];
  readonly runId: string;
  readonly caption: string;
}) {
  return (
    <Scroll label={caption}>
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Created</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.run_id}>
              <td>
                {run.run_id === runId ? (
                  <Fragment>
                    <code>{run.run_id}</code> <span className="muted">this run</span>
                  </Fragment>
                ) : (
                  <Link to="/runs/$runId" params={{ runId: run.run_id }}>
                    <code>{run.run_id}</code>
                  </Link>
                )}
              </td>
              <td>
                <StateBadge state={run.state} />
              </td>
              <td>
                <Time value={run.created_at} />
              </td>
              <td>{run.duration_seconds === null ? '' : durationText(run.duration_seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Those that are not over, in the same lane. */
function InLane({ lane, runId }: { readonly lane: string; readonly runId: string }) {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['run-lane', lane],
    queryFn: async ({ signal }) =>
      (
        await client.listRuns({
          lane,
          state: ['queued', 'starting', 'running', 'cancelling'],
          limit: IN_LANE,
          signal,
        })
      ).runs,
    refetchInterval: useRefetchInterval(),
  });
  useRunChanges({ onStale: () => void refetch(), onChange: () => void refetch() });
  if (error !== null && data === undefined) return <Problem error={error} what="The lane" />;
  if (data === undefined) return <Loading what="The lane" />;
  if (data.length === 0) return <Empty>Nothing runs or waits in lane {lane} now.</Empty>;
  return <Table runs={data} runId={runId} caption={`Runs in lane ${lane} now`} />;
}

/** Where it comes from, and what came of it, as far as the last runs of its pipeline tell. */
function Family({ view, runs }: { readonly view: RunView; readonly runs: readonly RunView[] }) {
  const before = view.origin ?? undefined;
  const after = runs.filter(({ origin }) => origin?.run_id === view.run_id);
  if (before === undefined && after.length === 0) return null;
  return (
    <>
      <h2>Resumed and rerun</h2>
      {before && (
        <p>
          {before.how === 'resume' ? 'It continues' : 'It repeats'}{' '}
          <Link to="/runs/$runId" params={{ runId: before.run_id }} search={{ tab: 'related' }}>
            <code>{before.run_id}</code>
          </Link>
          .
        </p>
      )}
      {after.length > 0 && (
        <Table runs={after} runId={view.run_id} caption="Runs that continue or repeat it" />
      )}
    </>
  );
}

export function Part({ shown: { view }, recent }: TabProps) {
  const { runs, error } = recent;
  return (
    <div className="run-part">
      <Family view={view} runs={runs ?? []} />
      <h2>Same pipeline</h2>
      {error !== null && runs === undefined && <Problem error={error} what="The list of runs" />}
      {runs === undefined && error === null && <Loading what="The list of runs" />}
      {runs !== undefined && (
        <>
          <Strip runs={runs.toReversed()} runId={view.run_id} />
          <Table runs={runs} runId={view.run_id} caption="Runs of the same pipeline" />
          <p>
            <Link to="/runs" search={{ pipeline: view.pipeline }}>
              All runs of {view.pipeline}
            </Link>
          </p>
        </>
      )}
      <h2>Same lane, now</h2>
      <InLane lane={view.lane} runId={view.run_id} />
      <p>
        <LaneLink name={view.lane}>Lane {view.lane}</LaneLink>
      </p>
    </div>
  );
}
