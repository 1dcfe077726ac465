/**
 * An OpenID issuer on loopback, in the place of Microsoft Entra ID: discovery, keys that rotate, and tokens with any content. A test
 * says what it answers and looks at what it was asked.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export const TENANT = '11111111-aaaa-4aaa-8aaa-111111111111';
export const CLIENT_ID = '22222222-bbbb-4bbb-8bbb-222222222222';
const APP = `api://${CLIENT_ID}`;

type Key = { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: JWK };

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

/** What Entra puts into an access token of a person. */
export const personOf = (oid: string, more: Readonly<Record<string, unknown>> = {}) => ({
  oid,
  sub: `pairwise-${oid}`,
  tid: TENANT,
  ver: '2.0',
  scp: 'access',
  name: 'Ada',
  ...more,
});

/** The same of an app that signs in as itself. */
export const workloadOf = (oid: string, more: Readonly<Record<string, unknown>> = {}) => ({
  oid,
  sub: oid,
  tid: TENANT,
  ver: '2.0',
  idtyp: 'app',
  ...more,
});

/** Signs with the newest key of an issuer. */
export type Sign = (
  claims: Readonly<Record<string, unknown>>,
  options: { readonly now: number; readonly seconds?: number; readonly alg?: string },
) => Promise<string>;

export type IssuerOptions = {
  /** Answers what is asked besides discovery and keys; false where there is nothing. */
  readonly more?: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => boolean | Promise<boolean>;
  /** More of what discovery tells, for an origin. */
  readonly discovery?: (origin: string) => Readonly<Record<string, string>>;
};

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );

export async function startIssuer({
  more = () => false,
  discovery = () => ({}),
}: IssuerOptions = {}) {
  const keys = [await makeKey('first')];
  const asked: string[] = [];
  let down = false;
  let origin = '';
  const answers: Record<string, () => unknown> = {
    [`/${TENANT}/v2.0/.well-known/openid-configuration`]: () => ({
      issuer: `${origin}/${TENANT}/v2.0`,
      jwks_uri: `${origin}/keys`,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      ...discovery(origin),
    }),
    '/keys': () => ({ keys: keys.map(({ jwk }) => jwk) }),
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://issuer');
    asked.push(pathname);
    response.setHeader('access-control-allow-origin', '*');
    void (async () => {
      if (down) response.writeHead(503).end();
      else if (answers[pathname]) response.end(JSON.stringify(answers[pathname]()));
      else if (!(await more(request, response))) response.writeHead(404).end();
    })();
  });
  origin = await listen(server);
  const issuer = `${origin}/${TENANT}/v2.0`;
  const sign: Sign = async (claims, { now, seconds = 3_600, alg = 'RS256' }) => {
    const { kid, privateKey } = keys.at(-1) ?? (await makeKey('none'));
    const iat = Math.floor(now / 1_000);
    const times = { iat, nbf: iat, exp: iat + seconds };
    return new SignJWT({ iss: issuer, aud: APP, ...times, ...claims })
      .setProtectedHeader({ alg, kid, typ: 'JWT' })
      .sign(await importJWK(await exportJWK(privateKey), alg));
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return {
    origin,
    issuer,
    sign,
    /** Paths, in order. */
    asked,
    /** The public key, as everybody has it. */
    publicKey: () => keys.at(-1)?.jwk ?? {},
    /** Signs with a new key from now on; tokens of the old one stay good. */
    rotate: async (): Promise<void> => void keys.push(await makeKey(`key-${keys.length}`)),
    /** Withdraws all keys but the newest. */
    withdraw: (): void => void keys.splice(0, keys.length - 1),
    /** Whether it fails from now on. */
    fail: (on: boolean): void => void (down = on),
    close,
  };
}

/** The same, which ends with the test. */
export async function withIssuer(options: IssuerOptions = {}) {
  const issuer = await startIssuer(options);
  onTestFinished(issuer.close);
  return issuer;
}
