/** From a request to what decides what runs. */
import { AppError, invalid } from '../core/errors.ts';
import { checkParams } from '../core/params.ts';
import type { Launch, Pipeline, RunRequest } from '../core/request.ts';

/** What decides what runs, after the catalogue was applied. */
export function toLaunch(request: RunRequest, entry: Pipeline | undefined): Launch {
  const kind = request.kind ?? entry?.kind ?? 'nextflow';
  if (entry && entry.kind !== kind)
    throw invalid('kind', `is ${kind}, but the pipeline ${entry.name} is of kind ${entry.kind}`);
  const container = kind === 'container' ? { ...entry?.container, ...request.container } : null;
  if (kind === 'nextflow' && request.container)
    throw invalid('container', 'is for kind container only');
  if (container && container.image === undefined)
    throw invalid('container', 'is required for kind container');
  const params = { ...entry?.params, ...request.params };
  if (entry?.params_schema) {
    const fields = checkParams(entry.params_schema, params);
    if (fields.length > 0)
      throw new AppError('invalid', 'The params do not fulfil the schema of the pipeline.', {
        fields,
      });
  }
  return {
    kind,
    pipeline: request.pipeline,
    source: kind === 'nextflow' ? (entry?.source ?? request.pipeline) : null,
    revision: request.revision ?? entry?.revision ?? null,
    profile: request.profile ?? entry?.profile ?? null,
    params,
    container: container as Launch['container'],
    work_dir: request.work_dir ?? null,
    deadline_seconds: request.deadline_seconds ?? entry?.deadline_seconds ?? null,
  };
}

export const sameLaunch = (a: Launch, b: Launch): boolean => canonical(a) === canonical(b);

/** JSON with sorted keys: equal for equal requests. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
