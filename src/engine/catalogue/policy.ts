/** The policy of a domain: one row beside its catalogue. */

import { POLICIES, Policy } from '../../core/access/policy.ts';
import { AppError } from '../../core/errors.ts';
import { DEFAULT_DOMAIN } from '../../core/names.ts';
import { anyVersion, assertVersion } from '../../core/precondition.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { readTogether, writeRow } from '../store/rows.ts';

const KEY = 'policy';
const policyOf = (domain: string): string => cataloguePartition(domain, 'policy');
/** The ETag of a policy that nobody has written. */
const IMPLICIT_ETAG = 'default';
/** Attempts of a write against concurrent ones. */
const WRITE_ATTEMPTS = 5;

export type VersionedPolicy = { readonly policy: Policy; readonly etag: string };

/** The written policy; without one the closed one, or for the default domain the one of the settings. */
export async function readVersionedPolicy(world: World, domain: string): Promise<VersionedPolicy> {
  const row = await readTogether(world.store, 'catalogue', policyOf(domain), KEY);
  if (row !== undefined)
    return { policy: Policy.parse(JSON.parse(String(row.values['body']))), etag: row.etag };
  const policy = POLICIES[domain === DEFAULT_DOMAIN ? world.defaultPolicy : 'closed'];
  return { policy, etag: IMPLICIT_ETAG };
}

export const readPolicy = async (world: World, domain: string): Promise<Policy> =>
  (await readVersionedPolicy(world, domain)).policy;

/**
 * Writes the policy, and returns its ETag. It applies to later starts; accepted runs are not affected. Rejects with AppError:
 * `precondition_failed`, `changed`.
 */
export async function writePolicy(
  world: World,
  domain: string,
  policy: Policy,
  wanted = anyVersion,
): Promise<string> {
  const values = { body: JSON.stringify(policy) };
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
    const row = await world.store.read('catalogue', policyOf(domain), KEY);
    assertVersion(wanted, 'policy', row?.etag ?? IMPLICIT_ETAG);
    try {
      const etag = row?.etag ?? null;
      return await writeRow(world, 'catalogue', policyOf(domain), KEY, values, etag);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  throw new AppError('changed', 'The policy keeps being changed; try again.');
}
