/** Drafts of the events of changes of a run's state. */

import type { EventDraft } from '../events/event-row.ts';
import type { Run } from './run.ts';

/** `message` tells what the run waits for, or null. */
export function statusDraft(run: Run, message: string | null): EventDraft {
  return {
    type: 'status',
    data: {
      status: run.state,
      message,
      reason: run.reason,
      job_name: run.job_name,
      attempt: run.attempt,
    },
  };
}

/** The last event of a run. */
export function completeDraft(run: Run): EventDraft {
  const [started, finished] = [run.started_at, run.finished_at];
  return {
    type: 'complete',
    data: {
      status: run.state,
      reason: run.reason,
      exit_code: run.exit_code,
      duration_seconds:
        started === null || finished === null
          ? null
          : Math.max(0, (Date.parse(finished) - Date.parse(started)) / 1000),
      run: {
        run_id: run.run_id,
        status: run.state,
        started_at: started,
        finished_at: finished,
        job_name: run.job_name,
        message: run.reason?.message ?? null,
      },
    },
  };
}

export function gapDraft(
  pod: string,
  container: string,
  after: string | null,
  before: string | null,
  message: string,
): EventDraft {
  return { type: 'gap', data: { pod, container, after: after || null, before, message } };
}
