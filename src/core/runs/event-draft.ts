/** Drafts of the events of changes of a run's state. */

import type { EventDraft } from '../events/event-row.ts';
import { durationSeconds, type Run } from './run.ts';

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
  return {
    type: 'complete',
    data: {
      status: run.state,
      reason: run.reason,
      exit_code: run.exit_code,
      duration_seconds: durationSeconds(run),
      run: {
        run_id: run.run_id,
        status: run.state,
        started_at: run.started_at,
        finished_at: run.finished_at,
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

/** Lines of the run are not recorded from here on, for the rest of the day. */
export function quotaDraft(
  pod: string,
  container: string,
  after: string | null,
  limit: number,
): EventDraft {
  const message = `The domain has recorded its quota of ${limit} bytes of log today: the lines that follow are not recorded, until 00:00 UTC.`;
  const data = { pod, container, after: after || null, before: null, message };
  return { type: 'gap', data: { ...data, cause: 'quota' } };
}
