/** Merges a request with its catalogue entry into the launch, which decides what runs. */

import type { Overridable, Pipeline } from '../../core/catalogue/entry.ts';
import { AppError, type FieldError, fieldName, invalid } from '../../core/errors.ts';
import { JsonNumber, type JsonObject } from '../../core/json/text.ts';
import { canonicalJson, mergeJson, parseStored, writeJson } from '../../core/json/write.ts';
import type { Launch, RunRequest } from '../../core/runs/request.ts';
import { checkParams } from '../../core/schema/params.ts';

const NONE: JsonObject = new Map();

/** Nextflow takes `out-dir` and `outDir` for the same param. */
const sameParam = (a: string, b: string): boolean => paramKey(a) === paramKey(b);
const paramKey = (name: string): string => name.replaceAll('-', '').toLowerCase();

/** Fields of the request that differ from the entry; null and empty values ask for nothing. */
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
      canonicalJson({ ...entry.container, ...container }) !== canonicalJson(entry.container),
  };
  return (Object.keys(differs) as Overridable[]).filter((field) => differs[field]);
}

/**
 * Throws `invalid` with every field of the request that differs from what the entry fixes. A request may repeat
 * the entry's value.
 */
function assertFixed(request: RunRequest, entry: Pipeline): void {
  const fields = differences(request, entry)
    .filter((field) => !entry.overridable.includes(field))
    .map((field): FieldError => ({ field, message: fixedBy(entry, entry[field]) }));
  for (const [name, value] of request.params ?? []) {
    const fixed = entry.fixed_params.find((each) => sameParam(each, name));
    if (fixed === undefined) continue;
    const own = entry.params.get(fixed);
    if (own !== undefined && canonicalJson(value) === canonicalJson(own)) continue;
    fields.push({ field: fieldName(['params', name]), message: fixedBy(entry, own) });
  }
  if (fields.length === 0) return;
  const detail = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new AppError('invalid', detail, { fields });
}

function fixedBy({ name }: Pipeline, value: unknown): string {
  const plain = value instanceof JsonNumber ? value.text : value;
  const shown = typeof plain === 'string' || typeof plain === 'number' ? ` to ${plain}` : '';
  return `is fixed${shown} by the pipeline ${name}, and not overridable`;
}

/** Params that an entry without a schema does not name: they may be mistyped. */
function uncheckedParams({ params }: RunRequest, entry: Pipeline | undefined): readonly string[] {
  if (!entry || entry.params_schema) return [];
  return [...(params?.keys() ?? [])].filter((name) => !entry.params.has(name));
}

/** The launch of a request, after the catalogue was applied. `sent`: the request as it came. Throws `invalid`. */
export async function toLaunch(
  request: RunRequest,
  entry: Pipeline | undefined,
  sent: unknown = request,
): Promise<Launch> {
  const kind = request.kind ?? entry?.kind ?? 'nextflow';
  if (entry && entry.kind !== kind)
    throw invalid('kind', `is ${kind}, but the pipeline ${entry.name} is of kind ${entry.kind}`);
  if (kind === 'nextflow' && request.container)
    throw invalid('container', 'is for kind container only');
  if (entry) assertFixed(request, entry);
  const container = kind === 'container' ? { ...entry?.container, ...request.container } : null;
  if (container && container.image === undefined)
    throw invalid('container', 'is required for kind container');
  const params = mergeJson(entry?.params ?? NONE, request.params ?? NONE);
  if (entry?.params_schema) {
    const fields = await checkParams(entry.params_schema, params);
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
    params: writeJson(params),
    container: container as Launch['container'],
    work_dir: request.work_dir ?? entry?.work_dir ?? null,
    deadline_seconds: request.deadline_seconds ?? entry?.deadline_seconds ?? null,
    plugins: entry?.plugins ?? null,
    request: writeJson(sent),
    unchecked_params: uncheckedParams(request, entry),
    pipeline_version: entry?.version ?? null,
  };
}

/** Whether both would run the same. */
export const sameLaunch = (a: Launch, b: Launch): boolean => deciding(a) === deciding(b);

const deciding = (launch: Launch): string =>
  canonicalJson({
    ...launch,
    params: parseStored(launch.params),
    request: undefined,
    unchecked_params: undefined,
    pipeline_version: undefined,
  });
