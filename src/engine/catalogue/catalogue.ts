/** Pipelines and targets of the catalogue. */

import { Pipeline } from '../../core/catalogue/entry.ts';
import { AppError, invalid } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/state.ts';
import { kindOf, ownOf } from '../../core/kinds/all.ts';
import { Target } from '../../core/kinds/target.ts';
import { DEFAULT_DOMAIN, DEFAULT_TARGET, Name } from '../../core/names.ts';
import { anyVersion, assertVersion, type Precondition } from '../../core/precondition.ts';
import { judgeSchema } from '../../core/schema/params.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { walkIndex } from '../store/index-store.ts';
import { readRun } from '../store/run-store.ts';
import {
  deleteEntry,
  listEntries,
  readEntry,
  type Shelf,
  type StoredEntry,
  saveEntry,
} from './entry-store.ts';
import { withFetchedSchema } from './fetch-schema.ts';
import { requiredLeft } from './required-left.ts';
import { whyUnstartable } from './unstartable.ts';

/** An entry with its ETag. */
export type Entry<T> = { readonly value: T; readonly etag: string };
/** The same with its stored row; undefined for an implicit entry, which was never saved. */
type Found<T> = Entry<T> & { readonly stored: StoredEntry | undefined };

/** Index entries per read in the search for a live run of a target: one is enough, a few more because the index may lag. */
const USERS_PAGE = 10;
/** Names that are searched for suggestions. */
const NAMES_MAX = 1_000;
/** Attempts of a change against concurrent changes of the entry. */
const CHANGE_ATTEMPTS = 5;

type Kind<T extends { readonly name: string }> = Shelf & {
  parse(body: unknown): T;
  /** The entry that exists without a row, if any. */
  implicit(domain: string, name: string): T | undefined;
  /** Refuses values that the schema cannot check; returns what is stored. */
  check(world: World, domain: string, value: T): Promise<T>;
  /** Refuses a change or deletion of what live runs need. */
  guard(world: World, domain: string, before: T, after: T | undefined): Promise<void>;
};

const PIPELINES: Kind<Pipeline> = {
  noun: 'pipeline',
  sort: 'pipelines',
  versioned: true,
  parse: (body) => Pipeline.parse(body),
  implicit: () => undefined,
  async check(world, domain, given) {
    const value = await withFetchedSchema(world, given);
    const { params_schema, target } = value;
    const judged = params_schema ? await judgeSchema(params_schema) : undefined;
    if (judged?.fault !== undefined) throw invalid('params_schema', judged.fault);
    const found = await getTarget(world, domain, target);
    if (found === undefined)
      throw invalid('target', `is ${target}, which the domain ${domain} does not have`);
    assertComplete(value, found);
    const unstartable = whyUnstartable(domain, value, found);
    const warnings = [
      ...(judged?.warnings ?? []),
      ...requiredLeft(value, ownOf(value)),
      ...(unstartable ? [unstartable] : []),
    ];
    // `runnable` is computed whenever the entry is shown.
    return { ...value, warnings, runnable: true, not_runnable_reason: null };
  },
  // A run has a copy of everything it needs, so its entry may be deleted at any time.
  guard: () => Promise.resolve(),
};

/** Throws `invalid` for a field that the target does not give either, unless requests may bring it, or another target. */
function assertComplete(entry: Pipeline, target: Target): void {
  const { kind, overridable } = entry;
  try {
    kindOf(kind).settle?.(ownOf(entry), target);
  } catch (error) {
    const fields = error instanceof AppError ? error.fields.map(({ field }) => field) : [];
    const may: readonly string[] = overridable;
    if (![kind, 'target', ...fields].some((name) => may.includes(name))) throw error;
  }
}

const TARGETS: Kind<Target> = {
  noun: 'target',
  sort: 'targets',
  versioned: false,
  parse: (body) => Target.parse(body),
  // Only in the default domain: any other one reaches a cluster only when it is given a target.
  implicit: (domain, name) =>
    domain === DEFAULT_DOMAIN && name === DEFAULT_TARGET ? Target.parse({ name }) : undefined,
  check({ clusters }, _, value) {
    const { connection } = value;
    if (clusters.has(connection)) return Promise.resolve(value);
    throw invalid('connection', `is ${connection}, which the settings do not have`);
  },
  async guard(world, domain, before, after) {
    const stays = after?.connection === before.connection && after.namespace === before.namespace;
    const user = stays ? undefined : await userOf(world, domain, before.name);
    if (user !== undefined) {
      throw new AppError('conflict', `Run ${user} is on target ${before.name}; wait for its end.`);
    }
  },
};

/** A run on the target that is not over, if any. The index has it before its Job may run. */
async function userOf(world: World, domain: string, target: string): Promise<string | undefined> {
  const walk = walkIndex(world, domain, { target }, { cursor: null, page: USERS_PAGE });
  for await (const { entry } of walk) {
    // The index may lag: a listed run may be over.
    const stored = await readRun(world, entry.run_id);
    if (stored && !isTerminal(stored.run.state)) return entry.run_id;
  }
  return undefined;
}

const IMPLICIT_ETAG = 'default';

const foundOf = <T extends { readonly name: string }>(
  kind: Kind<T>,
  stored: StoredEntry,
): Found<T> => ({ value: kind.parse(stored.body), etag: stored.etag, stored });

