import { describe, expect, it } from 'vitest';
import { ADMIN, apiOn, JOB, openDomain, testApi } from '../support.ts';

type TestApi = ReturnType<typeof testApi>;

const make = async (api: TestApi, body: object): Promise<{ token: string; id: string }> =>
  (await api.call('/api/v1/tokens', { body: { name: 'test', ...body } })).json;

describe('tokens', () => {
  it('are shown once, kept as a hash, listed without a secret', async () => {
    const api = testApi();
    const made = await api.call('/api/v1/tokens', { body: { name: 'ci', scopes: ['run'] } });
    expect(made.status).toBe(201);
    expect(made.json.token).toMatch(/^slc_default\.[0-9a-z]{12}_[\w-]{43}$/);
    const list = await api.call('/api/v1/tokens');
    expect(list.json.tokens).toEqual([
      {
        id: made.json.id,
        name: 'ci',
        domain: 'default',
        scopes: ['run'],
        created_at: '2026-01-01T00:00:00.000Z',
        created_by: 'root',
        expires_at: null,
        last_used_at: null,
        replaces: null,
        replaced_by: null,
      },
    ]);
    const rows = await api.store.list('catalogue', 'default.tokens', { limit: 10 });
    expect(rows).toHaveLength(1);
    const secret = made.json.token.split('_').at(-1);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(ADMIN);
    expect(JSON.stringify(api.log.entries)).not.toContain(secret);
  });

  it.each(['authorization', 'x-api-key'])('are taken from %s', async (header) => {
    const api = testApi();
    const { token } = await make(api, { scopes: ['read'] });
    const value = header === 'authorization' ? `bearer ${token}` : token;
    expect(
      (await api.call('/api/v1/runs', { token: null, headers: { [header]: value } })).status,
    ).toBe(200);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one of another form', 'slc_x'],
    ['one with another secret', `slc_default.000000000000_${'A'.repeat(43)}`],
    ['another scheme', 'Basic YTpi'],
    ['an endless one', 'x'.repeat(100_000)],
    ['odd characters', 'slc_../../x_\u00ff'],
  ])('are required: %s is 401', async (_, token) => {
    const headers =
      token === undefined
        ? {}
        : { authorization: token.startsWith('Basic') ? token : `Bearer ${token}` };
    const answer = await testApi().call('/api/v1/runs', { token: null, headers });
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('of an id whose secret is wrong are refused', async () => {
    const api = testApi();
    const { token } = await make(api, { scopes: ['read'] });
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    expect((await api.call('/api/v1/runs', { token: wrong })).status).toBe(401);
    expect((await api.call('/api/v1/runs', { token })).status).toBe(200);
  });

  it.each([
    ['read', { list: 200, entry: 403, start: 403, cancel: 403, lane: 403, tokens: 403 }],
    ['launch', { list: 200, entry: 201, start: 403, cancel: 404, lane: 403, tokens: 403 }],
    ['run', { list: 200, entry: 201, start: 201, cancel: 404, lane: 403, tokens: 403 }],
    ['admin', { list: 200, entry: 201, start: 201, cancel: 404, lane: 200, tokens: 200 }],
  ] as const)('with the scope %s may do what it includes and no more', async (scope, want) => {
    const api = testApi();
    const { token } = await make(api, { scopes: [scope] });
    const entry = { name: 'known', kind: 'container', container: JOB.container };
    await api.call('/api/v1/pipelines', { body: { ...entry, overridable: ['container'] } });
    const status = async (path: string, options = {}) =>
      (await api.call(path, { token, ...options })).status;
    expect({
      list: await status('/api/v1/runs'),
      entry: await status('/api/v1/runs', { body: { pipeline: 'known' } }),
      start: await status('/api/v1/runs', { body: JOB }),
      cancel: await status('/api/v1/runs/r0123456789abcde/cancel', { body: {} }),
      lane: await status('/api/v1/lanes/x', { method: 'PUT', body: {} }),
      tokens: await status('/api/v1/tokens'),
    }).toEqual(want);
  });

  it('end at once when they are revoked, and within 10 s on other instances', async () => {
    const api = testApi();
    const other = apiOn(api.world);
    const { token, id } = await make(api, { scopes: ['read'] });
    expect((await api.call('/api/v1/runs', { token })).status).toBe(200);
    expect((await other.call('/api/v1/runs', { token })).status).toBe(200);
    expect((await api.call(`/api/v1/tokens/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call('/api/v1/runs', { token })).status).toBe(401);
    await api.clock.advance(10_000);
    expect((await other.call('/api/v1/runs', { token })).status).toBe(401);
    expect((await api.call(`/api/v1/tokens/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await api.call('/api/v1/tokens/..%2f..', { method: 'DELETE' })).status).toBe(404);
  });

  it('end when they expire, also while an instance remembers them', async () => {
    const api = testApi();
    const { token } = await make(api, { scopes: ['read'], expires_at: '2026-01-01T00:00:05Z' });
    expect((await api.call('/api/v1/runs', { token })).status).toBe(200);
    await api.clock.advance(5_000);
    expect((await api.call('/api/v1/runs', { token })).status).toBe(401);
    const past = await api.call('/api/v1/tokens', {
      body: { name: 'a', scopes: ['read'], expires_at: '2025-01-01T00:00:00Z' },
    });
    expect(past).toMatchObject({ status: 422, json: { errors: [{ field: 'expires_at' }] } });
  });

  it('end in a year of four digits, whatever the offset: one that could not be read back would hide all others', async () => {
    const api = testApi();
    const expires = async (expires_at: string) =>
      api.call('/api/v1/tokens', { body: { name: 'a', scopes: ['read'], expires_at } });
    expect(await expires('9999-12-31T23:59:59-10:00')).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'expires_at' }] },
    });
    expect(await expires('9999-12-31T23:59:59+10:00')).toMatchObject({
      status: 201,
      json: { expires_at: '9999-12-31T13:59:59.000Z' },
    });
    expect((await api.call('/api/v1/tokens')).json.tokens).toHaveLength(1);
    const since = encodeURIComponent('9999-12-31T23:59:59-10:00');
    expect((await api.call(`/api/v1/runs?since=${since}`)).status).toBe(422);
  });

  it('are read one by one, and say who one is', async () => {
    const api = testApi();
    const ends = '2026-02-01T00:00:00.000Z';
    const { token, id } = await make(api, { scopes: ['run'], expires_at: ends });
    const whoami = async (presented: string) =>
      (await api.call('/api/v1/whoami', { token: presented })).json;
    const who = {
      id,
      kind: 'token',
      name: 'test',
      domain: 'default',
      scopes: ['run'],
      root: false,
    };
    expect(await whoami(token)).toEqual({ ...who, expires_at: ends });
    expect(await whoami(ADMIN)).toMatchObject({ id: 'root', root: true, scopes: ['admin'] });
    const read = await api.call(`/api/v1/tokens/${id}`);
    expect(read.json).toMatchObject({ id, last_used_at: '2026-01-01T00:00:00.000Z' });
    expect(read.text).not.toContain(token.slice(-43));
    expect((await api.call(`/api/v1/tokens/${id}`, { token })).status).toBe(403);
    const stranger = await make(api, { scopes: ['admin'], domain: 'other' });
    for (const odd of [id, 'other.000000000000', '..%2f..', 'x'])
      expect((await api.call(`/api/v1/tokens/${odd}`, { token: stranger.token })).status).toBe(404);
  });

  it('are rotated by admins of their domain, with an overlap', async () => {
    const api = testApi();
    const old = await make(api, { scopes: ['read'] });
    const rotate = (id: string, call: object = {}) =>
      api.call(`/api/v1/tokens/${id}/rotate`, { method: 'POST', ...call });
    expect((await rotate(old.id, { token: old.token })).status).toBe(403);
    const stranger = await make(api, { scopes: ['admin'], domain: 'other' });
    expect((await rotate(old.id, { token: stranger.token })).status).toBe(404);
    expect(await rotate(old.id, { body: { overlap_seconds: -1 } })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'overlap_seconds' }] },
    });
    const made = await rotate(old.id);
    expect(made).toMatchObject({ status: 201, json: { replaces: old.id, scopes: ['read'] } });
    const status = async (token: string) => (await api.call('/api/v1/runs', { token })).status;
    expect([await status(old.token), await status(made.json.token)]).toEqual([200, 200]);
    expect(await rotate(old.id)).toMatchObject({ status: 409, json: { code: 'conflict' } });
    await api.clock.advance(3_600_000);
    expect([await status(old.token), await status(made.json.token)]).toEqual([401, 200]);
  });

  it('that are wrong are told in the log with the address that the platform added, and bounded', async () => {
    const api = testApi();
    const token = `slc_default.000000000000_${'A'.repeat(43)}`;
    const from = (address: string) =>
      api.call('/api/v1/runs', {
        token,
        headers: { 'x-forwarded-for': `198.51.100.1, ${address}:4711` },
      });
    expect((await from('203.0.113.9')).status).toBe(401);
    expect(api.log.entries).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ address: '203.0.113.9' }),
      }),
    );
    expect(JSON.stringify(api.log.entries)).not.toContain(token);
    for (let index = 0; index < 40; index += 1) await from('203.0.113.9');
    const refused = await from('203.0.113.9');
    expect(refused).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await from('203.0.113.10')).status).toBe(401);
    expect((await api.call('/api/v1/runs')).status).toBe(200);
  });

  it('of other domains are made by the first admin token alone', async () => {
    const api = testApi();
    const { token } = await make(api, { scopes: ['admin'] });
    const body = { name: 'a', scopes: ['read'], domain: 'other' };
    expect((await api.call('/api/v1/tokens', { token, body })).status).toBe(403);
    expect((await api.call('/api/v1/tokens', { body })).json).toMatchObject({ domain: 'other' });
  });

  it('of other domains are listed and revoked by the first admin token alone', async () => {
    const api = testApi();
    const own = await make(api, { scopes: ['admin'] });
    const other = await make(api, { scopes: ['admin'], domain: 'other' });
    const dashed = await make(api, { scopes: ['read'], domain: 'a-b' });
    const ids = async (query: string, token: string = ADMIN): Promise<unknown> => {
      const { status, json } = await api.call(`/api/v1/tokens${query}`, { token });
      return status === 200 ? json.tokens.map(({ id }: { id: string }) => id) : status;
    };
    expect(await ids('')).toEqual([own.id]);
    expect(await ids('?domain=default')).toEqual([own.id]);
    expect(await ids('?domain=other')).toEqual([other.id]);
    expect(await ids('?domain=none')).toEqual([]);
    expect(await ids('', other.token)).toEqual([other.id]);
    expect(await ids('?domain=other', other.token)).toEqual([other.id]);
    expect(await ids('?domain=default', other.token)).toBe(403);

    const revoke = async (id: string, token: string = ADMIN): Promise<number> =>
      (await api.call(`/api/v1/tokens/${id}`, { method: 'DELETE', token })).status;
    // One of another domain looks like one that does not exist.
    expect(await revoke(own.id, other.token)).toBe(404);
    expect(await ids('')).toEqual([own.id]);
    expect(await revoke(other.id)).toBe(204);
    expect(await ids('', other.token)).toBe(401);
    expect(await revoke(dashed.id)).toBe(204);
    expect(await ids('?domain=a-b')).toEqual([]);
    for (const odd of ['none.000000000000', 'x', '.x', 'a..b', '%2e%2e'])
      expect(await revoke(odd), odd).toBe(404);
    expect(await revoke(own.id)).toBe(204);
  });
});

