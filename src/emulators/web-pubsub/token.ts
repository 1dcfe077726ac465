/** JSON web tokens signed with the access key, as the SDKs make them and the service checks them. */
import { jwtVerify } from 'jose';

/** The service tolerates this much difference between clocks. */
const SKEW_SECONDS = 300;

export type Claims = {
  readonly userId: string | undefined;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
};

/** A claim that may be absent, one string, or several. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export class Tokens {
  /** The key is the connection string's text as it stands, not what its base64 would decode to. */
  readonly #key: Uint8Array;

  constructor(accessKey: string) {
    this.#key = new TextEncoder().encode(accessKey);
  }

  /** Claims of a valid token for one of the audiences, else undefined. */
  async verify(token: string, audiences: readonly string[]): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        audience: [...audiences],
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ['exp', 'aud'],
      });
      return {
        userId: payload.sub,
        roles: strings(payload['role']),
        groups: strings(payload['webpubsub.group']),
      };
    } catch {
      return undefined;
    }
  }
}

/** `Bearer <token>`, or undefined. */
export const bearer = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

/** The address a request was sent to, by its Host header, under both schemes (a proxy may add TLS). */
export const audiences = (host: string | undefined, target: string): readonly string[] =>
  ['http', 'https'].map((scheme) => `${scheme}://${host ?? ''}${target}`);
