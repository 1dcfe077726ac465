/** Domains: who writes and reads them, conditions, and deletion. */
import { describe, expect, test } from 'vitest';
import { memoryWorld } from '../../support/world.ts';
import { apiOn, JOB, testApi } from '../support.ts';

const LAB = '/api/v1/domains/lab';
const body = { quotas: { live_runs: 3 }, retention: { runs_days: 30, audit_days: 90 } };

const tokenOf = async (api: ReturnType<typeof testApi>, more: Record<string, unknown> = {}) =>
  (
    await api.call('/api/v1/tokens', {
      body: { name: 'a', scopes: ['admin'], domain: 'lab', ...more },
    })
  ).json as { readonly id: string; readonly token: string };

describe('writing', () => {
  test('makes a domain, and replaces all of it', async () => {
    const api = testApi();
    const made = await api.call(LAB, { method: 'PUT', body });
    expect(made.json).toEqual({ name: 'lab', ...body });
    const read = await api.call(LAB);
    expect(read.json).toMatchObject({ name: 'lab', ...body, usage: { live_runs: 0 } });
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
    const changed = await api.call(LAB, { method: 'PUT', body: { quotas: { queued_runs: 0 } } });
    expect(changed.json).toEqual({ name: 'lab', quotas: { queued_runs: 0 }, retention: {} });
    expect((await api.call('/api/v1/domains')).json.domains).toEqual([
      { name: 'default', quotas: {}, retention: {} },
      changed.json,
    ]);
  });

  test('is conditional on the version that was read', async () => {
    const api = testApi();
    const put = (headers: Record<string, string>) =>
      api.call(LAB, { method: 'PUT', body, headers });
    expect((await put({ 'if-match': '*' })).status).toBe(412);
    const first = await put({ 'if-none-match': '*' });
    expect(first.status).toBe(200);
    expect((await put({ 'if-none-match': '*' })).status).toBe(412);
    const etag = first.headers.get('etag') ?? '';
    expect((await put({ 'if-match': etag })).status).toBe(200);
    expect((await put({ 'if-match': etag })).status).toBe(412);
    const stale = { method: 'DELETE', headers: { 'if-match': etag } };
    expect((await api.call(LAB, stale)).status).toBe(412);
  });

  test('of a domain that is only in use: If-Match takes the version that was read', async () => {
    const api = testApi();
    await tokenOf(api);
    const etag = (await api.call(LAB)).headers.get('etag') ?? '';
    const put = { method: 'PUT', body, headers: { 'if-match': etag } };
    expect((await api.call(LAB, put)).status).toBe(200);
    expect((await api.call(LAB, put)).status).toBe(412);
  });

  test.each([
    [{ quotas: { live_runs: -1 } }, 'quotas.live_runs'],
    [{ quotas: { runs: 1 } }, 'quotas.runs'],
    [{ retention: { audit_days: 30 } }, 'retention.audit_days'],
    [{ days: 3 }, 'days'],
  ])('refuses %j', async (wrong, field) => {
    const answer = await testApi().call(LAB, { method: 'PUT', body: wrong });
    expect(answer.status).toBe(422);
    expect(answer.json.errors[0].field).toBe(field);
  });
});

describe('days that things are kept', () => {
  test('are the own ones, else those of the settings, else for ever', async () => {
    const { world } = memoryWorld();
    const plain = apiOn(world);
    const set = apiOn({ ...world, retention: { runsDays: 7, auditDays: 120 } });
    await plain.call(LAB, { method: 'PUT', body: { retention: { runs_days: 30 } } });
    expect((await plain.call(LAB)).json.kept).toEqual({ runs_days: 30, audit_days: null });
    expect((await set.call(LAB)).json).toMatchObject({
      retention: { runs_days: 30 },
      kept: { runs_days: 30, audit_days: 120 },
    });
    const { kept } = (await set.call('/api/v1/domains/default')).json;
    expect(kept).toEqual({ runs_days: 7, audit_days: 120 });
  });
});

describe('rights', () => {
  test('an admin of a domain reads its own, and writes none', async () => {
    const api = testApi();
    await api.call(LAB, { method: 'PUT', body });
    const { token } = await tokenOf(api);
    expect((await api.call(LAB, { token })).json).toMatchObject({ name: 'lab', ...body });
    expect((await api.call('/api/v1/domains', { token })).json.domains).toEqual([
      { name: 'lab', ...body },
    ]);
    for (const [path, call] of [
      ['/api/v1/domains/default', {}],
      ['/api/v1/domains/other', {}],
      [LAB, { method: 'PUT', body: {} }],
      [LAB, { method: 'DELETE' }],
    ] as const)
      expect((await api.call(path, { ...call, token })).status).toBe(403);
    const { token: reader } = await tokenOf(api, { scopes: ['run'] });
    expect((await api.call(LAB, { token: reader })).status).toBe(403);
  });

  test('a domain that nobody has written or used is not there', async () => {
    const api = testApi();
    for (const name of ['lab', 'Not-A-Name'])
      for (const method of ['GET', 'DELETE'])
        expect((await api.call(`/api/v1/domains/${name}`, { method })).status).toBe(404);
    expect((await api.call('/api/v1/domains/default')).status).toBe(200);
  });
});

describe('deletion', () => {
  test('is refused while there are tokens, and says so', async () => {
    const api = testApi();
    await api.call(LAB, { method: 'PUT', body });
    const { id } = await tokenOf(api);
    const refused = await api.call(LAB, { method: 'DELETE' });
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
    expect(refused.json.detail).toContain('tokens: 1');
    await api.call(`/api/v1/tokens/${id}`, { method: 'DELETE' });
    expect((await api.call(LAB, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(LAB)).status).toBe(404);
    expect((await api.call('/api/v1/domains')).json.domains).toHaveLength(1);
  });

  test('is refused while runs are live or wait', async () => {
    const api = testApi();
    await api.call('/api/v1/targets?domain=lab', { body: { name: 'default' } });
    await api.call(`${LAB}/policy`, {
      method: 'PUT',
      body: { catalogue_only: false, lanes: 'any' },
    });
    const { id, token } = await tokenOf(api);
    for (let index = 0; index < 2; index += 1)
      expect((await api.call('/api/v1/runs', { body: JOB, token })).status).toBe(201);
    await api.call(`/api/v1/tokens/${id}`, { method: 'DELETE' });
    expect((await api.call(LAB, { method: 'DELETE' })).json.detail).toContain(
      'live runs: 1, queued runs: 1',
    );
  });

  test('of the default domain is refused', async () => {
    const answer = await testApi().call('/api/v1/domains/default', { method: 'DELETE' });
    expect(answer.status).toBe(409);
  });

  test('a domain that is used again is listed again', async () => {
    const api = testApi();
    await api.call(LAB, { method: 'PUT', body });
    await api.call(LAB, { method: 'DELETE' });
    await tokenOf(api);
    const { domains } = (await api.call('/api/v1/domains')).json;
    expect(domains).toContainEqual({ name: 'lab', quotas: {}, retention: {} });
  });
});
