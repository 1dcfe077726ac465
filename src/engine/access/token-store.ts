/** Tokens as rows of the catalogue table: their description, and the hash of their text. */
import { TokenView } from '../../core/access/token.ts';
import { Conflict, type Row, type Values } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';

/** A token's row key is its id. */
export const tokensOf = (domain: string): string => cataloguePartition(domain, 'tokens');

export type StoredToken = {
  readonly view: TokenView;
  /** SHA-256 of the token's text. */
  readonly hash: string;
  readonly etag: string;
};

export function fromRow({ values, etag }: Row): StoredToken {
  const { last_used_at, hash, body } = values;
  const parsed: unknown = JSON.parse(String(body));
  const view = TokenView.parse({ ...Object(parsed), last_used_at: last_used_at || null });
  return { view, hash: String(hash), etag };
}

export function toValues(view: TokenView, hash: string): Values {
  // Validated by the schema that reads it: one unreadable row would hide all others.
  const { last_used_at, ...body } = TokenView.parse(view);
  return { body: JSON.stringify(body), hash, last_used_at: last_used_at ?? '' };
}

/** Undefined also for an impossible id, which cannot be a row key. */
export async function readStoredToken(
  world: World,
  domain: string,
  id: string,
): Promise<StoredToken | undefined> {
  if (!/^[a-z0-9.-]{1,80}$/.test(id)) return undefined;
  const row = await world.store.read('catalogue', tokensOf(domain), id);
  return row && fromRow(row);
}

/** Updates `last_used_at`. Never rejects; the request does not wait for it. */
export async function noteUse(world: World, { view, hash, etag }: StoredToken): Promise<void> {
  const last_used_at = new Date(world.clock.now()).toISOString();
  const values = toValues({ ...view, last_used_at }, hash);
  await world.store
    .commit('catalogue', tokensOf(view.domain), [{ op: 'replace', key: view.id, values, etag }])
    .catch((error: unknown) => {
      // Another instance has just updated it, or the token was deleted.
      if (!(error instanceof Conflict))
        world.log.warn('use of a token not noted', { id: view.id, error });
    });
}
