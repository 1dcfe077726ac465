/** Pipelines and targets: what people configure, one row each in the domain's partition. */

import { Pipeline } from '../../core/catalogue/entry.ts';
import { AppError, invalid } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/event.ts';
import { plainJson } from '../../core/json/text.ts';
import { parseStored, writeJson } from '../../core/json/write.ts';
import { Target } from '../../core/kubernetes/target.ts';
import { DEFAULT_DOMAIN, DEFAULT_TARGET, Name } from '../../core/names.ts';
import { anyVersion, assertVersion, type Precondition } from '../../core/precondition.ts';
import { judgeSchema } from '../../core/schema/params.ts';
import { Conflict, type Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { allRows } from '../store/all-rows.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { walkIndex } from '../store/index-store.ts';
import { readTogether } from '../store/read-together.ts';
import { readRun } from '../store/run-store.ts';

/** An entry with its version. */
export type Entry<T> = { readonly value: T; readonly etag: string };

/** An entry is one row; this leaves room for its key and for a later version of its shape. */
const ENTRY_BYTES_MAX = 512 * 1024;
/** One run of a target is enough; a few more where the index lags. */
const USERS_PAGE = 10;
/** Names that are looked through for the one that was meant. */
const NAMES_MAX = 1_000;
/** Attempts of a change against others that change the same entry. */
const CHANGE_ATTEMPTS = 5;

type Kind<T extends { readonly name: string }> = {
  readonly noun: string;
  readonly sort: 'pipelines' | 'targets';
  parse(body: unknown): T;
  /** What is there when no row is. */
  implicit(domain: string, name: string): T | undefined;
  /** Refuses values that the schema alone cannot judge; the answer is what is kept. */
  check(world: World, domain: string, value: T): Promise<T>;
  /** Refuses to take away or move what live runs need. */
  guard(world: World, domain: string, before: T, after: T | undefined): Promise<void>;
};

const PIPELINES: Kind<Pipeline> = {
  noun: 'pipeline',
  sort: 'pipelines',
  parse: (body) => Pipeline.parse(body),
  implicit: () => undefined,
  async check(world, domain, value) {
    const { params_schema, target } = value;
    const judged = params_schema ? await judgeSchema(params_schema) : undefined;
    if (judged?.fault !== undefined) throw invalid('params_schema', judged.fault);
    if ((await getTarget(world, domain, target)) === undefined)
      throw invalid('target', `is ${target}, which the domain ${domain} does not have`);
    const warnings = [...(judged?.warnings ?? [])];
    // Where it can run is looked up whenever it is shown.
    return { ...value, warnings, runnable: true, not_runnable_reason: null };
  },
  // A run carries everything it needs from its pipeline, so the entry may go at any time.
  guard: () => Promise.resolve(),
};

const TARGETS: Kind<Target> = {
  noun: 'target',
  sort: 'targets',
  parse: (body) => Target.parse(body),
  // Of the default domain alone: any other one reaches a cluster only when it was given a target.
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

/** A run on the target that is not over, if there is one. It is listed before its Job may run. */
async function userOf(world: World, domain: string, target: string): Promise<string | undefined> {
  const walk = walkIndex(world, domain, { target }, { cursor: null, page: USERS_PAGE });
  for await (const { entry } of walk) {
    // The index may lag: what it shows may be over.
    const stored = await readRun(world, entry.run_id);
    if (stored && !isTerminal(stored.run.state)) return entry.run_id;
  }
  return undefined;
}

const IMPLICIT_ETAG = 'default';

const keyOf = (name: string): string => `entry.${name}`;
/** '~' follows every character of a name. */
const ENTRIES = { from: keyOf(''), before: keyOf('~') };

function entryOf<T extends { readonly name: string }>(kind: Kind<T>, row: Row): Entry<T> {
  return {
    value: kind.parse(
      plainJson(parseStored(new TextDecoder().decode(row.values['body'] as Uint8Array))),
    ),
    etag: row.etag,
  };
}

const absent = (noun: string, name: string): AppError =>
  new AppError('not_found', `There is no ${noun} ${name}.`);

async function find<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  name: string,
): Promise<Entry<T> | undefined> {
  // A request may say anything where a name can stand; what is no name is no row key either.
  if (!Name.safeParse(name).success) return undefined;
  const row = await readTogether(
    world.store,
    'catalogue',
    cataloguePartition(domain, kind.sort),
    keyOf(name),
  );
  if (row !== undefined) return entryOf(kind, row);
  const value = kind.implicit(domain, name);
  return value === undefined ? undefined : { value, etag: IMPLICIT_ETAG };
}

async function list<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
): Promise<readonly Entry<T>[]> {
  const rows = await allRows(world, 'catalogue', cataloguePartition(domain, kind.sort), ENTRIES);
  const entries = rows.map((row) => entryOf(kind, row));
  const implicit = kind.implicit(domain, DEFAULT_TARGET);
  if (implicit !== undefined && !entries.some(({ value }) => value.name === implicit.name)) {
    entries.push({ value: implicit, etag: IMPLICIT_ETAG });
  }
  return entries.sort((a, b) => (a.value.name < b.value.name ? -1 : 1));
}