const absent = (noun: string, name: string): AppError =>
  new AppError('not_found', `There is no ${noun} ${name}.`);

async function find<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  name: string,
): Promise<Found<T> | undefined> {
  // Requests may have any text here; an impossible name cannot be a row key.
  if (!Name.safeParse(name).success) return undefined;
  const stored = await readEntry(world, kind, domain, name);
  if (stored?.body !== undefined) return foundOf(kind, stored);
  const value = kind.implicit(domain, name);
  return value && { value, etag: IMPLICIT_ETAG, stored };
}

async function list<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
): Promise<readonly Entry<T>[]> {
  const stored = await listEntries(world, kind, domain);
  const entries: Entry<T>[] = stored.map((each) => foundOf(kind, each));
  const implicit = kind.implicit(domain, DEFAULT_TARGET);
  if (implicit !== undefined && !entries.some(({ value }) => value.name === implicit.name)) {
    entries.push({ value: implicit, etag: IMPLICIT_ETAG });
  }
  return entries.sort((a, b) => (a.value.name < b.value.name ? -1 : 1));
}

async function create<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  value: T,
  by: string | null,
): Promise<Entry<T>> {
  const taken = () => new AppError('conflict', `There is a ${kind.noun} ${value.name} already.`);
  // The version count of a deleted entry continues.
  const stored = await readEntry(world, kind, domain, value.name);
  if (stored?.body !== undefined) throw taken();
  const implicit = kind.implicit(domain, value.name);
  if (implicit !== undefined) await kind.guard(world, domain, implicit, value);
  const checked = await kind.check(world, domain, value);
  try {
    return await saveEntry(world, kind, domain, { before: stored, value: checked, by });
  } catch (error) {
    throw error instanceof Conflict ? taken() : error;
  }
}

async function change<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  value: T,
  { wanted, by }: { readonly wanted: Precondition; readonly by: string | null },
): Promise<Entry<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const entry = await find(world, kind, domain, value.name);
    if (entry === undefined) throw absent(kind.noun, value.name);
    assertVersion(wanted, kind.noun, entry.etag);
    await kind.guard(world, domain, entry.value, value);
    const checked = await kind.check(world, domain, value);
    try {
      return await saveEntry(world, kind, domain, { before: entry.stored, value: checked, by });
    } catch (error) {
      refuseUnlessLost(kind.noun, attempt, error);
    }
  }
}

/** Throws unless the error is a conflict that may be retried. */
function refuseUnlessLost(noun: string, attempt: number, error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
  if (attempt === CHANGE_ATTEMPTS)
    throw new AppError('changed', `The ${noun} keeps being changed; try again.`);
}

async function remove<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  name: string,
  wanted: Precondition,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const entry = await find(world, kind, domain, name);
    if (entry === undefined) throw absent(kind.noun, name);
    const { value, etag, stored } = entry;
    assertVersion(wanted, kind.noun, etag);
    await kind.guard(world, domain, value, kind.implicit(domain, name));
    if (etag === IMPLICIT_ETAG || stored === undefined) return;
    try {
      await deleteEntry(world, kind, domain, stored);
      return;
    } catch (error) {
      refuseUnlessLost(kind.noun, attempt, error);
    }
  }
}

/** The pipeline of that name; undefined when there is none, or for an impossible name. */
export async function getPipeline(
  world: World,
  domain: string,
  name: string,
): Promise<Pipeline | undefined> {
  return (await find(world, PIPELINES, domain, name))?.value;
}

/** Names of pipelines, the first 1,000. */
export async function pipelineNames(world: World, domain: string): Promise<readonly string[]> {
  return (await listEntries(world, PIPELINES, domain, NAMES_MAX)).map(({ name }) => name);
}

/** The target of that name. The target `default` of the default domain exists also without a saved one. */
export async function getTarget(
  world: World,
  domain: string,
  name: string,
): Promise<Target | undefined> {
  return (await find(world, TARGETS, domain, name))?.value;
}

/** `by`: the name of the token that asks; null for the app itself. */
const useCases = <T extends { readonly name: string }>(kind: Kind<T>) => ({
  /** Everything of the domain, by name. */
  list: (world: World, domain: string): Promise<readonly Entry<T>[]> => list(world, kind, domain),
  /** One entry; throws `not_found`. */
  async read(world: World, domain: string, name: string): Promise<Entry<T>> {
    const entry = await find(world, kind, domain, name);
    if (entry === undefined) throw absent(kind.noun, name);
    return entry;
  },
  /** Adds an entry; throws `conflict` when there is one of that name, `invalid` for a bad value. */
  create: (world: World, domain: string, value: T, by: string | null = null): Promise<Entry<T>> =>
    create(world, kind, domain, value, by),
  /** Replaces a whole entry; throws `not_found`, `precondition_failed`, `changed`, `conflict`, `invalid`. */
  change: (
    world: World,
    domain: string,
    value: T,
    wanted = anyVersion,
    by: string | null = null,
  ): Promise<Entry<T>> => change(world, kind, domain, value, { wanted, by }),
  /** Deletes an entry; throws `not_found`, `precondition_failed`, `changed`, or `conflict` while live runs need it. */
  remove: (world: World, domain: string, name: string, wanted = anyVersion): Promise<void> =>
    remove(world, kind, domain, name, wanted),
});

export const pipelines = useCases(PIPELINES);
export const targets = useCases(TARGETS);
