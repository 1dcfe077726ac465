/** Making, listing, rotating and revoking API tokens. */

import type { Scope } from '../../core/access/scopes.ts';
import { base64url, endOf, type TokenView, tokenText } from '../../core/access/token.ts';
import { AppError, invalid } from '../../core/errors.ts';
import { Conflict, type Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { noteEnd } from '../store/live-ends.ts';
import { allRows } from '../store/rows.ts';
import { closeConnections } from './token-ends.ts';
import { fromRow, readStoredToken, type StoredToken, tokensOf, toValues } from './token-store.ts';

const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

async function find(world: World, domain: string, id: string): Promise<StoredToken> {
  const found = await readStoredToken(world, domain, id);
  if (found === undefined) throw new AppError('not_found', 'There is no such token.');
  return found;
}

type Made = { readonly token: string; readonly view: TokenView };

type NewToken = {
  readonly domain: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
  readonly createdBy: string;
};

/** A new token, and the write that stores it. */
async function draw(
  world: World,
  request: NewToken,
  replaces: string | null,
): Promise<{ readonly made: Made; readonly write: Write }> {
  const now = world.clock.now();
  const { domain, name, scopes, expiresAt, createdBy } = request;
  if (expiresAt !== null && Date.parse(expiresAt) <= now)
    throw invalid('expires_at', 'is in the past');
  // 36 values from a byte are slightly uneven. That is fine for an id; only the secret has to be random.
  const random = [...world.random(12)].map((byte) => ID_ALPHABET.charAt(byte % 36)).join('');
  const id = `${domain}.${random}`;
  const token = tokenText(id, base64url(world.random(32)));
  const view = {
    id,
    name,
    domain,
    scopes: [...new Set(scopes)],
    created_at: new Date(now).toISOString(),
    created_by: createdBy,
    expires_at: expiresAt,
    last_used_at: null,
    replaces,
    replaced_by: null,
  };
  const values = toValues(view, await world.sha256(token));
  if (expiresAt !== null) await noteEnd(world, view, Date.parse(expiresAt));
  return { made: { token, view }, write: { op: 'insert', key: id, values } };
}

/** Makes a token; only the result contains its text. */
export async function createToken(world: World, request: NewToken): Promise<Made> {
  const { made, write } = await draw(world, request, null);
  await world.store.commit('catalogue', tokensOf(request.domain), [write]);
  return made;
}

/** Every token of the domain, also expired ones, by id. */
export async function listTokens(world: World, domain: string): Promise<readonly TokenView[]> {
  const rows = await allRows(world, 'catalogue', tokensOf(domain), { from: '' });
  return rows.map((row) => fromRow(row).view);
}

/** Rejects with `not_found`. */
export const getToken = async (world: World, domain: string, id: string): Promise<TokenView> =>
  (await find(world, domain, id)).view;

/**
 * Makes a token with the rights of another one, which ends `overlapSeconds` from now at the latest. Without `expiresAt` the
 * new one gets the lifetime of the old one. Rejects with `not_found`, with `conflict` for a token that has ended or was
 * rotated before, and with `changed`.
 */
export async function rotateToken(
  world: World,
  request: {
    readonly domain: string;
    readonly id: string;
    readonly overlapSeconds: number;
    readonly expiresAt: string | null | undefined;
    readonly createdBy: string;
  },
): Promise<Made> {
  const { domain, id, overlapSeconds, expiresAt, createdBy } = request;
  const { view: old, hash, etag } = await find(world, domain, id);
  const now = world.clock.now();
  if (endOf(old) <= now) throw new AppError('conflict', 'The token has ended; make a new one.');
  if (old.replaced_by !== null)
    throw new AppError('conflict', `The token was replaced by ${old.replaced_by} before.`);
  const life = endOf(old) - Date.parse(old.created_at);
  const end = Number.isFinite(life) ? new Date(now + life).toISOString() : null;
  const { made, write } = await draw(
    world,
    {
      domain,
      name: old.name,
      scopes: old.scopes,
      createdBy,
      expiresAt: expiresAt === undefined ? end : expiresAt,
    },
    id,
  );
  const ends = Math.min(endOf(old), now + overlapSeconds * 1_000);
  await noteEnd(world, old, ends);
  const view = { ...old, expires_at: new Date(ends).toISOString(), replaced_by: made.view.id };
  const writes: Write[] = [write, { op: 'replace', key: id, values: toValues(view, hash), etag }];
  try {
    await world.store.commit('catalogue', tokensOf(domain), writes);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw new AppError('changed', 'The token was used, rotated or revoked at the same moment.');
  }
  if (ends <= now) await closeConnections(world, id);
  return made;
}

/** Deletes a token and closes its live connections; rejects with `not_found`. */
export async function revokeToken(world: World, domain: string, id: string): Promise<void> {
  const { view } = await find(world, domain, id);
  await noteEnd(world, view, world.clock.now());
  await world.store.commit('catalogue', tokensOf(domain), [{ op: 'delete', key: id }]);
  await closeConnections(world, id);
}
