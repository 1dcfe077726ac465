/** Domains for the API: what they may have, what they use, and how long they keep it. */
import { type Domain, type DomainSettings, type DomainUsage } from '../../core/access/domain.ts';
import { endOf } from '../../core/access/token.ts';
import { AppError } from '../../core/errors.ts';
import { DEFAULT_DOMAIN } from '../../core/names.ts';
import { assertVersion, type Precondition } from '../../core/precondition.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { listTokens } from '../access/tokens.ts';
import { countRuns } from '../lanes/run-count.ts';
import {
  deleteDomainRow,
  forgetSeen,
  isSeen,
  listSeen,
  listStoredDomains,
  readStoredDomain,
  writeDomain,
} from '../store/domains/domain-store.ts';
import { logBytesToday } from '../store/domains/log-usage.ts';

/** Attempts of a change against concurrent changes of the domain. */
const CHANGE_ATTEMPTS = 5;
/** ETag of a domain that is in use, and that nobody has written. */
const UNWRITTEN = 'unwritten';

export type Versioned = { readonly domain: Domain; readonly etag: string };

/** All domains by name: written ones, and those in which something was changed since they were last deleted. */
export async function listDomains(world: World): Promise<readonly Domain[]> {
  const [stored, seen] = await Promise.all([listStoredDomains(world), listSeen(world)]);
  const known = new Map(
    [DEFAULT_DOMAIN, ...seen].map((name): [string, Domain] => [
      name,
      { name, quotas: {}, retention: {} },
    ]),
  );
  for (const { domain } of stored) known.set(domain.name, domain);
  return [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const exists = async (world: World, name: string): Promise<boolean> =>
  name === DEFAULT_DOMAIN || (await isSeen(world, name));

/** `own`: the domain of the caller, which is there in any case. Rejects with `not_found`. */
export async function getDomain(world: World, name: string, own: boolean): Promise<Versioned> {
  const { domain, etag } = await readStoredDomain(world, name);
  if (etag === null && !own && !(await exists(world, name))) throw absent(name);
  return { domain, etag: etag ?? UNWRITTEN };
}

/** What the domain uses now. */
export async function usageOf(world: World, { name }: Domain): Promise<DomainUsage> {
  const [{ live, queued }, log_bytes_today] = await Promise.all([
    countRuns(world, name),
    logBytesToday(world, name),
  ]);
  return {
    live_runs: live,
    queued_runs: queued,
    log_bytes_today,
    counted_at: new Date(world.clock.now()).toISOString(),
  };
}

/** Writes all settings of the domain, which need not be there. Rejects with `precondition_failed`, `changed`. */
export async function putDomain(
  world: World,
  name: string,
  settings: DomainSettings,
  wanted: Precondition,
): Promise<Versioned> {
  const domain = { ...settings, name };
  for (let attempt = 1; ; attempt += 1) {
    const { etag } = await readStoredDomain(world, name);
    await assertWanted(world, name, etag, wanted);
    try {
      return { domain, etag: await writeDomain(world, domain, etag) };
    } catch (error) {
      refuseUnlessLost(attempt, error);
    }
  }
}

async function assertWanted(
  world: World,
  name: string,
  etag: string | null,
  wanted: Precondition,
): Promise<void> {
  // One that is only in use counts as there for If-Match, and as absent for If-None-Match.
  if (etag === null && wanted(UNWRITTEN) && (await exists(world, name))) return;
  assertVersion(wanted, 'domain', etag);
}

/**
 * Deletes quotas and retention of a domain, and takes it off the list. Rejects with `not_found`, `precondition_failed`,
 * `changed`, and with `conflict` while it has tokens, or runs that are not over.
 */
export async function deleteDomain(
  world: World,
  name: string,
  wanted: Precondition,
): Promise<void> {
  if (name === DEFAULT_DOMAIN)
    throw new AppError('conflict', `The domain ${name} is always there; it cannot be deleted.`);
  for (let attempt = 1; ; attempt += 1) {
    const { etag } = await readStoredDomain(world, name);
    if (etag === null && !(await exists(world, name))) throw absent(name);
    await assertWanted(world, name, etag, wanted);
    await assertUnused(world, name);
    try {
      if (etag !== null) await deleteDomainRow(world, name, etag);
      return await forgetSeen(world, name);
    } catch (error) {
      refuseUnlessLost(attempt, error);
    }
  }
}

async function assertUnused(world: World, name: string): Promise<void> {
  const [tokens, { live, queued }] = await Promise.all([
    listTokens(world, name),
    countRuns(world, name),
  ]);
  const now = world.clock.now();
  const valid = tokens.filter((token) => endOf(token) > now).length;
  const left = Object.entries({ tokens: valid, 'live runs': live, 'queued runs': queued })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what}: ${count}`);
  if (left.length > 0)
    throw new AppError('conflict', `The domain ${name} is in use (${left.join(', ')}).`);
}

function refuseUnlessLost(attempt: number, error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
  if (attempt === CHANGE_ATTEMPTS)
    throw new AppError('changed', 'The domain keeps being changed; try again.');
}

const absent = (name: string): AppError => new AppError('not_found', `There is no domain ${name}.`);
