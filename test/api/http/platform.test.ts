/** People whom the platform has signed in: taken where it does, ignored where anybody could write its header. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SignIn } from '../../../src/api/services.ts';
import { TENANT } from '../../support/sign-in/issuer.ts';
import { principalHeader } from '../../support/sign-in/platform.ts';
import { memoryWorld } from '../../support/world.ts';
import { apiOn, JOB, testApi } from '../support.ts';

const SIGN_IN: SignIn = {
  issuer: 'https://login.example.org/v2.0',
  tenant: TENANT,
  admins: [],
  grants: { Runners: { domain: 'default', scopes: ['run'] } },
  browser: undefined,
  platform: true,
};
const header = principalHeader('ada', ['Runners']);
const by = (value: string) => ({ token: null, headers: { 'x-ms-client-principal': value } });

describe("the platform's header", () => {
  it('tells who signed in, with roles, for an hour', async () => {
    const answer = await testApi({ signIn: SIGN_IN }).call('/api/v1/whoami', by(header));
    expect(answer.json).toEqual({
      id: 'user:ada',
      kind: 'user',
      name: 'Äda',
      domain: 'default',
      scopes: ['run'],
      root: false,
      expires_at: '2026-01-01T01:00:00.000Z',
    });
  });

  it.each([
    ['the setting is not given, or Azure does not sign people in', { ...SIGN_IN, platform: false }],
    ['nobody signs in here', undefined],
  ])('is nothing where %s', async (_, signIn) => {
    const api = testApi(signIn && { signIn });
    const answer = await api.call('/api/v1/whoami', by(header));
    expect(answer).toMatchObject({ status: 401, json: { detail: /^Send a token/ } });
  });

  it.each([
    ['of another tenant', principalHeader('ada', ['Runners'], { tid: 'other' }), 401],
    ['of another provider', principalHeader('ada', ['Runners'], { auth_typ: 'google' }), 401],
    ['without anybody', principalHeader('', ['Runners']), 401],
    ['that is no JSON', Buffer.from('{').toString('base64'), 401],
    ['that is no base64', '%', 401],
    ['of somebody without a role', principalHeader('ada', ['Others']), 403],
  ])('%s is refused', async (_, value, status) => {
    const answer = await testApi({ signIn: SIGN_IN }).call('/api/v1/whoami', by(value));
    expect(answer.status).toBe(status);
  });

  it('is not taken from pages of others, which send the cookie too, nor from forms', async () => {
    const api = testApi({ signIn: SIGN_IN });
    const start = (headers: Record<string, string>) =>
      api.call('/api/v1/runs', {
        token: null,
        body: JOB,
        headers: { 'x-ms-client-principal': header, host: 'runs.example.net', ...headers },
      });
    expect((await start({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await start({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await start({ origin: 'https://runs.example.net' })).status).toBe(201);
    expect((await start({ origin: 'https://runs.example.org' })).status).toBe(201);
  });

  it('does not count beside a token', async () => {
    const api = testApi({ signIn: SIGN_IN });
    const both = { headers: { 'x-ms-client-principal': header } };
    expect((await api.call('/api/v1/whoami', both)).json.id).toBe('root');
    expect((await api.call('/api/v1/whoami', { ...both, token: 'slc_x' })).status).toBe(401);
  });
});

describe('how a page signs people in', () => {
  const browser = { clientId: 'client', scope: 'openid api://client/access' };

  it('is told to everybody, where people sign in', async () => {
    const none = { token: null };
    expect((await testApi().call('/api/v1/auth', none)).json).toEqual({ sign_in: null });
    const api = testApi({ signIn: { ...SIGN_IN, browser } });
    expect((await api.call('/api/v1/auth', none)).json).toEqual({
      sign_in: { issuer: SIGN_IN.issuer, client_id: 'client', scope: browser.scope },
    });
  });

  it('is in the document and the policy of the page where people sign in, and the provider answers', async () => {
    const memory = memoryWorld();
    let away = false;
    const endpoints = {
      authorize: 'https://login.example.org/a',
      token: 'https://login.example.org/t',
    };
    const world = {
      ...memory.world,
      identities: {
        verify: async () => ({ fault: 'none' }),
        endpoints: async () => (away ? Promise.reject(new Error('away')) : endpoints),
      },
    };
    const look = async (api: ReturnType<typeof apiOn>) => {
      const { json } = await api.call('/openapi.json', { token: null });
      const page = await api.call('/docs', { token: null });
      return {
        scheme: json.components.securitySchemes.signIn?.flows.authorizationCode.tokenUrl,
        run: json.paths['/api/v1/runs'].get.security,
        open: json.paths['/health'].get.security,
        page: page.headers.get('content-security-policy')?.replace(/^.*connect-src /, ''),
      };
    };
    const own = [{ bearer: ['read'] }, { apiKey: ['read'] }];
    const without = { scheme: undefined, run: own, open: [], page: "'self'" };
    const api = apiOn(world, { signIn: { ...SIGN_IN, browser } });
    expect(await look(api)).toEqual({
      scheme: endpoints.token,
      run: [...own, { signIn: ['openid', 'api://client/access'] }],
      open: [],
      page: "'self' https://login.example.org",
    });
    away = true;
    expect(await look(api)).toEqual(without);
    away = false;
    // Some providers name no such endpoint.
    for (const [name, value] of Object.entries(endpoints) as [keyof typeof endpoints, string][]) {
      endpoints[name] = '';
      expect(await look(api)).toEqual(without);
      endpoints[name] = value;
    }
    expect(await look(apiOn(world, { signIn: SIGN_IN }))).toEqual(without);
    expect(await look(testApi())).toEqual(without);
  });

  it('is written into the document once, not for each request', async () => {
    const { world } = memoryWorld();
    const endpoints = { authorize: 'https://login.example.org/a', token: 'https://a.example/t' };
    const identities = { verify: async () => ({ fault: '' }), endpoints: async () => endpoints };
    const api = apiOn({ ...world, identities }, { signIn: { ...SIGN_IN, browser } });
    const read = async () => (await api.app.request('/openapi.json')).text();
    const first = await read();
    const parse = vi.spyOn(JSON, 'parse');
    const stringify = vi.spyOn(JSON, 'stringify');
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await read()).toBe(first);
    const big = stringify.mock.results.filter(({ value }) => String(value).length > 10_000);
    expect([parse.mock.calls.length, big.length]).toEqual([0, 0]);
    // An issuer that moves is followed.
    endpoints.token = 'https://b.example/t';
    expect(await read()).toBe(first.replaceAll('https://a.example/t', 'https://b.example/t'));
  });
});
