/**
 * The test issuer with what browsers need of Entra ID: a page that asks who one is, authorization codes with PKCE (S256 alone),
 * refresh tokens, and CORS for pages that are registered; codes for devices where asked for. It refuses what Entra refuses.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createDevices, type DeviceOptions } from './devices.ts';
import { CLIENT_ID, type Sign, startIssuer } from './issuer.ts';

export type ProviderOptions = {
  /** Claims of the people who may sign in, by the name that the page shows. */
  readonly people: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How long access tokens live. */
  readonly seconds?: number;
  /** Programs may sign people in by a code. */
  readonly device?: DeviceOptions;
};

type Code = {
  readonly person: string;
  readonly challenge: string;
  readonly redirectUri: string;
};

const opaque = (): string => randomBytes(24).toString('base64url');
const s256 = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

export async function startProvider({ people, seconds = 3_600, device }: ProviderOptions) {
  /** Registered as those of a page (SPA). */
  const redirectUris: string[] = [];
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, string>();
  const refusals: string[] = [];
  let sign: Sign = () => Promise.reject(new Error('not started'));
  const access = (person: string): Promise<string> =>
    sign(people[person] ?? {}, { now: Date.now(), seconds });
  const devices = createDevices(
    device ?? {},
    () => issuer.origin,
    async (person) => ({ token: await access(person), seconds }),
  );

  /** Asks who one is; each answer is a link. */
  function authorize(url: URL, response: ServerResponse): void {
    const query = Object.fromEntries(url.searchParams);
    const known =
      query['client_id'] === CLIENT_ID &&
      query['response_type'] === 'code' &&
      query['code_challenge_method'] === 'S256' &&
      (query['code_challenge'] ?? '').length === 43 &&
      redirectUris.includes(query['redirect_uri'] ?? '');
    if (!known) {
      refusals.push(`authorize ${url.search}`);
      response.writeHead(400).end('This is no request of a registered page.');
      return;
    }
    const links = Object.keys(people).map((person) => {
      const next = new URL(url);
      next.pathname = '/authorize/as';
      next.searchParams.set('person', person);
      return `<p><a href="${next.href.replaceAll('&', '&amp;')}">${person}</a></p>`;
    });
    const icon = '<link rel="icon" href="data:,">';
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Who are you?</title>${icon}${links.join('')}`);
  }

  function sendBack(url: URL, response: ServerResponse): void {
    const {
      person = '',
      redirect_uri: redirectUri = '',
      state = '',
      code_challenge: challenge = '',
    } = Object.fromEntries(url.searchParams);
    const code = opaque();
    codes.set(code, { person, challenge, redirectUri });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', state);
    response.writeHead(302, { location: back.href }).end();
  }

  const grantees: Record<string, (form: URLSearchParams) => string | undefined> = {
    authorization_code(form) {
      const found = codes.get(form.get('code') ?? '');
      // A code is good once.
      codes.delete(form.get('code') ?? '');
      const isRight =
        found?.redirectUri === form.get('redirect_uri') &&
        found.challenge === s256(form.get('code_verifier') ?? '');
      return isRight ? found.person : undefined;
    },
    refresh_token(form) {
      const token = form.get('refresh_token') ?? '';
      const person = refreshes.get(token);
      refreshes.delete(token);
      return person;
    },
  };

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = request.headers.origin ?? '';
    // Entra gives tokens of a page to pages alone, and a page has no secret.
    const isPage = redirectUris.some((uri) => new URL(uri).origin === origin);
    response.removeHeader('access-control-allow-origin');
    if (isPage) response.setHeader('access-control-allow-origin', origin);
    const form = new URLSearchParams(await text(request));
    if (device !== undefined && (await devices.token(form, response))) return;
    const plain = form.get('client_id') === CLIENT_ID && !form.has('client_secret');
    const person = isPage && plain ? grantees[form.get('grant_type') ?? '']?.(form) : undefined;
    response.setHeader('content-type', 'application/json');
    if (person === undefined) {
      refusals.push(`token ${form.get('grant_type')} from ${origin}`);
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }));
      return;
    }
    const refresh = opaque();
    refreshes.set(refresh, person);
    response.end(
      JSON.stringify({
        token_type: 'Bearer',
        access_token: await access(person),
        refresh_token: refresh,
        expires_in: seconds,
      }),
    );
  }

  const issuer = await startIssuer({
    discovery: (origin): Record<string, string> =>
      device === undefined
        ? {}
        : {
            device_authorization_endpoint: `${origin}/devicecode`,
            revocation_endpoint: `${origin}/revoke`,
          },
    async more(request, response) {
      const url = new URL(request.url ?? '/', issuer.origin);
      if (url.pathname === '/authorize') authorize(url, response);
      else if (url.pathname === '/authorize/as') sendBack(url, response);
      else if (url.pathname === '/token' && request.method === 'OPTIONS')
        response.writeHead(204, { 'access-control-allow-headers': '*' }).end();
      else if (url.pathname === '/token' && request.method === 'POST')
        await token(request, response);
      else if (url.pathname === '/devicecode')
        devices.begin(new URLSearchParams(await text(request)), response);
      else if (url.pathname === '/revoke')
        devices.revoke(new URLSearchParams(await text(request)), response);
      else return false;
      return true;
    },
  });
  sign = issuer.sign;
  return {
    ...issuer,
    /** Addresses of pages that it sends codes to; a test adds its own. */
    redirectUris,
    /** Sign-ins by a code. */
    devices,
    /** What it did not do, and for whom. */
    refusals,
    /** From now on no refresh token is good. */
    end: (): void => refreshes.clear(),
  };
}
