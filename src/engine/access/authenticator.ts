/** Who presents a token. */

import { type Caller, endOf, readToken, sameDigest } from '../../core/access/token.ts';
import {
  TOKEN_USED_MS,
  WRONG_TOKENS,
  WRONG_TOKENS_IN_ALL,
} from '../../core/access/token-limits.ts';
import { AppError } from '../../core/errors.ts';
import { DEFAULT_DOMAIN } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { createRateLimit } from './rate-limit.ts';
import { noteUse, readStoredToken } from './token-store.ts';

/** For so long a revoked token may still be taken by an instance that has seen it before. */
const CACHE_MS = 10_000;
const CACHE_MAX = 1_000;

type Known = { readonly caller: Caller; readonly until: number };

export type Authenticator = {
  /**
   * Who presents this text; undefined when nobody may. Rejects with `rate_limited`, before storage is asked, when too many wrong
   * ones came from `network` or from everywhere; a token that this instance knows is not held up by that.
   */
  check(presented: string, network: string): Promise<Caller | undefined>;
  /** Forgets a token that was revoked or rotated at once, on this instance. */
  forget(id: string): void;
};

async function lookUp(world: World, presented: string, digest: string): Promise<Known | undefined> {
  const read = readToken(presented);
  const stored = read && (await readStoredToken(world, read.domain, read.id));
  if (stored === undefined || !sameDigest(digest, stored.hash)) return undefined;
  const { id, name, domain, scopes, expires_at, last_used_at } = stored.view;
  const now = world.clock.now();
  const ends = endOf({ expires_at });
  if (ends <= now) return undefined;
  if (last_used_at === null || now - Date.parse(last_used_at) >= TOKEN_USED_MS)
    void noteUse(world, stored);
  const caller = { id, name, domain, scopes, root: false, expires_at };
  return { caller, until: Math.min(ends, now + CACHE_MS) };
}

/** What wrong tokens cost. */
function createFailures() {
  const [each, all] = [createRateLimit(WRONG_TOKENS), createRateLimit(WRONG_TOKENS_IN_ALL)];
  return {
    /** Counts one, before it is known to be wrong; the answer takes that back. Throws `rate_limited`. */
    count(network: string, now: number): () => void {
      const ofNetwork = each.take(network, now);
      const ofAll = ofNetwork.allowed ? all.take('', now) : undefined;
      if (ofAll?.allowed === true)
        return () => {
          each.giveBack(network);
          all.giveBack('');
        };
      if (ofAll) each.giveBack(network);
      const retryAfter = (ofAll ?? ofNetwork).retryAfterMs / 1_000;
      throw new AppError('rate_limited', 'Too many wrong tokens came from there.', { retryAfter });
    },
  };
}

/** Checks tokens, and the admin token of the settings, which is in no table. */
export function createAuthenticator(world: World, adminToken: string | undefined): Authenticator {
  const known = new Map<string, Known>();
  const failures = createFailures();
  const root: Caller = {
    id: 'root',
    name: null,
    domain: DEFAULT_DOMAIN,
    scopes: ['admin'],
    root: true,
    expires_at: null,
  };
  const admin = adminToken === undefined ? undefined : world.sha256(adminToken);
  const find = async (presented: string, digest: string): Promise<Known | undefined> => {
    const found = await lookUp(world, presented, digest);
    known.delete(digest);
    if (found === undefined) return undefined;
    known.set(digest, found);
    const [oldest] = known.keys();
    if (known.size > CACHE_MAX && oldest !== undefined) known.delete(oldest);
    return found;
  };
  return {
    async check(presented, network) {
      const digest = await world.sha256(presented);
      if (admin !== undefined && sameDigest(digest, await admin)) return root;
      const now = world.clock.now();
      const cached = known.get(digest);
      if (cached !== undefined && now < cached.until) return cached.caller;
      // One that was good the last time is asked for again whatever else comes: a flood of wrong ones locks nobody out.
      const uncount = cached ? undefined : failures.count(network, now);
      let found: Known | undefined;
      try {
        found = await find(presented, digest);
      } catch (error) {
        uncount?.();
        throw error;
      }
      if (found) uncount?.();
      return found?.caller;
    },
    forget(id) {
      for (const [digest, { caller }] of known) if (caller.id === id) known.delete(digest);
    },
  };
}
