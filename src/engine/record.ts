/** The first rows of a run. */
import { AppError } from '../core/errors.ts';
import type { Launch } from '../core/request.ts';
import type { Run } from '../core/run.ts';
import { Conflict } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { statusFact } from './facts.ts';
import type { Plan } from './plan.ts';
import { adoptRun, type Held, insertRun, readRun } from './run-store.ts';
import type { Submission } from './submission.ts';

export function newRun(
  id: string,
  { domain, request }: Submission,
  { launch, target, lane, priority }: Plan,
  now: string,
): Run {
  return {
    run_id: id,
    domain,
    lane,
    target: target.name,
    kind: launch.kind,
    state: 'queued',
    pipeline: launch.pipeline,
    revision: launch.revision,
    profile: launch.profile,
    labels: request.labels,
    triggered_by: request.triggered_by ?? null,
    priority,
    on_busy: request.on_busy,
    deadline_seconds: launch.deadline_seconds,
    attempt: 0,
    job_name: null,
    job_uid: null,
    job_config: null,
    discarded_uid: null,
    fenced: false,
    stop: null,
    reason: null,
    exit_code: null,
    progress: null,
    created_at: now,
    starting_at: null,
    started_at: null,
    finished_at: null,
    absent_since: null,
    draining_since: null,
    trouble_since: null,
    adopted: false,
    refused: false,
    released: false,
    swept: false,
    last_seq: 0,
    published_seq: 0,
    archived_seq: 0,
    generation: 0,
    attended_until: null,
    asked_at: null,
    log: {},
    log_lines: 0,
    log_bytes: 0,
  };
}

export async function insertOrAdopt(world: World, run: Run, launch: Launch): Promise<Held> {
  try {
    return await insertRun(world, run, launch, [statusFact(run, null)]);
  } catch (error) {
    const held = error instanceof Conflict ? await readRun(world, run.run_id) : undefined;
    // The id is blocked: an earlier try was taken back, or this one took too long.
    if (!held && error instanceof Conflict) throw tooLate();
    if (!held) throw error;
    return adoptRun(world, held);
  }
}

export const tooLate = (): AppError =>
  new AppError('unavailable', 'The run could not be brought into its lane in time.', {
    retryAfter: 1,
  });
