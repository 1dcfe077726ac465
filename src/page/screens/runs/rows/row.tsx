/** What a row shows of its run. */
import { Link } from '@tanstack/react-router';
import { createContext, Fragment, type MouseEvent, memo, use, useSyncExternalStore } from 'react';
import { isTerminal } from '../../../../core/events/state.ts';
import type { RunView } from '../../../../core/runs/view.ts';
import { countsText } from '../../../../core/tasks/status.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { durationText } from '../../../ui/time.tsx';
import type { RunList } from '../list/run-list.ts';
import { progressParts } from './progress-parts.ts';
import { Age, Running } from './ticking.tsx';

export type RowActions = {
  readonly list: RunList;
  /** `ranges`: all rows from the one that was chosen last. */
  toggle(id: string, ranges: boolean): void;
  openMenu(id: string, button: HTMLElement): void;
};

export const RowContext = createContext<RowActions | undefined>(undefined);

/** Classes of the cells, which decide on their places, and names of the columns. */
export const COLUMNS = [
  { id: 'state', name: 'State' },
  { id: 'pipeline', name: 'Pipeline' },
  { id: 'lane', name: 'Lane' },
  { id: 'who', name: 'Who' },
  { id: 'progress', name: 'Progress' },
  { id: 'age', name: 'Age' },
  { id: 'duration', name: 'Duration' },
  { id: 'reason', name: 'Reason' },
  { id: 'labels', name: 'Labels' },
] as const;

function Progress({ run }: { readonly run: RunView }) {
  const { progress, state } = run;
  if (progress === null) return null;
  const { completed, total, percent, tasks } = progress;
  const share = percent ?? (total > 0 ? (completed / total) * 100 : 0);
  return (
    <span className="runs-progress" data-over={isTerminal(state)}>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" />
        <rect width={share} height="6" className="runs-progress-done" />
      </svg>
      <span title={tasks && countsText(tasks)}>
        {progressParts(run).map(({ text, isBad }, at) => (
          <Fragment key={text}>
            {at > 0 && ', '}
            <span className={isBad ? 'runs-progress-failed' : undefined}>{text}</span>
          </Fragment>
        ))}
      </span>
    </span>
  );
}

function Duration({ run }: { readonly run: RunView }) {
  if (run.duration_seconds !== null) return durationText(run.duration_seconds);
  if (run.started_at === null || isTerminal(run.state)) return null;
  return <Running since={run.started_at} />;
}

const sentenceOf = ({ reason, queue_position }: RunView): string | null => {
  if (reason === null)
    return queue_position === null ? null : `Number ${queue_position} in its lane.`;
  return queue_position === null ? reason.message : `${reason.message} (number ${queue_position})`;
};

const Labels = memo(({ labels }: { readonly labels: RunView['labels'] }) => (
  <>
    {Object.entries(labels).map(([name, value]) => (
      <span key={name} className="runs-label">
        {name}={value}
      </span>
    ))}
  </>
));

function Cells({ run }: { readonly run: RunView }) {
  const reason = sentenceOf(run);
  return (
    <>
      <span role="gridcell" className="runs-cell" data-column="lane">
        {run.lane}
      </span>
      <span role="gridcell" className="runs-cell" data-column="who">
        {run.triggered_by}
      </span>
      <span role="gridcell" className="runs-cell" data-column="progress">
        <Progress run={run} />
      </span>
      <span role="gridcell" className="runs-cell" data-column="age">
        <Age since={run.created_at} />
      </span>
      <span role="gridcell" className="runs-cell" data-column="duration">
        <Duration run={run} />
      </span>
      <span role="gridcell" className="runs-cell" data-column="reason" title={reason ?? undefined}>
        {reason}
      </span>
      <span role="gridcell" className="runs-cell" data-column="labels">
        <Labels labels={run.labels} />
      </span>
    </>
  );
}

export const RunRow = memo(
  ({
    id,
    isCurrent,
    isSelected,
  }: {
    readonly id: string;
    readonly isCurrent: boolean;
    readonly isSelected: boolean;
  }) => {
    const actions = use(RowContext);
    if (actions === undefined) throw new Error('Rows are in a list.');
    const { list } = actions;
    const run = useSyncExternalStore(list.state.subscribe, () => list.get(id));
    if (run === undefined) return null;
    const tabIndex = isCurrent ? 0 : -1;
    const name = `${run.pipeline} ${run.run_id}`;
    return (
      <>
        <span role="gridcell" className="runs-cell" data-column="select">
          <label className="runs-check">
            <input
              type="checkbox"
              aria-label={`Select ${name}`}
              checked={isSelected}
              tabIndex={tabIndex}
              readOnly
              onClick={(event: MouseEvent) => actions.toggle(id, event.shiftKey)}
            />
          </label>
        </span>
        <span role="gridcell" className="runs-cell" data-column="state">
          <StateBadge state={run.state} />
        </span>
        <span role="gridcell" className="runs-cell" data-column="pipeline">
          <Link to="/runs/$runId" params={{ runId: id }} tabIndex={tabIndex} preload={false}>
            {run.pipeline}
          </Link>
          <code>{id}</code>
        </span>
        <Cells run={run} />
        <span role="gridcell" className="runs-cell" data-column="menu">
          <button
            type="button"
            className="runs-more"
            aria-label={`Actions of ${name}`}
            aria-haspopup="menu"
            tabIndex={tabIndex}
            onClick={({ currentTarget }) => actions.openMenu(id, currentTarget)}
          >
            <span aria-hidden="true">⋯</span>
          </button>
        </span>
      </>
    );
  },
);
