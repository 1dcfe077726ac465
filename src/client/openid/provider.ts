/** The OpenID provider at which people sign in, as the API names it. */
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { isLoopback } from '../../core/access/address/loopback.ts';
import type { ProviderOptions } from './options.ts';

/** What each call to the provider needs; it is asked for its endpoints once, by the first. */
export function openProvider({ parameters, fetch: send = fetch }: ProviderOptions) {
  const issuer = new URL(parameters.issuer);
  const options = {
    [customFetch]: (url: string, init: object) => send(url, init),
    [allowInsecureRequests]: issuer.protocol === 'http:' && isLoopback(issuer.hostname),
  };
  const client: Client = { client_id: parameters.client_id };
  let found: Promise<AuthorizationServer> | undefined;
  const server = (): Promise<AuthorizationServer> =>
    (found ??= discoveryRequest(issuer, { ...options, algorithm: 'oidc' })
      .then((answer) => processDiscoveryResponse(issuer, answer))
      .catch((error: unknown) => {
        found = undefined;
        throw error;
      }));
  return { options, client, server };
}
