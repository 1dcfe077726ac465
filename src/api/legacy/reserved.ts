/** Options of `nextflow run` among the parameters of the legacy paths: what is done of them, and what the answer says is not. */
import { AppError } from '../../core/errors.ts';
import type { JsonTree } from '../../core/json/text.ts';
import type { RunRequest } from '../../core/runs/request.ts';
import type { RunView } from '../../core/runs/view.ts';
import type { Submitted } from '../../engine/commands/submission.ts';
import type { LegacyRequest } from './envelope.ts';

/** The legacy service left out an option whose value is false; null was no value either. */
const isGiven = (value: JsonTree | undefined): boolean =>
  value !== undefined && value !== null && value !== false;

/** Options that say in what tasks run. Here a task is a pod, with the image that its pipeline names. */
const ENGINES = ['with-docker', 'with-singularity', 'with-conda'];

function notDone({ parameters }: LegacyRequest): string[] {
  return ENGINES.filter((name) => isGiven(parameters.get(name))).map(
    (name) =>
      `${name} is not done: tasks are pods of the cluster, with the images that the pipeline names.`,
  );
}

/** Refusals of a start that continues another run; without that it may start. */
const CANNOT = new Set(['not_resumable', 'session_busy', 'gone']);

export type LegacyStarted = { readonly submitted: Submitted; readonly warnings: readonly string[] };

/**
 * Starts the request. `resume` continues the newest of the ended runs of the same pipeline, or the newest of them with the session
 * that it names; where that cannot be, the run starts anew, or the one that holds the lane is attached to, and the answer says so.
 */
export async function startWithReserved(
  legacy: LegacyRequest,
  request: RunRequest,
  ended: () => Promise<readonly RunView[]>,
  submit: (request: RunRequest) => Promise<Submitted>,
): Promise<LegacyStarted> {
  const warnings = notDone(legacy);
  const resume = legacy.parameters.get('resume');
  if (!isGiven(resume)) return { submitted: await submit(request), warnings };
  const earlier = (await ended()).find(
    ({ pipeline, nextflow }) =>
      pipeline === request.pipeline &&
      nextflow !== undefined &&
      (typeof resume !== 'string' || nextflow.session_id === resume),
  );
  const anew = async (why: string): Promise<LegacyStarted> => {
    const submitted = await submit(request);
    const { outcome, run } = submitted;
    const done =
      outcome === 'attached'
        ? `nothing is started, and run ${run.run_id} is what runs`
        : 'the run starts anew';
    return { submitted, warnings: [`resume is not done, ${done}: ${why}`, ...warnings] };
  };
  if (!earlier) return anew(`there is no ended run of ${request.pipeline} to continue.`);
  const continuing = { ...request, nextflow: { ...request.nextflow, resume: earlier.run_id } };
  try {
    return { submitted: await submit(continuing), warnings };
  } catch (error) {
    if (error instanceof AppError && CANNOT.has(error.code)) return anew(error.message);
    throw error;
  }
}
