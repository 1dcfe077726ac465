/** Making, listing, revoking and checking API tokens. */
import { AppError } from '../core/errors.ts';
import { DEFAULT_DOMAIN } from '../core/names.ts';
import {
  type Caller,
  readToken,
  type Scope,
  sameDigest,
  TokenView,
  tokenText,
} from '../core/token.ts';
import type { World } from '../ports/world.ts';
import { allRows } from './all-rows.ts';

/** For so long a revoked token may still be taken by an instance that has seen it before. */
const CACHE_MS = 10_000;
const CACHE_MAX = 1_000;
const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

const keyOf = (id: string): string => `token.${id}`;

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function viewOf(body: unknown): TokenView {
  return TokenView.parse(JSON.parse(String(body)));
}

/** Makes a token; its text is in the answer and nowhere else. */
export async function createToken(
  world: World,
  request: {
    readonly domain: string;
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly expiresAt: string | null;
    readonly createdBy: string;
  },
): Promise<{ readonly token: string; readonly view: TokenView }> {
  const now = world.clock.now();
  if (request.expiresAt !== null && Date.parse(request.expiresAt) <= now) {
    const field = { field: 'expires_at', message: 'is in the past' };
    throw new AppError('invalid', 'expires_at is in the past', { fields: [field] });
  }
  // 36 values from a byte are a little uneven; an id is a name, the secret is what has to be random.
  const name = [...world.random(12)].map((byte) => ID_ALPHABET.charAt(byte % 36)).join('');
  const id = `${request.domain}.${name}`;
  const token = tokenText(id, base64url(world.random(32)));
  // Checked by what reads it back: one row that cannot be read would hide all others.
  const view = TokenView.parse({
    id,
    name: request.name,
    domain: request.domain,
    scopes: [...new Set(request.scopes)],
    created_at: new Date(now).toISOString(),
    created_by: request.createdBy,
    expires_at: request.expiresAt,
  });
  const values = { body: JSON.stringify(view), hash: await world.sha256(token) };
  await world.store.commit('catalogue', request.domain, [{ op: 'insert', key: keyOf(id), values }]);
  return { token, view };
}

/** Every token of the domain, also expired ones, by id. */
export async function listTokens(world: World, domain: string): Promise<readonly TokenView[]> {
  // '~' follows every character of an id.
  const rows = await allRows(world, 'catalogue', domain, { from: 'token.', before: 'token.~' });
  return rows.map((row) => viewOf(row.values['body']));
}

/** Takes a token away for good; throws `not_found`. */
export async function revokeToken(world: World, domain: string, id: string): Promise<void> {
  const absent = new AppError('not_found', 'There is no such token.');
  // What is no id of this domain is no row key either.
  if (!/^[a-z0-9.-]{1,80}$/.test(id)) throw absent;
  const row = await world.store.read('catalogue', domain, keyOf(id));
  if (row === undefined) throw absent;
  await world.store.commit('catalogue', domain, [{ op: 'delete', key: keyOf(id) }]);
}

type Known = { readonly caller: Caller; readonly until: number };

export type Authenticator = {
  /** Who presents this text; undefined when nobody may. */
  check(presented: string): Promise<Caller | undefined>;
  /** Forgets a revoked token at once, on this instance. */
  forget(id: string): void;
};

async function lookUp(world: World, presented: string, digest: string): Promise<Known | undefined> {
  const read = readToken(presented);
  if (read === undefined) return undefined;
  const row = await world.store.read('catalogue', read.domain, keyOf(read.id));
  if (row === undefined || !sameDigest(digest, String(row.values['hash']))) return undefined;
  const view = viewOf(row.values['body']);
  const expires = view.expires_at === null ? Infinity : Date.parse(view.expires_at);
  const now = world.clock.now();
  if (expires <= now) return undefined;
  const caller = { id: view.id, domain: view.domain, scopes: view.scopes, root: false };
  return { caller, until: Math.min(expires, now + CACHE_MS) };
}

/** Checks tokens, and the admin token of the settings, which is in no table. */
export function createAuthenticator(world: World, adminToken: string | undefined): Authenticator {
  const known = new Map<string, Known>();
  const root: Caller = { id: 'root', domain: DEFAULT_DOMAIN, scopes: ['admin'], root: true };
  const admin = adminToken === undefined ? undefined : world.sha256(adminToken);
  return {
    async check(presented) {
      const digest = await world.sha256(presented);
      if (admin !== undefined && sameDigest(digest, await admin)) return root;
      const cached = known.get(digest);
      if (cached !== undefined && world.clock.now() < cached.until) return cached.caller;
      known.delete(digest);
      const found = await lookUp(world, presented, digest);
      if (found === undefined) return undefined;
      known.set(digest, found);
      const [oldest] = known.keys();
      if (known.size > CACHE_MAX && oldest !== undefined) known.delete(oldest);
      return found.caller;
    },
    forget(id) {
      for (const [digest, { caller }] of known) if (caller.id === id) known.delete(digest);
    },
  };
}
