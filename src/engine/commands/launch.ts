/** Merges a request with its catalogue entry into the launch, which decides what runs. */

import type { Pipeline } from '../../core/catalogue/entry.ts';
import { AppError, type FieldError, fieldName, invalid, type Refusals } from '../../core/errors.ts';
import { JsonNumber, type JsonObject } from '../../core/json/text.ts';
import { canonicalJson, mergeJson, parseStored, writeJson } from '../../core/json/write.ts';
import { type AnyKind, kindOf, meaningOf, ownOf, PIPELINE_KIND } from '../../core/kinds/all.ts';
import { readKeys, type Told } from '../../core/kinds/keys.ts';
import type { Target } from '../../core/kinds/target.ts';
import type { Launch, RunRequest } from '../../core/runs/request.ts';
import { checkParams } from '../../core/schema/params.ts';

const NONE: JsonObject = new Map();

/** Nextflow takes `out-dir` and `outDir` for the same param. */
const sameParam = (a: string, b: string): boolean => paramKey(a) === paramKey(b);
const paramKey = (name: string): string => name.replaceAll('-', '').toLowerCase();

type Difference = { readonly field: string; readonly own: unknown; readonly allowed: boolean };

/** A list of targets decides alone which others there may be. */
const mayChange = (
  { target = '' }: RunRequest,
  { overridable, targets }: Pipeline,
  field: 'lane' | 'target' | 'deadline_seconds',
): boolean =>
  field === 'target' && targets ? targets.includes(target) : overridable.includes(field);

/** Fields of the request that differ in meaning from the entry. */
function differences(request: RunRequest, told: Told, entry: Pipeline): readonly Difference[] {
  const { overridable } = entry;
  const common = (['lane', 'target', 'deadline_seconds'] as const)
    .filter((field) => request[field] !== undefined && request[field] !== entry[field])
    .map((field) => ({ field, own: entry[field], allowed: mayChange(request, entry, field) }));
  const kind = kindOf(entry.kind);
  const fixed = ownOf(entry);
  const [asked, has] = [meaningOf(kind, told.own), meaningOf(kind, fixed)];
  const own = Object.keys(told.own)
    .filter((name) => Object.hasOwn(kind.entry, name))
    .filter((name) => canonicalJson(asked[name] ?? null) !== canonicalJson(has[name] ?? null))
    .map((name) => ({
      field: told.names[name] ?? name,
      own: fixed[name],
      allowed: overridable.includes(entry.kind) || overridable.includes(`${entry.kind}.${name}`),
    }));
  return [...common, ...own];
}

/**
 * Throws `invalid` with every field of the request that differs from what the entry fixes. A request may repeat
 * the entry's value.
 */
function assertFixed(request: RunRequest, told: Told, entry: Pipeline): void {
  const fields = differences(request, told, entry)
    .filter(({ allowed }) => !allowed)
    .map(({ field, own }): FieldError => ({ field, message: fixedBy(entry, own) }));
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
  const text = typeof plain === 'string' || typeof plain === 'number' ? String(plain) : '';
  // A script is no word of a sentence.
  const shown = /^.{1,100}$/u.test(text) ? ` to ${text}` : '';
  return `is fixed${shown} by the pipeline ${name}, and not overridable`;
}

/** Params that an entry without a schema does not name: they may be mistyped. */
function uncheckedParams({ params }: RunRequest, entry: Pipeline | undefined): readonly string[] {
  if (!entry || entry.params_schema) return [];
  return [...(params?.keys() ?? [])].filter((name) => !entry.params.has(name));
}

/** `own`: what runs; undefined where that is not known. */
async function assertParams(
  { params_schema: schema }: Pipeline,
  { kind, own }: { readonly kind: AnyKind | undefined; readonly own: unknown },
  params: JsonObject,
): Promise<void> {
  if (!schema) return;
  const checked = own === undefined ? undefined : kind?.toCheck?.(own, params);
  const fields = await checkParams(schema, checked?.params ?? params, checked?.given);
  if (fields.length === 0) return;
  const detail = 'The params do not fulfil the schema of the pipeline.';
  throw new AppError('invalid', detail, { fields });
}

