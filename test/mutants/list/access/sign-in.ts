/** Bugs of sign-in: tokens of an OpenID provider that must not be taken, and rights that nobody gave. */
import type { Mutant } from '../../list.ts';

const tests = ['sign-in'];

export const SIGN_IN: readonly Mutant[] = [
  {
    name: 'a token for another audience signs in',
    tests,
    file: 'src/adapters/openid/identities.ts',
    find: 'audience: [...audiences],',
    replace: '',
  },
  {
    name: 'a token is taken that was signed in another way than Entra signs',
    tests,
    file: 'src/adapters/openid/identities.ts',
    find: ': ALGORITHMS;',
    replace: ': [...ALGORITHMS, "RS512"];',
  },
  {
    name: 'a token of another tenant signs in',
    tests,
    file: 'src/core/access/sign-in.ts',
    find: "if (claims['tid'] !== rules.tenant) return 'tid';",
    replace: '',
  },
  {
    name: 'an ID token is taken for an access token',
    tests,
    file: 'src/core/access/sign-in.ts',
    find: "isDelegated(claims) || isAppOnly(claims, rules) ? undefined : 'scp'",
    replace: 'undefined',
  },
  {
    name: 'an ID token without a nonce is taken for the token of a workload',
    tests,
    file: 'src/core/access/sign-in.ts',
    find: "textsOf(claims['aud']).includes(browser.clientId)",
    replace: 'false',
  },
  {
    name: 'a flood of wrong tokens locks out whose JWT is new',
    tests: ['wrong-tokens'],
    file: 'src/engine/access/authenticator.ts',
    find: 'const found = await verify(world, presented, rules);',
    replace:
      'failures.count(network, world.clock.now())(); const found = await verify(world, presented, rules);',
  },
  {
    name: 'scopes of another domain are taken over',
    tests,
    file: 'src/core/access/sign-in.ts',
    find: 'given.filter(({ domain }) => domain === first.domain)',
    replace: 'given',
  },
  {
    name: 'made-up keys make every instance ask the issuer each time',
    tests,
    file: 'src/adapters/openid/issuer.ts',
    find: '(renew ? COOLDOWN_MS : FRESH_MS)',
    replace: '(renew ? 0 : FRESH_MS)',
  },
  {
    name: 'nobody signs in while the issuer is away',
    tests,
    file: 'src/adapters/openid/issuer.ts',
    find: 'age < STALE_MS',
    replace: 'age < FRESH_MS',
  },
  {
    name: 'a token that ends earlier cuts off what a later one opened',
    tests: ['live-people'],
    file: 'src/engine/store/live-ends.ts',
    find: "Number(row.values['ends_at']) < endsAt",
    replace: 'row',
  },
  {
    name: 'a tick forgets the new end of a token that came while it looked',
    tests: ['live-people'],
    file: 'src/engine/access/token-ends.ts',
    find: "{ op: 'delete', key, etag }",
    replace: "{ op: 'delete', key }",
  },
  {
    name: 'somebody who left a domain keeps its live connections',
    tests: ['live-people'],
    file: 'src/core/access/token.ts',
    find: '`${id}@${domain}` : id',
    replace: '`${id}@` : id',
  },
];