describe('domains', () => {
  it('do not see each other: forbidden looks the same as absent', async () => {
    const api = testApi();
    const { token } = await make(api, { scopes: ['admin'], domain: 'other' });
    const { run_id } = (await api.call('/api/v1/runs', { body: JOB })).json;
    const absent = 'r0123456789abcde';
    for (const [path, options] of [
      ['', {}],
      ['/events', {}],
      ['/log', {}],
      ['/cancel', { body: {} }],
    ] as const) {
      const [theirs, none] = await Promise.all(
        [run_id, absent].map((id) => api.call(`/api/v1/runs/${id}${path}`, { token, ...options })),
      );
      const shape = (answer: typeof theirs) =>
        JSON.stringify({ ...answer?.json, instance: '', request_id: '' }).replaceAll(
          run_id,
          absent,
        );
      expect(theirs?.status).toBe(404);
      expect(shape(theirs)).toBe(shape(none));
    }
    const live = await api.call('/api/v1/negotiate', { token, body: { run_ids: [run_id] } });
    expect(live.status).toBe(404);
    expect((await api.call('/api/v1/runs', { token })).json.runs).toEqual([]);
    expect((await api.call('/api/v1/lanes', { token })).json.lanes[0].active).toEqual([]);
    expect((await api.call('/metrics', { token })).text).not.toMatch(
      /sluice_lane_active\{[^}]*\} 1/,
    );
  });

  it('have Web PubSub groups of their own', async () => {
    const api = testApi();
    const { token, id } = await openDomain(api, 'other', ['run']);
    const { run_id } = (await api.call('/api/v1/runs', { token, body: JOB })).json;
    const all = await api.call('/api/v1/negotiate', { token, method: 'POST' });
    expect(all.json).toMatchObject({ groups: ['other'], expires_at: '2026-01-01T00:05:00.000Z' });
    const claims = JSON.parse(new URL(all.json.url).searchParams.get('access_token') ?? '');
    expect(claims).toEqual({
      userId: id,
      groups: ['other'],
      mayJoin: ['other', 'other.run.*'],
      minutes: 5,
    });
    const one = await api.call('/api/v1/negotiate', { token, body: { run_ids: [run_id, run_id] } });
    expect(one.json.groups).toEqual([`other.run.${run_id}`]);
    const bad = await api.call('/api/v1/negotiate', { token, body: { run_ids: ['x'] } });
    expect(bad).toMatchObject({ status: 422, json: { errors: [{ field: 'run_ids.0' }] } });
  });
});
