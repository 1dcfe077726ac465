/** The request that is being written: a tree, so that what the form does not know stays in it, with its digits. */
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../../../core/json/text.ts';
import { writeJson } from '../../../../core/json/write.ts';

export type Path = readonly string[];

export function at(tree: JsonTree | undefined, path: Path): JsonTree | undefined {
  let place = tree;
  for (const name of path) place = isJsonObject(place) ? place.get(name) : undefined;
  return place;
}

const isEmpty = (tree: JsonTree): boolean => isJsonObject(tree) && tree.size === 0;

/** The request with another value; undefined takes it out, and objects around it that are then empty. */
export function withValue(tree: JsonObject, path: Path, value: JsonTree | undefined): JsonObject {
  const [name = '', ...rest] = path;
  const next = new Map(tree);
  const before = tree.get(name);
  const inner =
    rest.length === 0 ? value : withValue(isJsonObject(before) ? before : new Map(), rest, value);
  if (inner === undefined || (rest.length > 0 && isEmpty(inner))) next.delete(name);
  else next.set(name, inner);
  return next;
}

export const textAt = (tree: JsonObject, path: Path): string => {
  const value = at(tree, path);
  return typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : '';
};

export const paramsAt = (request: JsonObject): JsonObject => {
  const params = request.get('params');
  return isJsonObject(params) ? params : new Map();
};

export const withParams = (request: JsonObject, params: JsonObject): JsonObject =>
  withValue(request, ['params'], params.size === 0 ? undefined : params);

/** Names that Nextflow's fields also have beside its key, until version 1.0. */
const ALIASES = ['revision', 'profile', 'work_dir'];

/** The request with aliases under their key, where the form has its fields. */
export function withoutAliases(request: JsonObject): JsonObject {
  let next = request;
  for (const name of ALIASES) {
    const value = next.get(name);
    if (value === undefined) continue;
    const path = ['nextflow', name];
    next = withValue(next, [name], undefined);
    if (value !== null && at(next, path) === undefined) next = withValue(next, path, value);
  }
  return next;
}

/** As a request that starts anew what that run ran. */
export const repeating = (request: JsonObject, runId: string): JsonObject =>
  withValue(withValue(request, ['nextflow', 'resume'], undefined), ['rerun_of'], runId);

/** As a request that goes on in the session of that run: what it has completed is cached. */
export function continuing(request: JsonObject, runId: string): JsonObject {
  const own = withValue(withValue(request, ['rerun_of'], undefined), ['nextflow', 'resume'], runId);
  // Who asked to be given the run that is there asks for a new one now.
  return textAt(own, ['on_busy']) === 'attach' ? withValue(own, ['on_busy'], undefined) : own;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** Seconds of `90m`, `2h 30min` or `3600`; text that tells no time stays, for the server to refuse. */
export function deadlineOf(text: string): JsonTree | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^\d{1,10}$/.test(trimmed)) return new JsonNumber(String(Number(trimmed)));
  if (!/^(?:\d{1,10}\s*(?:s|m|min|h|d)\s*)+$/.test(trimmed)) return text;
  const parts = trimmed.matchAll(/(\d+)\s*([a-z]+)/g);
  const seconds = Array.from(parts, ([, count, unit = '']) => Number(count) * (UNITS[unit] ?? 0));
  return new JsonNumber(String(seconds.reduce((sum, each) => sum + each, 0)));
}

/** What an address of the screen says, all as text. */
export type LinkSearch = {
  readonly pipeline?: string;
  /** `nextflow`, `container` or `shell`: something else than an entry is started. */
  readonly kind?: string;
  readonly version?: string;
  readonly lane?: string;
  readonly target?: string;
  readonly priority?: string;
  /** `name=value`, joined by commas. */
  readonly labels?: string;
  /** Seconds. */
  readonly deadline?: string;
  /** JSON: what runs, under the key of its kind. */
  readonly what?: string;
  /** JSON. */
  readonly params?: string;
  /** Id of a run to start again. */
  readonly from?: string;
  /** Id of a run to continue with changes. */
  readonly resume?: string;
};

const wholeNumber = (text: string): JsonTree =>
  /^\d{1,10}$/.test(text) ? new JsonNumber(String(Number(text))) : text;

const labelsOf = (text: string): JsonObject =>
  new Map(
    text
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [name.trim(), value.join('=').trim()];
      }),
  );

/** Keys of what runs, by kind. */
const KIND_KEYS = ['container', 'shell', 'nextflow'];

function objectOf(
  text: string | undefined,
  what: string,
): { readonly object?: JsonObject; readonly fault?: string } {
  if (text === undefined) return {};
  try {
    const tree = parseJson(text);
    return isJsonObject(tree) ? { object: tree } : { fault: `The ${what} are no JSON object.` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { fault: `The ${what} are no JSON: ${why}.` };
  }
}

/** The request of a link, and what of it cannot be read, as a sentence. */
export function requestOfLink(link: LinkSearch): {
  readonly request: JsonObject;
  readonly fault: string | undefined;
} {
  const request = new Map<string, JsonTree>([['pipeline', link.pipeline ?? '']]);
  if (link.kind !== undefined) request.set('kind', link.kind);
  if (link.version !== undefined) request.set('pipeline_version', wholeNumber(link.version));
  if (link.lane !== undefined) request.set('lane', link.lane);
  if (link.priority !== undefined) request.set('priority', wholeNumber(link.priority));
  if (link.deadline !== undefined)
    request.set('deadline_seconds', deadlineOf(link.deadline) ?? link.deadline);
  if (link.labels !== undefined) request.set('labels', labelsOf(link.labels));
  if (link.target !== undefined) request.set('target', link.target);
  const params = objectOf(link.params, 'params of the link');
  const what = objectOf(link.what, 'fields of the link');
  if (params.object) request.set('params', params.object);
  for (const key of KIND_KEYS) {
    const part = what.object?.get(key);
    if (part !== undefined) request.set(key, part);
  }
  return { request, fault: params.fault ?? what.fault };
}

/** The kind of a request without an entry. */
export const kindOfRequest = (request: JsonObject): string =>
  textAt(request, ['kind']) ||
  (['container', 'shell'].find((kind) => request.has(kind)) ?? 'nextflow');

/** The link to the form with these values; `params` without secrets. */
export function linkOf(request: JsonObject, params: JsonObject): LinkSearch {
  const text = (name: string) => textAt(request, [name]) || undefined;
  const labels = request.get('labels');
  const what = new Map([...request].filter(([key]) => KIND_KEYS.includes(key)));
  const link = {
    pipeline: text('pipeline'),
    kind: text('kind'),
    version: text('pipeline_version'),
    lane: text('lane'),
    target: text('target'),
    priority: text('priority'),
    labels: isJsonObject(labels)
      ? Array.from(labels, ([name]) => `${name}=${textAt(labels, [name])}`).join(',')
      : undefined,
    deadline: text('deadline_seconds'),
    what: what.size === 0 ? undefined : writeJson(what),
    params: params.size === 0 ? undefined : writeJson(params),
  };
  return Object.fromEntries(Object.entries(link).filter(([, value]) => value !== undefined));
}
