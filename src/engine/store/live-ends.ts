/**
 * Rows of the work list about when live connections have to end: those of a token, or of a person or workload. `engine/access/token-ends.ts`
 * says what ticks do about them.
 */
import type { World } from '../../ports/world.ts';
import { shardOf } from './work.ts';

export const LIVE_END = 'token';
const keyOf = (id: string): string => `token.${id}`;

/** Makes ticks check the token from `ends` on (milliseconds since 1970). Written before the token ends: a crash in between costs one check. */
export async function noteEnd(
  world: World,
  token: { readonly id: string; readonly domain: string },
  endsAt: number,
): Promise<void> {
  const key = keyOf(token.id);
  const values = { kind: LIVE_END, token_id: token.id, domain: token.domain, ends_at: endsAt };
  await world.store.commit('work', shardOf(key), [{ op: 'put', key, values }]);
}

/**
 * The same for somebody who signs in, and gets a new token every hour: the latest end counts, or they would be cut off each time. Of
 * two at the same moment the earlier may stay; then clients connect once more.
 */
export async function noteLatestEnd(
  world: World,
  user: { readonly id: string; readonly domain: string },
  endsAt: number,
): Promise<void> {
  const key = keyOf(user.id);
  const row = await world.store.read('work', shardOf(key), key);
  if (row === undefined || Number(row.values['ends_at']) < endsAt)
    await noteEnd(world, user, endsAt);
}