/** As bytes: a row takes half as much text. */
function valuesOf(noun: string, value: unknown) {
  const body = new TextEncoder().encode(writeJson(value));
  if (body.byteLength <= ENTRY_BYTES_MAX) return { body };
  const is = `has ${body.byteLength} bytes of JSON, at most ${ENTRY_BYTES_MAX} are kept`;
  throw new AppError('invalid', `The ${noun} ${is}.`);
}

async function insert<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  value: T,
): Promise<Entry<T>> {
  const key = keyOf(value.name);
  const kept = await kind.check(world, domain, value);
  const etags = await world.store.commit('catalogue', cataloguePartition(domain, kind.sort), [
    { op: 'insert', key, values: valuesOf(kind.noun, kept) },
  ]);
  return { value: kept, etag: etags.get(key) ?? '' };
}

async function create<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  value: T,
): Promise<Entry<T>> {
  try {
    const before = kind.implicit(domain, value.name);
    if (before !== undefined) await kind.guard(world, domain, before, value);
    return await insert(world, kind, domain, value);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw new AppError('conflict', `There is a ${kind.noun} ${value.name} already.`);
  }
}

async function change<T extends { readonly name: string }>(
  world: World,
  kind: Kind<T>,
  domain: string,
  value: T,
  wanted: Precondition,
): Promise<Entry<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const entry = await find(world, kind, domain, value.name);
    if (entry === undefined) throw absent(kind.noun, value.name);
    assertVersion(wanted, kind.noun, entry.etag);
    await kind.guard(world, domain, entry.value, value);
    try {
      if (entry.etag === IMPLICIT_ETAG) return await insert(world, kind, domain, value);
      const key = keyOf(value.name);
      const kept = await kind.check(world, domain, value);
      const values = valuesOf(kind.noun, kept);
      const etags = await world.store.commit('catalogue', cataloguePartition(domain, kind.sort), [
        { op: 'replace', key, values, etag: entry.etag },
      ]);
      return { value: kept, etag: etags.get(key) ?? '' };
    } catch (error) {
      refuseUnlessLost(kind.noun, attempt, error);
    }
  }
}

/** Throws unless others came first, and not too often. */
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
    const { value, etag } = entry;
    assertVersion(wanted, kind.noun, etag);
    await kind.guard(world, domain, value, kind.implicit(domain, name));
    if (etag === IMPLICIT_ETAG) return;
    try {
      await world.store.commit('catalogue', cataloguePartition(domain, kind.sort), [
        { op: 'delete', key: keyOf(name), etag },
      ]);
      return;
    } catch (error) {
      refuseUnlessLost(kind.noun, attempt, error);
    }
  }
}

/** The pipeline of that name; undefined when there is none, or when it is no name at all. */
export async function getPipeline(
  world: World,
  domain: string,
  name: string,
): Promise<Pipeline | undefined> {
  return (await find(world, PIPELINES, domain, name))?.value;
}

/** Names of pipelines, the first 1,000. */
export async function pipelineNames(world: World, domain: string): Promise<readonly string[]> {
  const partition = cataloguePartition(domain, PIPELINES.sort);
  const rows = await world.store.list('catalogue', partition, { ...ENTRIES, limit: NAMES_MAX });
  return rows.map(({ key }) => key.slice(ENTRIES.from.length));
}

/** The target of that name; `default` of the default domain is there until someone saves one. */
export async function getTarget(
  world: World,
  domain: string,
  name: string,
): Promise<Target | undefined> {
  return (await find(world, TARGETS, domain, name))?.value;
}

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
  create: (world: World, domain: string, value: T): Promise<Entry<T>> =>
    create(world, kind, domain, value),
  /** Replaces a whole entry; throws `not_found`, `precondition_failed`, `changed`, `conflict`, `invalid`. */
  change: (world: World, domain: string, value: T, wanted = anyVersion): Promise<Entry<T>> =>
    change(world, kind, domain, value, wanted),
  /** Takes an entry away; throws `not_found`, `precondition_failed`, `changed`, or `conflict` while live runs need it. */
  remove: (world: World, domain: string, name: string, wanted = anyVersion): Promise<void> =>
    remove(world, kind, domain, name, wanted),
});

export const pipelines = useCases(PIPELINES);
export const targets = useCases(TARGETS);
