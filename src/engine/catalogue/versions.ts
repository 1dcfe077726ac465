/** Saved versions of the entries of pipelines, also of those that were deleted: runs name the version that they took. */
import type { Pipeline } from '../../core/catalogue/entry.ts';
import { PipelineVersion } from '../../core/catalogue/version.ts';
import { AppError } from '../../core/errors.ts';
import { PAGE_BYTES_MAX } from '../../core/limits.ts';
import { Name } from '../../core/names.ts';
import type { Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { bodyOf, readEntry, type StoredEntry, versionKey } from './entry-store.ts';
import { markRunnable } from './runnable.ts';

const SHELF = { sort: 'pipelines' } as const;

export type VersionPage = {
  readonly versions: PipelineVersion[];
  /** Where the list continues; null at its end. */
  readonly next_cursor: number | null;
};

async function counted(world: World, domain: string, name: string): Promise<StoredEntry> {
  const stored = Name.safeParse(name).success
    ? await readEntry(world, SHELF, domain, name)
    : undefined;
  if (stored === undefined)
    throw new AppError('not_found', `There is no pipeline ${name}, and there was none.`);
  return stored;
}

function versionOf(row: Row): PipelineVersion {
  const entry = bodyOf(row) as { readonly version: number };
  const { saved_at, saved_by } = row.values;
  return PipelineVersion.parse({
    version: entry.version,
    saved_at,
    saved_by: saved_by || null,
    entry,
  });
}

/** Versions with the current `runnable` of their entries. */
async function shown(
  world: World,
  domain: string,
  versions: readonly PipelineVersion[],
): Promise<PipelineVersion[]> {
  const entries = await markRunnable(
    world,
    domain,
    versions.map(({ entry }) => entry),
  );
  return versions.map((version, at) => ({ ...version, entry: entries[at] ?? version.entry }));
}

/**
 * The newest first, `limit` at most and 4 MiB of JSON; `cursor`: those before that version. Rejects with `not_found` for a
 * name that never was one.
 */
export async function listVersions(
  world: World,
  domain: string,
  name: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: number | undefined },
): Promise<VersionPage> {
  const { version, oldest } = await counted(world, domain, name);
  const newest = Math.min(version, cursor === undefined ? version : cursor - 1);
  if (newest < oldest) return { versions: [], next_cursor: null };
  const rows = await world.store.list('catalogue', cataloguePartition(domain, SHELF.sort), {
    from: versionKey(name, newest),
    before: `${versionKey(name, oldest)}~`,
    limit,
  });
  let bytes = 0;
  const fitting = rows.filter(({ values }) => {
    bytes += (values['body'] as Uint8Array).byteLength;
    return bytes <= PAGE_BYTES_MAX;
  });
  const versions = await shown(world, domain, fitting.map(versionOf));
  const last = versions.at(-1)?.version ?? oldest;
  return { versions, next_cursor: last > oldest ? last : null };
}

/** A version that may run in the place of the current entry: kept, and saved since that was last made; else undefined. */
export async function readStartable(
  world: World,
  domain: string,
  name: string,
  number: number,
): Promise<Pipeline | undefined> {
  const { body, since } = await counted(world, domain, name);
  if (body === undefined || number < since) return undefined;
  const partition = cataloguePartition(domain, SHELF.sort);
  const row = await world.store.read('catalogue', partition, versionKey(name, number));
  return row && versionOf(row).entry;
}

/** One of those that are kept; rejects with `not_found`. */
export async function readVersion(
  world: World,
  domain: string,
  name: string,
  number: number,
): Promise<PipelineVersion> {
  const stored = await counted(world, domain, name);
  const partition = cataloguePartition(domain, SHELF.sort);
  const row = await world.store.read('catalogue', partition, versionKey(name, number));
  const [version] = await shown(world, domain, row === undefined ? [] : [versionOf(row)]);
  if (version !== undefined) return version;
  const kept = `${stored.oldest} to ${stored.version} are kept`;
  throw new AppError('not_found', `There is no version ${number} of pipeline ${name}; ${kept}.`);
}
