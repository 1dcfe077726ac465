/** Domains as rows of the catalogue table, one partition for all. A domain without a row has no quotas, and a retention by the settings. */
import { Domain, StoredDomain, unwritten } from '../../../core/access/domain.ts';
import type { Row } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { perInstance } from '../per-instance.ts';
import { allRows, writeRow } from '../rows.ts';

/** Not a domain's: those partitions have a dot in their names. */
const PARTITION = 'domains';
/** A change holds in all instances after this long, in milliseconds. */
const CACHE_MS = 60_000;
/** Most domains in memory; each is below 1 KiB. */
const CACHE_MAX = 10_000;

/** ETag null: nobody has written it. */
export type VersionedDomain = { readonly domain: Domain; readonly etag: string | null };

const fromRow = ({ key, etag, values }: Row): VersionedDomain => ({
  domain: StoredDomain.parse({ ...Object(JSON.parse(String(values['body']))), name: key }),
  etag,
});

type Known = { readonly domain: Promise<Domain>; readonly until: number };
const cacheOf = perInstance(() => new Map<string, Known>());

function remember(world: World, name: string, domain: Promise<Domain>): Promise<Domain> {
  const cache = cacheOf(world);
  const known = { domain, until: world.clock.now() + CACHE_MS };
  cache.delete(name);
  cache.set(name, known);
  const [oldest] = cache.keys();
  if (cache.size > CACHE_MAX && oldest !== undefined) cache.delete(oldest);
  // A failed read is not kept.
  domain.catch(() => cache.get(name) === known && cache.delete(name));
  return domain;
}

/** The domain as it was at most a minute ago; this instance's own writes are seen at once. */
export function readDomain(world: World, name: string): Promise<Domain> {
  const known = cacheOf(world).get(name);
  const left = known ? known.until - world.clock.now() : 0;
  // A clock that was set back must not keep it for longer.
  if (known && left > 0 && left <= CACHE_MS) return known.domain;
  return remember(
    world,
    name,
    readStoredDomain(world, name).then(({ domain }) => domain),
  );
}

/** The domain as it is now. `name` is a valid name. */
export async function readStoredDomain(world: World, name: string): Promise<VersionedDomain> {
  const row = await world.store.read('catalogue', PARTITION, name);
  return row ? fromRow(row) : { domain: unwritten(name), etag: null };
}

/** All written domains, by name. */
export async function listStoredDomains(world: World): Promise<readonly VersionedDomain[]> {
  return (await allRows(world, 'catalogue', PARTITION, { from: '' })).map(fromRow);
}

/** Writes the domain over the version that was read; returns the new ETag. Rejects with `Conflict` when it has changed. */
export async function writeDomain(
  world: World,
  domain: Domain,
  etag: string | null,
): Promise<string> {
  const { name, ...body } = Domain.parse(domain);
  const values = { body: JSON.stringify(body) };
  const written = await writeRow(world, 'catalogue', PARTITION, name, values, etag);
  void remember(world, name, Promise.resolve(domain));
  return written;
}

/** Deletes the row: the domain has no quotas from then on, and a retention by the settings. Rejects with `Conflict` when it has changed. */
export async function deleteDomainRow(world: World, name: string, etag: string): Promise<void> {
  await world.store.commit('catalogue', PARTITION, [{ op: 'delete', key: name, etag }]);
  void remember(world, name, Promise.resolve(unwritten(name)));
}

/** Domains in which something was changed: a row each, also for those that nobody has written. */
const SEEN = 'seen-domains';
/** What this instance has noted, by day, so that one that was deleted is noted again when it is used. */
const notedOf = perInstance(() => new Map<string, string>());

/** Notes that the domain is in use. Costs a write a day and instance. Never rejects. */
export async function noteSeen(world: World, name: string): Promise<void> {
  const noted = notedOf(world);
  const day = new Date(world.clock.now()).toISOString().slice(0, 10);
  if (noted.get(name) === day) return;
  if (noted.size >= CACHE_MAX) noted.clear();
  noted.set(name, day);
  try {
    await world.store.commit('catalogue', SEEN, [{ op: 'put', key: name, values: { day } }]);
  } catch (error) {
    noted.delete(name);
    world.log.warn('use of a domain not noted', { of: name, error });
  }
}

export const isSeen = async (world: World, name: string): Promise<boolean> =>
  (await world.store.read('catalogue', SEEN, name)) !== undefined;

export const listSeen = async (world: World): Promise<readonly string[]> =>
  (await allRows(world, 'catalogue', SEEN, { from: '' })).map(({ key }) => key);

export async function forgetSeen(world: World, name: string): Promise<void> {
  notedOf(world).delete(name);
  await world.store.commit('catalogue', SEEN, [{ op: 'delete', key: name }]);
}
