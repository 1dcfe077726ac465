/**
 * The live connections of tokens that end. Web PubSub checks an address when a client connects, and never again. So a row in
 * the work list, written before a token can end, has each tick close what it still has open, until its last address has run out.
 */

import { endOf } from '../../core/access/token.ts';
import { LIVE_DRAIN_MS, LIVE_GIVE_UP_MS } from '../../core/access/token-limits.ts';
import type { Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import type { Pass } from '../reconcile/pass.ts';
import { shardOf } from '../store/work.ts';
import { readStoredToken } from './token-store.ts';

const KIND = 'token';
const keyOf = (id: string): string => `token.${id}`;

/** Has ticks look at the token from then on (milliseconds since 1970). Written before it ends: a crash between the two costs a look. */
export async function noteEnd(
  world: World,
  token: { readonly id: string; readonly domain: string },
  endsAt: number,
): Promise<void> {
  const key = keyOf(token.id);
  const values = { kind: KIND, token_id: token.id, domain: token.domain, ends_at: endsAt };
  await world.store.commit('work', shardOf(key), [{ op: 'put', key, values }]);
}

/** Closes all that the token has open; false when Web PubSub did not take that. Never rejects. */
export async function closeConnections(world: World, id: string): Promise<boolean> {
  try {
    await world.push.closeUser(id);
    return true;
  } catch (error) {
    world.log.warn('connections of a token not closed; the timer tries again', { id, error });
    return false;
  }
}

/** What a tick does about a row of the work list that is about a token. */
export async function endToken(pass: Pass, { key, etag, values }: Row): Promise<void> {
  const { world } = pass;
  const { kind, token_id, domain, ends_at } = values;
  const now = world.clock.now();
  if (kind !== KIND || now < Number(ends_at)) return;
  const id = String(token_id);
  const since = now - Number(ends_at);
  const token = await readStoredToken(world, String(domain), id);
  const ends = token === undefined ? 0 : endOf(token.view);
  const shard = shardOf(key);
  if (ends <= now) {
    const closed = !pass.pushDown && (await closeConnections(world, id));
    if ((closed && since >= LIVE_DRAIN_MS) || since >= LIVE_GIVE_UP_MS)
      await world.store.commit('work', shard, [{ op: 'delete', key }]);
  } else if (since >= LIVE_DRAIN_MS) {
    // Whoever was to end it did not get that far, and has said so. The row has to be the one that was read: it may be tried again.
    const later = { ...values, ends_at: Math.min(ends, Number.MAX_SAFE_INTEGER) };
    await world.store.commit('work', shard, [{ op: 'replace', key, values: later, etag }]);
  }
}
