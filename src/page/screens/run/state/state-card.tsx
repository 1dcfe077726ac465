/** How the run stands, why, what to do about it, and how far it is. */
import { isTerminal } from '../../../../core/events/state.ts';
import type { RunView } from '../../../../core/runs/view.ts';
import { Progress } from '../../../ui/parts/progress.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { durationText } from '../../../ui/time.tsx';
import { durationsOf, type Recent } from '../live/use-recent.ts';
import type { Shown } from '../live/use-run.ts';
import { TaskProgress } from '../tasks/list/task-progress.tsx';
import { adviceOf, patienceOf } from './advice.ts';
import { AdviceActions } from './advice-actions.tsx';
import { estimateOf } from './estimate.ts';
import { Failure } from './failure.tsx';
import { useNow } from './use-now.ts';

const secondsSince = (time: string, now: number): number => (now - Date.parse(time)) / 1_000;

/** How long it has been in its state, or took. */
function spanOf(view: RunView, now: number): string {
  const { state, created_at, started_at, finished_at, duration_seconds } = view;
  if (state === 'queued') return `for ${durationText(secondsSince(created_at, now))}`;
  if (isTerminal(state)) {
    if (duration_seconds !== null) return `after ${durationText(duration_seconds)}`;
    return finished_at === null ? '' : 'before it began';
  }
  return started_at === null ? '' : `for ${durationText(secondsSince(started_at, now))}`;
}

function placeOf({ queue_position, queue_position_at_least, lane }: RunView): string | undefined {
  if (queue_position !== null) return `Place ${queue_position} in the queue of lane ${lane}.`;
  if (queue_position_at_least !== null)
    return `Place ${queue_position_at_least} or later in the queue of lane ${lane}.`;
  return undefined;
}

function progressText({ completed, total, percent }: NonNullable<RunView['progress']>): string {
  return percent === null
    ? `${completed} of ${total} so far`
    : `${completed} of ${total} · ${Math.floor(percent)} %`;
}

type Props = { readonly shown: Shown; readonly recent: Recent };

function Estimated({ shown: { view, follow }, recent }: Props) {
  const now = useNow(view.state === 'running');
  const found = estimateOf(view, now, follow.events.samples, durationsOf(recent));
  if (found === undefined) return null;
  const [from, to] = [durationText(found.fromSeconds), durationText(found.toSeconds)];
  const span = from === to ? `About ${from}` : `Between ${from} and ${to}`;
  const basis =
    found.by === 'progress'
      ? 'its progress so far'
      : `the last ${found.runs ?? 0} runs of this pipeline`;
  return (
    <p className="run-estimate">
      {span} left: an estimate from {basis}.
    </p>
  );
}

export function StateCard({ shown, recent }: Props) {
  const { view } = shown;
  const now = useNow(!isTerminal(view.state));
  const advice = adviceOf(view.state, view.reason?.code);
  const patience = patienceOf(view.state, view.reason?.code);
  const place = placeOf(view);
  const failure = view.reason?.failure;
  const tasks = view.progress?.tasks;
  return (
    <section className="card run-state" data-state={view.state} aria-label="State">
      <p className="run-state-line">
        {/* The seconds that grow are not read aloud. */}
        <span role="status">
          <StateBadge state={view.state} />
        </span>
        <span>{spanOf(view, now)}</span>
        {view.exit_code !== null && <span className="muted">exit code {view.exit_code}</span>}
      </p>
      {view.reason !== null && (
        <p className="run-reason">
          {view.reason.message} <code className="muted">{view.reason.code}</code>
        </p>
      )}
      {place !== undefined && <p>{place}</p>}
      {advice !== undefined && (
        <p className="run-advice">
          {failure?.advice ?? advice.text} {patience}
        </p>
      )}
      {failure && <Failure failure={failure} runId={view.run_id} hasTasks={tasks !== undefined} />}
      {advice !== undefined && <AdviceActions shown={shown} actions={advice.actions} />}
      {tasks !== undefined && <TaskProgress counts={tasks} />}
      {view.progress !== null && tasks === undefined && (
        <Progress
          label="Progress"
          percent={view.progress.percent}
          text={progressText(view.progress)}
        />
      )}
      <Estimated shown={shown} recent={recent} />
      {!view.reachable && (
        <p className="run-unreachable">
          The cluster cannot be reached: this is the last state that is known.
        </p>
      )}
    </section>
  );
}
