/** Makes the API's view of a run from stored rows. */

import { isTerminal } from '../../core/events/state.ts';
import { withText } from '../../core/json/write.ts';
import { kindOf, shownOwn, VIEW_ALIASES, type VIEW_KEYS } from '../../core/kinds/all.ts';
import { type Reason, reason } from '../../core/reasons.ts';
import type { Launch } from '../../core/runs/request.ts';
import { durationSeconds, type Run } from '../../core/runs/run.ts';
import type { RunView } from '../../core/runs/view.ts';
import type { Reachability } from '../catalogue/reachability.ts';
import type { Wait } from '../lanes/waiting.ts';

export function toView(run: Run, launch: Launch, target: Reachability, wait: Wait): RunView {
  // An ended run does not need its cluster any more.
  const over = isTerminal(run.state);
  return {
    run_id: run.run_id,
    domain: run.domain,
    lane: run.lane,
    kind: run.kind,
    state: run.state,
    pipeline: run.pipeline,
    pipeline_version: launch.pipeline_version,
    ...ownKeys(run, launch),
    params: withText(launch.params),
    deadline_seconds: launch.deadline_seconds,
    labels: { ...run.labels },
    triggered_by: run.triggered_by,
    priority: run.priority,
    queue_position: wait.position,
    queue_position_at_least: wait.positionAtLeast,
    attempt: run.attempt,
    job_name: run.job_name,
    target: run.target,
    reachable: over || target.reachable,
    trace_source: run.trace_source ?? null,
    reason: run.reason ?? wait.reason ?? (over ? null : (trouble(target) ?? pending(run))),
    exit_code: run.exit_code,
    progress: run.progress,
    created_at: run.created_at,
    started_at: run.started_at,
    finished_at: run.finished_at,
    duration_seconds: durationSeconds(run),
    origin: run.origin ?? null,
    hold: run.hold ?? null,
    last_seq: run.last_seq,
    unchecked_params: [...launch.unchecked_params],
    request: withText(launch.request),
  };
}

/** What runs, under the key of its kind; and its aliases beside, null where the kind has no such field. */
function ownKeys(
  { run_id }: Run,
  launch: Launch,
): Pick<RunView, keyof typeof VIEW_KEYS | keyof typeof VIEW_ALIASES> {
  const own = shownOwn(launch, run_id);
  const aliases = Object.keys(VIEW_ALIASES).map((name) => [name, own[name] ?? null]);
  return { [launch.kind]: own, ...Object.fromEntries(aliases) };
}

/** As lists show it: without what may be large, since a page of that would be megabytes. */
export function inLists(run: RunView): RunView {
  const { request: _, ...whole } = run;
  const rest = { ...whole, reason: run.reason && withoutFailure(run.reason) };
  const { listed, unlisted = [] } = kindOf(run.kind);
  const { [run.kind]: own, ...small } = rest;
  if (!listed) return small;
  const some = Object.entries(own ?? {}).filter(([name]) => !unlisted.includes(name));
  return { ...rest, [run.kind]: Object.fromEntries(some) };
}

const withoutFailure = (why: Reason): Reason => {
  const { failure: _, ...short } = why;
  return short;
};

const trouble = ({ reachable, message }: Reachability): Reason | null =>
  reachable ? null : reason('target_unreachable', message);

/** The reason of an admitted run that another process than its request starts. */
const pending = ({ state }: Run): Reason | null =>
  state === 'queued' ? reason('job_pending') : null;
