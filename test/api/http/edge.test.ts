/** Open mode, rate limit, CORS: who is served apart from what a token may do. */
import { describe, expect, it } from 'vitest';
import { JOB, testApi } from '../support.ts';

const RUNS = 'http://127.0.0.1:7071/api/v1/runs';

describe('open mode', () => {
  const open = (headers: Record<string, string>, options: object = {}, url = RUNS) =>
    testApi({ openMode: true }).call(url, { token: null, headers, ...options });

  it('needs no token on this machine', async () => {
    expect((await open({ host: '127.0.0.1:7071' })).status).toBe(200);
    expect((await open({ host: 'localhost:7071' }, { body: JOB })).status).toBe(201);
    expect((await open({ host: '[::1]:7071' })).status).toBe(200);
    expect(
      (await open({ host: 'localhost:7071', origin: 'http://localhost:7071' }, { body: JOB }))
        .status,
    ).toBe(201);
    expect(
      (await open({ host: 'localhost:7071', origin: 'https://runs.example.org' }, { body: JOB }))
        .status,
    ).toBe(201);
  });

  it.each([
    ['a host that only resolves to this machine', { host: 'rebind.example.com' }],
    ['a host that looks like this machine', { host: '127.0.0.1.example.com' }],
    ['who comes through a proxy', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }],
    ['who comes through one that says so', { host: 'localhost', forwarded: 'for=203.0.113.9' }],
    ['who names a local host through one', { host: 'localhost', 'x-forwarded-host': 'localhost' }],
    ['who comes by TLS through one', { host: 'localhost', 'x-forwarded-proto': 'https' }],
    ['a page of another origin', { host: 'localhost:7071', origin: 'https://evil.example' }],
    ['a page of another port', { host: 'localhost:7071', origin: 'http://localhost:8080' }],
    ['a page without an origin to show', { host: 'localhost:7071', origin: 'null' }],
  ])('is not for %s', async (_, headers) => {
    expect(await open(headers, { body: JOB })).toMatchObject({
      status: 403,
      json: { code: 'forbidden' },
    });
  });

  it('takes no POST that a form could send', async () => {
    const host = { host: 'localhost:7071' };
    const raw = JSON.stringify(JOB);
    expect((await open({ ...host, 'content-type': 'text/plain' }, { raw })).status).toBe(415);
    expect(
      (await open({ ...host, 'content-type': 'application/x-www-form-urlencoded' }, { raw }))
        .status,
    ).toBe(415);
    // Without a type a page may send a body of its own, but no form does, and nothing is no body.
    const bare = { method: 'POST', raw, headers: { ...host, 'content-type': '' } };
    expect((await testApi({ openMode: true }).call(RUNS, { ...bare, token: null })).status).toBe(
      415,
    );
    expect((await open(host, { method: 'POST' })).status).toBe(422);
  });

  it('still refuses a wrong token, and is off unless it is asked for', async () => {
    expect((await open({ host: 'localhost', authorization: 'Bearer wrong' })).status).toBe(401);
    expect(
      (
        await testApi().call('http://localhost/api/v1/runs', {
          token: null,
          headers: { host: 'localhost' },
        })
      ).status,
    ).toBe(401);
  });
});

describe('the rate limit', () => {
  it('refuses with 429, says when to come back, and lets in again then', async () => {
    const api = testApi({ rateLimit: { perSecond: 2, burst: 3 } });
    const first = await api.call('/api/v1/runs');
    expect(first.headers.get('ratelimit-limit')).toBe('3');
    expect(first.headers.get('ratelimit-remaining')).toBe('2');
    expect(first.headers.get('ratelimit-reset')).toBe('1');
    await api.call('/api/v1/runs');
    await api.call('/api/v1/runs');
    const over = await api.call('/api/v1/runs');
    expect(over).toMatchObject({ status: 429, json: { code: 'rate_limited', retry: true } });
    expect(over.headers.get('retry-after')).toBe('1');
    expect(over.headers.get('ratelimit-remaining')).toBe('0');
    await api.clock.advance(1_000);
    expect((await api.call('/api/v1/runs')).status).toBe(200);
  });

  it('counts each token by itself, and not the probes', async () => {
    const api = testApi({ rateLimit: { perSecond: 1, burst: 2 } });
    const made = await api.call('/api/v1/tokens', { body: { name: 'test', scopes: ['read'] } });
    const { token } = made.json;
    await api.call('/api/v1/runs');
    expect((await api.call('/api/v1/runs')).status).toBe(429);
    expect((await api.call('/api/v1/runs', { token })).status).toBe(200);
    for (let index = 0; index < 5; index += 1)
      expect((await api.call('/health/live')).status).toBe(200);
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://runs.example.org';
  const preflight = (origin: string) =>
    testApi().send('/api/v1/runs', {
      method: 'OPTIONS',
      token: null,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });

  it('lets listed origins in, by name, without credentials', async () => {
    const answer = await preflight(ORIGIN);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    expect(answer.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    const get = await testApi().send('/api/v1/runs', { headers: { origin: ORIGIN } });
    expect(get.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(get.headers.get('access-control-expose-headers')).toContain('Location');
    expect(get.headers.get('vary')).toContain('Origin');
    const refused = await testApi().send('/api/v1/runs', {
      token: null,
      headers: { origin: ORIGIN },
    });
    expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it('names no other origin', async () => {
    for (const origin of [
      'https://evil.example',
      'https://runs.example.org.evil.example',
      'null',
    ]) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
