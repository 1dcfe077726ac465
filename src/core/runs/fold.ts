/** Brings a view of a run up to date by its events, so that a page shows what the server would. */
import type { RunEvent } from '../events/event.ts';
import { isTerminal } from '../events/state.ts';
import type { RunView } from './view.ts';

/**
 * The view after the event. Events that it already has (`seq` up to its `last_seq`), and those of other runs, change nothing. What events do
 * not tell (the position in the queue) is null from the first change on; read the run anew for it.
 */
export function foldEvent(view: RunView, event: RunEvent): RunView {
  if (event.run_id !== view.run_id || event.seq <= view.last_seq) return view;
  const next = { ...view, last_seq: event.seq };
  if (event.type === 'progress') return { ...next, progress: event.data };
  if (event.type === 'status') {
    const { status, reason, job_name, attempt } = event.data;
    const waits = status === 'queued' && view.state === 'queued';
    return {
      ...next,
      state: status,
      reason,
      job_name,
      attempt,
      queue_position: waits ? view.queue_position : null,
      queue_position_at_least: waits ? view.queue_position_at_least : null,
    };
  }
  if (event.type === 'complete' && isTerminal(event.data.status)) {
    const { status, reason, exit_code, duration_seconds, run } = event.data;
    return {
      ...next,
      state: status,
      reason,
      exit_code,
      duration_seconds,
      started_at: run.started_at,
      finished_at: run.finished_at,
      job_name: run.job_name,
      // An ended run does not need its cluster any more.
      reachable: true,
      queue_position: null,
      queue_position_at_least: null,
    };
  }
  return next;
}
