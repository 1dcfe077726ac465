/** From a request to what decides what runs. */
import { AppError, type FieldError, invalid } from '../core/errors.ts';
import { checkParams } from '../core/params.ts';
import type { Launch, Overridable, Pipeline, RunRequest } from '../core/request.ts';

type Params = Readonly<Record<string, unknown>>;

const valueOf = (params: Params | undefined, name: string): unknown =>
  params !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;

/** Nextflow takes `out-dir` and `outDir` for the same param. */
const sameParam = (a: string, b: string): boolean => paramKey(a) === paramKey(b);
const paramKey = (name: string): string => name.replaceAll('-', '').toLowerCase();

/** Fields of the request that differ from what the entry says; what is null or empty asks for nothing. */
function differences(request: RunRequest, entry: Pipeline): readonly Overridable[] {
  const { lane, target, deadline_seconds, container } = request;
  const text = (name: 'revision' | 'profile' | 'work_dir'): boolean =>
    request[name] !== undefined &&
    request[name] !== null &&
    (request[name] || null) !== (entry[name] || null);
  const differs: Readonly<Record<Overridable, boolean>> = {
    lane: lane !== undefined && lane !== entry.lane,
    target: target !== undefined && target !== entry.target,
    deadline_seconds: deadline_seconds !== undefined && deadline_seconds !== entry.deadline_seconds,
    revision: text('revision'),
    profile: text('profile'),
    work_dir: text('work_dir'),
    container:
      container !== undefined &&
      canonical({ ...entry.container, ...container }) !== canonical(entry.container),
  };
  return (Object.keys(differs) as Overridable[]).filter((field) => differs[field]);
}

/**
 * Throws `invalid` with every field by which a request would leave what the entry has fixed. To name
 * the value that the entry has is no harm.
 */
function assertFixed(request: RunRequest, entry: Pipeline): void {
  const fields = differences(request, entry)
    .filter((field) => !entry.overridable.includes(field))
    .map((field): FieldError => ({ field, message: fixedBy(entry, entry[field]) }));
  for (const [name, value] of Object.entries(request.params ?? {})) {
    const fixed = entry.fixed_params.find((each) => sameParam(each, name));
    if (fixed === undefined) continue;
    const own = valueOf(entry.params, fixed);
    if (canonical(value) === canonical(own)) continue;
    fields.push({ field: `params.${name}`, message: fixedBy(entry, own) });
  }
  if (fields.length === 0) return;
  const detail = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new AppError('invalid', detail, { fields });
}

function fixedBy({ name }: Pipeline, value: unknown): string {
  const shown = typeof value === 'string' || typeof value === 'number' ? ` to ${value}` : '';
  return `is fixed${shown} by the pipeline ${name}, and not overridable`;
}

/** What decides what runs, after the catalogue was applied. Throws `invalid`. */
export function toLaunch(request: RunRequest, entry: Pipeline | undefined): Launch {
  const kind = request.kind ?? entry?.kind ?? 'nextflow';
  if (entry && entry.kind !== kind)
    throw invalid('kind', `is ${kind}, but the pipeline ${entry.name} is of kind ${entry.kind}`);
  if (kind === 'nextflow' && request.container)
    throw invalid('container', 'is for kind container only');
  if (entry) assertFixed(request, entry);
  const container = kind === 'container' ? { ...entry?.container, ...request.container } : null;
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
    work_dir: request.work_dir ?? entry?.work_dir ?? null,
    deadline_seconds: request.deadline_seconds ?? entry?.deadline_seconds ?? null,
    plugins: entry?.plugins ?? null,
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
