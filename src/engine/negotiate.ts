/** An address at which a client sees events live. */
import { NEGOTIATED_GROUP_CHARS } from '../core/limits.ts';
import { domainGroup, runGroup } from '../core/names.ts';
import type { World } from '../ports/world.ts';
import { findRun } from './events.ts';

/** An address is checked when a client connects; a client that reconnects later asks for a new one. */
export const CLIENT_URL_MINUTES = 60;

export type Negotiation = {
  readonly url: string;
  /** Those that the client is in at once. */
  readonly groups: readonly string[];
  /** RFC 3339. */
  readonly expires_at: string;
};

/** As many of the groups, from the first, as a token has room for. */
function fitting(groups: readonly string[]): readonly string[] {
  let chars = 0;
  // As JSON each has its quotes and a comma.
  return groups.filter((group) => (chars += group.length + 3) <= NEGOTIATED_GROUP_CHARS);
}

/**
 * A Web PubSub address whose client is in the groups of these runs, or in the domain's own group
 * when none are named, and may join others of its domain: so those that the token of the address has no room for. Throws `not_found` for a run that is not
 * there, and what the push port throws when Web PubSub cannot be reached.
 */
export async function negotiate(
  world: World,
  request: {
    readonly domain: string;
    readonly userId: string;
    readonly runIds: readonly string[];
  },
): Promise<Negotiation> {
  const { domain, userId, runIds } = request;
  const distinct = [...new Set(runIds)];
  await Promise.all(distinct.map((runId) => findRun(world, domain, runId)));
  const groups =
    distinct.length === 0
      ? [domainGroup(domain)]
      : fitting(distinct.map((id) => runGroup(domain, id)));
  const expires = world.clock.now() + CLIENT_URL_MINUTES * 60_000;
  const url = await world.push.clientUrl({
    userId,
    groups,
    mayJoin: [domainGroup(domain), runGroup(domain, '*')],
    minutes: CLIENT_URL_MINUTES,
  });
  return { url, groups, expires_at: new Date(expires).toISOString() };
}
