/** Tokens of an OpenID provider, checked by `jose` with the keys that the issuer publishes. */
import { errors, jwtVerify } from 'jose';
import { ISSUER_CLOCK_SECONDS } from '../../core/access/token-limits.ts';
import type { Identities } from '../../ports/identities.ts';
import type { Clock } from '../../ports/world.ts';
import { createIssuer } from './issuer.ts';

/** What Entra signs with; never what a token says of itself. */
const ALGORITHMS = ['RS256'];
/** Other providers, such as Kubernetes clusters, may have elliptic keys too. */
const ALGORITHMS_ELSEWHERE = ['RS256', 'ES256'];

/** A word for the log: nothing of the token. */
function faultOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return error.claim;
  return error instanceof errors.JOSEError ? error.code : 'key';
}

/** Asks the issuer at the first token. `issuer`: its address, exactly as tokens and its discovery document have it. */
export function createIdentities(options: {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Of Entra; undefined for another provider. */
  readonly tenant: string | undefined;
  readonly clock: Clock;
  /** Replaces the global one, in tests. */
  readonly fetch?: typeof fetch;
}): Identities {
  const { clock, audiences, tenant } = options;
  const algorithms = tenant === undefined ? ALGORITHMS_ELSEWHERE : ALGORITHMS;
  const issuer = createIssuer(options.issuer, { clock, fetch: options.fetch ?? fetch });
  const check = async (token: string, renew: boolean) => {
    const { keys } = await issuer.read(renew);
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        audience: [...audiences],
        algorithms,
        clockTolerance: ISSUER_CLOCK_SECONDS,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      });
      return { claims: payload };
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey && !renew) return undefined;
      return { fault: faultOf(error) };
    }
  };
  return {
    // The issuer may have a new key.
    verify: async (token) =>
      (await check(token, false)) ?? (await check(token, true)) ?? { fault: 'key' },
    async endpoints() {
      const { authorize, token } = await issuer.read();
      return { authorize, token };
    },
  };
}