/** Throws `invalid` where the program of the run would not read the params as they were sent. */
function assertReadable(kind: AnyKind, params: JsonObject): void {
  const fields = kind.checkParams?.(params) ?? [];
  if (fields.length === 0) return;
  const detail = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new AppError('invalid', detail, { fields });
}

/**
 * The launch of a request, after the catalogue was applied. `sent`: the request as it came. What is wrong goes to `refusals`;
 * undefined where no launch can be made then.
 */
export async function toLaunch(
  request: RunRequest,
  entry: Pipeline | undefined,
  refusals: Refusals,
  sent: unknown = request,
): Promise<Launch | undefined> {
  const params = mergeJson(entry?.params ?? NONE, request.params ?? NONE);
  const kind = refusals.take(() => kindOfRequest(request, entry))?.value;
  // With the entry's kind, if the request names none: then everything given is a field of it.
  const told = kind && readKeys({ ...request, kind: kind.name }, 'request');
  if (entry && told) refusals.take(() => assertFixed(request, told, entry));
  const merge = () => kind && told && kind.merge(told.own, entry && ownOf(entry), request.pipeline);
  const own = refusals.take(merge)?.value;
  if (entry) await refusals.wait(assertParams(entry, { kind, own }, params));
  if (kind) refusals.take(() => assertReadable(kind, params));
  if (!kind || !own) return undefined;
  return {
    kind: kind.name,
    [kind.name]: own,
    pipeline: request.pipeline,
    params: writeJson(params),
    deadline_seconds: request.deadline_seconds ?? entry?.deadline_seconds ?? null,
    request: writeJson(sent),
    unchecked_params: uncheckedParams(request, entry),
    pipeline_version: entry?.version ?? null,
  };
}

/** The launch with what its target decides. Throws `invalid`. */
export function settle(launch: Launch, target: Target): Launch {
  const own = kindOf(launch.kind).settle?.(ownOf(launch), target);
  return own === undefined ? launch : { ...launch, [launch.kind]: own };
}

/**
 * Whether a caller with the scope `launch` may send the fields under the key of the request: those that the entry lists in
 * `overridable` one by one, or any of a kind whose pipeline is what runs.
 */
export function leavesToLaunch(entry: Pipeline, request: RunRequest): boolean {
  const { runsPipeline, name: kind } = kindOfRequest(request, entry);
  const { own } = readKeys({ ...request, kind }, 'request');
  const isListed = (name: string): boolean =>
    entry.overridable.some((each) => each === `${kind}.${name}`);
  return runsPipeline || Object.keys(own).every(isListed);
}

/** The kind of what runs: the request's, otherwise the entry's, otherwise that of pipelines. Throws `invalid` where request and entry differ. */
export function kindOfRequest(request: RunRequest, entry: Pipeline | undefined): AnyKind {
  const { kind = entry?.kind ?? PIPELINE_KIND.name, by } = readKeys(request, 'request');
  if (entry === undefined || kind === entry.kind) return kindOf(kind);
  const is = by === 'kind' ? `is ${kind}` : `is for kind ${kind}`;
  throw invalid(by, `${is}, but the pipeline ${entry.name} is of kind ${entry.kind}`);
}

/** Whether both would run the same. */
export const sameLaunch = (a: Launch, b: Launch): boolean => deciding(a) === deciding(b);

const deciding = (launch: Launch): string =>
  canonicalJson({
    ...launch,
    [launch.kind]: meaningOf(kindOf(launch.kind), ownOf(launch)),
    params: parseStored(launch.params),
    request: undefined,
    unchecked_params: undefined,
    pipeline_version: undefined,
  });
