/** The OpenID provider at which pages sign people in. */
import type { World } from '../../ports/world.ts';
import type { ApiSettings } from '../services.ts';

/** Where pages sign people in; undefined where it does not, or the provider does not answer: the page is shown all the same. */
export async function endpointsOf({ identities, log }: World, { signIn }: ApiSettings) {
  if (signIn?.browser === undefined) return undefined;
  const found = await identities?.endpoints().catch((error: unknown) => {
    log.warn('the page is shown without a sign-in: the provider does not answer', { error });
    return undefined;
  });
  // A provider of workloads alone, such as a cluster, names none.
  const named = found && [found.authorize, found.token].every((url) => URL.canParse(url));
  return named === true ? found : undefined;
}

/** What a page that signs people in asks: the issuer for its addresses, then the one that gives tokens. */
export async function providerOrigins(world: World, settings: ApiSettings): Promise<string[]> {
  const { issuer, browser } = settings.signIn ?? {};
  if (issuer === undefined || browser === undefined) return [];
  const endpoints = await endpointsOf(world, settings);
  return [issuer, ...(endpoints ? [endpoints.token] : [])].map((url) => new URL(url).origin);
}
