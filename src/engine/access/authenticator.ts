/** Finds the caller of a token: one of ours, or one of the OpenID provider at which people and workloads sign in. */

import { callerOf, faultOf, type Identified, type SignInRules } from '../../core/access/sign-in.ts';
import { endOf, readToken, sameDigest } from '../../core/access/token.ts';
import {
  ISSUER_CLOCK_SECONDS,
  JWT_CHARS_MAX,
  TOKEN_CHARS_MAX,
  TOKEN_USED_MS,
} from '../../core/access/token-limits.ts';
import { AppError } from '../../core/errors.ts';
import { DEFAULT_DOMAIN } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { noteUse, readStoredToken } from './token-store.ts';
import { createWrongTokens } from './wrong-tokens.ts';

/** An instance may accept a cached, revoked token for up to this long. */
const CACHE_MS = 10_000;
const CACHE_MAX = 1_000;

type Known = { readonly caller: Identified; readonly until: number };

export type Authenticator = {
  /**
   * The caller of this token; undefined for an unknown token. Rejects with `rate_limited`, without a read of storage, after too many
   * wrong tokens from `network` or from all networks; tokens that this instance has cached, and good ones of the provider, are not
   * affected. Rejects with `unavailable` when it takes a key of the provider to know, and the provider does not answer.
   */
  check(presented: string, network: string): Promise<Identified | undefined>;
  /** Removes a token from this instance's cache, after it was revoked or rotated. */
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
  const caller = { id, kind: 'token', name, domain, scopes, root: false, expires_at } as const;
  return { caller, until: Math.min(ends, now + CACHE_MS) };
}

/** Three parts, the first of which is a JSON object in base64url. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** What is wrong with a token, in a word for the log. */
type Fault = { readonly fault: string | undefined };

async function verify(
  { identities, clock }: World,
  presented: string,
  rules: SignInRules | undefined,
): Promise<Known | Fault> {
  if (identities === undefined || rules === undefined) return { fault: undefined };
  const verified = await identities.verify(presented).catch((cause: unknown) => {
    const text = 'Who issued the token does not answer, so it cannot be checked; try again.';
    throw new AppError('unavailable', text, { cause });
  });
  const claims = 'claims' in verified ? verified.claims : {};
  const fault = 'fault' in verified ? verified.fault : faultOf(claims, rules);
  if (fault !== undefined) return { fault };
  const ends = Number(claims['exp']) * 1_000;
  const until = Math.min(ends + ISSUER_CLOCK_SECONDS * 1_000, clock.now() + CACHE_MS);
  return { caller: callerOf(claims, ends, rules), until };
}

/** Checks stored tokens, the admin token of the settings, which is not stored, and with `rules` tokens of the provider. */
export function createAuthenticator(
  world: World,
  adminToken: string | undefined,
  rules?: SignInRules,
): Authenticator {
  const known = new Map<string, Known>();
  const failures = createWrongTokens();
  const root: Identified = {
    id: 'root',
    kind: 'token',
    name: null,
    domain: DEFAULT_DOMAIN,
    scopes: ['admin'],
    root: true,
    expires_at: null,
  };
  const admin = adminToken === undefined ? undefined : world.sha256(adminToken);
  const keep = (digest: string, found: Known | undefined): Identified | undefined => {
    known.delete(digest);
    if (found === undefined) return undefined;
    known.set(digest, found);
    const [oldest] = known.keys();
    if (known.size > CACHE_MAX && oldest !== undefined) known.delete(oldest);
    return found.caller;
  };
  /** A JWT is new each hour, and read without storage: it is counted once it is known to be wrong, so a good one is never refused. */
  const checkJwt = async (presented: string, network: string, isKnown: boolean) => {
    const found = await verify(world, presented, rules);
    if ('caller' in found) return found;
    if (!isKnown) failures.count(network, world.clock.now());
    if (found.fault !== undefined)
      world.log.warn('a token of the issuer is refused', { fault: found.fault });
    return undefined;
  };
  const checkOwn = async (presented: string, digest: string, uncount?: () => void) => {
    try {
      const found = await lookUp(world, presented, digest);
      if (found) uncount?.();
      return found;
    } catch (error) {
      uncount?.();
      throw error;
    }
  };
  return {
    async check(presented, network) {
      if (presented.length > (rules === undefined ? TOKEN_CHARS_MAX : JWT_CHARS_MAX))
        return undefined;
      const digest = await world.sha256(presented);
      if (admin !== undefined && sameDigest(digest, await admin)) return root;
      const now = world.clock.now();
      const cached = known.get(digest);
      if (cached !== undefined && now < cached.until) return cached.caller;
      // A token that was valid the last time is never counted, so that a flood of wrong ones locks no caller out.
      if (JWT.test(presented))
        return keep(digest, await checkJwt(presented, network, cached !== undefined));
      const uncount = cached ? undefined : failures.count(network, now);
      return keep(digest, await checkOwn(presented, digest, uncount));
    },
    forget(id) {
      for (const [digest, { caller }] of known) if (caller.id === id) known.delete(digest);
    },
  };
}
