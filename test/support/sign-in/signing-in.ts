/** What takes the tokens of a test issuer. */
import { createIdentities } from '../../../src/adapters/openid/identities.ts';
import type { SignInRules } from '../../../src/core/access/sign-in.ts';
import { createAuthenticator } from '../../../src/engine/access/authenticator.ts';
import { memoryWorld } from '../world.ts';
import { CLIENT_ID, TENANT, withIssuer } from './issuer.ts';

export const AUDIENCES = [`api://${CLIENT_ID}`, CLIENT_ID];
export const RULES: SignInRules = {
  tenant: TENANT,
  admins: ['the-admin'],
  grants: {
    Readers: { domain: 'genomics', scopes: ['read'] },
    Runners: { domain: 'genomics', scopes: ['run'] },
    'group-of-imaging': { domain: 'imaging', scopes: ['admin'] },
    'the-workload': { domain: 'imaging', scopes: ['launch'] },
  },
};

/** An instance at which those of a test issuer sign in. `check` presents each token from another network. */
export async function signingIn(rules: SignInRules = RULES) {
  const issuer = await withIssuer();
  const parts = memoryWorld();
  const { clock } = parts;
  const identities = createIdentities({
    issuer: issuer.issuer,
    audiences: AUDIENCES,
    tenant: rules.tenant,
    clock,
  });
  const world = { ...parts.world, identities };
  const tokens = createAuthenticator(world, undefined, rules);
  const sign = (claims: object, seconds?: number) =>
    issuer.sign({ ...claims }, { now: clock.now(), ...(seconds !== undefined && { seconds }) });
  let network = 0;
  const check = (token: string) => tokens.check(token, `net${(network += 1)}`);
  return { ...parts, world, issuer, tokens, sign, check };
}
