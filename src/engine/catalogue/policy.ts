/** The policy of a domain: one row beside its catalogue. */

import { POLICIES, Policy } from '../../core/access/policy.ts';
import { DEFAULT_DOMAIN } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { readTogether } from '../store/rows.ts';

const KEY = 'policy';
const policyOf = (domain: string): string => cataloguePartition(domain, 'policy');

/** The written policy; without one the closed one, or for the default domain the one of the settings. */
export async function readPolicy(world: World, domain: string): Promise<Policy> {
  const row = await readTogether(world.store, 'catalogue', policyOf(domain), KEY);
  if (row !== undefined) return Policy.parse(JSON.parse(String(row.values['body'])));
  return POLICIES[domain === DEFAULT_DOMAIN ? world.defaultPolicy : 'closed'];
}

/** Writes the policy. It applies to later starts; accepted runs are not affected. */
export async function writePolicy(world: World, domain: string, policy: Policy): Promise<void> {
  const values = { body: JSON.stringify(policy) };
  await world.store.commit('catalogue', policyOf(domain), [{ op: 'put', key: KEY, values }]);
}
