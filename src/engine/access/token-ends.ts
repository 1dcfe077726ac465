/**
 * Closes the live connections of tokens that end, and of people and workloads when the last token with which they asked for an address does. Web PubSub checks an address only when a client connects. So a row in the
 * work list, written before the token can end, makes each tick close its connections until its last address has expired.
 */

import { endOf } from '../../core/access/token.ts';
import { LIVE_DRAIN_MS, LIVE_GIVE_UP_MS } from '../../core/access/token-limits.ts';
import { Conflict, type Row, type Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { LIVE_END } from '../store/live-ends.ts';
import { shardOf } from '../store/work.ts';
import { readStoredToken } from './token-store.ts';

/** Unless the row has changed meanwhile: then there is a new end, and the next tick looks at it. */
async function settle(world: World, write: Write): Promise<void> {
  await world.store.commit('work', shardOf(write.key), [write]).catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
  });
}

/** Closes all live connections of the token; false when Web PubSub did not accept that. Never rejects. */
export async function closeConnections(world: World, id: string): Promise<boolean> {
  try {
    await world.push.closeUser(id);
    return true;
  } catch (error) {
    world.log.warn('connections of a token not closed; the timer tries again', { id, error });
    return false;
  }
}

/** What a tick does about a row of the work list that is about a token. `isShut`: Web PubSub is to be left alone. */
export async function endToken(
  world: World,
  { key, etag, values }: Row,
  isShut: () => boolean,
): Promise<void> {
  const { kind, token_id, domain, ends_at } = values;
  const now = world.clock.now();
  if (kind !== LIVE_END || now < Number(ends_at)) return;
  const id = String(token_id);
  const since = now - Number(ends_at);
  const token = await readStoredToken(world, String(domain), id);
  const ends = token === undefined ? 0 : endOf(token.view);
  if (ends <= now) {
    const closed = !isShut() && (await closeConnections(world, id));
    if ((closed && since >= LIVE_DRAIN_MS) || since >= LIVE_GIVE_UP_MS)
      await settle(world, { op: 'delete', key, etag });
  } else if (since >= LIVE_DRAIN_MS) {
    // The request that was to end the token did not finish. Conditional on the row as read, since it may be tried again.
    const later = { ...values, ends_at: Math.min(ends, Number.MAX_SAFE_INTEGER) };
    await settle(world, { op: 'replace', key, values: later, etag });
  }
}
