/** Addresses for live events over Web PubSub. */

import { type Caller, endOf, liveUser } from '../../core/access/token.ts';
import { LIVE_ADDRESS_MINUTES } from '../../core/access/token-limits.ts';
import { AppError } from '../../core/errors.ts';
import { NEGOTIATED_GROUP_CHARS } from '../../core/limits.ts';
import { domainGroup, runGroup } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { findRun } from '../events/events.ts';
import { noteLatestEnd } from '../store/live-ends.ts';

const MINUTE_MS = 60_000;

export type Negotiation = {
  readonly url: string;
  /** The groups that the client is in from the start. */
  readonly groups: readonly string[];
  /** RFC 3339. */
  readonly expires_at: string;
};

/**
 * An address for these groups, valid no longer than the caller's token. Its user is the token, so that its connections can be
 * closed. Rejects with `forbidden` for a token that ends within a minute, and with the errors of the push port.
 */
export async function liveAddress(
  world: World,
  caller: Caller,
  access: { readonly groups: readonly string[]; readonly mayJoin: readonly string[] },
): Promise<Pick<Negotiation, 'url' | 'expires_at'>> {
  const now = world.clock.now();
  // The service counts in whole minutes.
  const left = Math.floor((endOf(caller) - now) / MINUTE_MS);
  const minutes = Math.min(LIVE_ADDRESS_MINUTES, left);
  if (minutes < 1)
    throw new AppError('forbidden', 'The token ends within a minute: too soon for a live address.');
  const userId = liveUser(caller);
  // A token of ours was noted when it was made. This is before the address, so that no connection is forgotten.
  if (userId !== caller.id)
    await noteLatestEnd(world, { id: userId, domain: caller.domain }, endOf(caller));
  const url = await world.push.clientUrl({ userId, ...access, minutes });
  return { url, expires_at: new Date(now + minutes * MINUTE_MS).toISOString() };
}

/** The first groups, as many as the address's token has room for. */
function fitting(groups: readonly string[]): readonly string[] {
  let chars = 0;
  // Plus quotes and a comma each, as JSON.
  return groups.filter((group) => (chars += group.length + 3) <= NEGOTIATED_GROUP_CHARS);
}

/**
 * A Web PubSub address whose client is in the groups of these runs, or in the domain's group without any, and may join the
 * other groups of its domain, such as those that did not fit into the address's token. Throws `not_found` for a run that
 * does not exist, and the errors of the push port.
 */
export async function negotiate(
  world: World,
  request: {
    readonly caller: Caller;
    readonly runIds: readonly string[];
  },
): Promise<Negotiation> {
  const { caller, runIds } = request;
  const { domain } = caller;
  const distinct = [...new Set(runIds)];
  await Promise.all(distinct.map((runId) => findRun(world, domain, runId)));
  const groups =
    distinct.length === 0
      ? [domainGroup(domain)]
      : fitting(distinct.map((id) => runGroup(domain, id)));
  const mayJoin = [domainGroup(domain), runGroup(domain, '*')];
  const { url, expires_at } = await liveAddress(world, caller, { groups, mayJoin });
  return { url, groups, expires_at };
}
