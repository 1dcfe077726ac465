/** Who reads and writes policies and targets, and how the legacy paths tell a refusal. */
import { describe, expect, it } from 'vitest';
import { POLICIES } from '../../../src/core/access/policy.ts';
import {
  readPolicy,
  readVersionedPolicy,
  writePolicy,
} from '../../../src/engine/catalogue/policy.ts';
import { memoryWorld } from '../../support/world.ts';
import { BASE, run, withHello } from '../legacy/support.ts';
import { JOB, testApi } from '../support.ts';

type TestApi = ReturnType<typeof testApi>;
const PATH = '/api/v1/domains/other/policy';
const POLICY = { catalogue_only: false, lanes: 'any', images: ['ghcr.io/**'], repositories: null };

const adminOf = async (api: TestApi, domain: string): Promise<string> =>
  (await api.call('/api/v1/tokens', { body: { name: 'x', scopes: ['admin'], domain } })).json.token;

describe('a policy', () => {
  it('is written by the token of the settings alone, and read by the admins of its domain', async () => {
    const api = testApi();
    const [own, other] = [await adminOf(api, 'default'), await adminOf(api, 'other')];
    const closed = { catalogue_only: true, lanes: 'declared', images: null, repositories: null };
    expect((await api.call(PATH, { token: other })).json).toEqual(closed);
    for (const token of [own, other])
      expect((await api.call(PATH, { token, method: 'PUT', body: POLICY })).status).toBe(403);
    expect(await api.call(PATH, { method: 'PUT', body: POLICY })).toMatchObject({ status: 200 });
    expect((await api.call(PATH, { token: other })).json).toEqual(POLICY);
    expect((await api.call(PATH, { token: own })).status).toBe(403);
    const wrong = { ...POLICY, images: ['busybox'] };
    expect(await api.call(PATH, { method: 'PUT', body: wrong })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'images.0' }] },
    });
  });
});

describe('the version of a policy', () => {
  it('is told, also while nobody has written it, and is what a write may ask for', async () => {
    const api = testApi();
    const put = (body: object, headers = {}) => api.call(PATH, { method: 'PUT', body, headers });
    const unwritten = (await api.call(PATH)).headers.get('etag') ?? '';
    expect((await api.send(PATH, { headers: { 'if-none-match': unwritten } })).status).toBe(304);
    const first = await put(POLICY, { 'if-match': unwritten });
    const tag = first.headers.get('etag') ?? '';
    expect([first.status, (await api.call(PATH)).headers.get('etag')]).toEqual([200, tag]);
    const other = { ...POLICY, images: null };
    expect(await put(other, { 'if-match': unwritten })).toMatchObject({
      status: 412,
      json: { code: 'precondition_failed' },
    });
    expect((await api.call(PATH)).json).toEqual(POLICY);
    expect((await put(other, { 'if-match': tag })).status).toBe(200);
    expect((await put(POLICY)).status).toBe(200);
    expect((await api.send(PATH, { headers: { 'if-none-match': tag } })).status).toBe(200);
  });

  it('is the one that was read, whatever is written meanwhile', async () => {
    const { world } = memoryWorld();
    const { store } = world;
    let others = 1;
    const racing = { ...world, store: { ...store } };
    racing.store.commit = async (...args) => {
      others -= 1;
      if (others === 0) await writePolicy(world, 'other', POLICIES.open);
      return store.commit(...args);
    };
    const { etag } = await readVersionedPolicy(world, 'other');
    const wanted = (now: string | null) => now === etag;
    await expect(writePolicy(racing, 'other', POLICIES.closed, wanted)).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    expect(await readPolicy(world, 'other')).toEqual(POLICIES.open);
    others = 1;
    await writePolicy(racing, 'other', POLICIES.closed);
    expect(await readPolicy(world, 'other')).toEqual(POLICIES.closed);
  });
});

describe('a target', () => {
  it('is written by the token of the settings alone, for any domain', async () => {
    const api = testApi();
    const token = await adminOf(api, 'other');
    const body = { name: 'default', namespace: 'kube-system' };
    for (const call of [
      { path: '/api/v1/targets', method: 'POST', body },
      { path: '/api/v1/targets/default', method: 'PUT', body },
      { path: '/api/v1/targets/default', method: 'DELETE' },
    ])
      expect((await api.call(call.path, { ...call, token })).status).toBe(403);
    expect((await api.call('/api/v1/targets', { token })).json.targets).toEqual([]);
    const given = { name: 'default', namespace: 'other' };
    expect((await api.call('/api/v1/targets?domain=other', { body: given })).status).toBe(201);
    expect((await api.call('/api/v1/targets/default', { token })).json).toMatchObject(given);
    expect((await api.call('/api/v1/targets?domain=default', { token })).status).toBe(403);
    expect((await api.call('/api/v1/targets/default')).json.namespace).toBe('sluice');
  });
});

describe('a name that is not in the catalogue', () => {
  it('is 404 with the names that are like it, in the shape of each path', async () => {
    const api = await withHello();
    const body = { pipeline: 'helo' };
    const { status, json } = await api.call('/api/v1/runs', { body });
    expect({ status, ...json }).toMatchObject({
      status: 404,
      code: 'no_such_pipeline',
      nearest: ['hello'],
    });
    const detail = expect.stringContaining('did you mean hello?');
    expect(json.detail).toEqual(detail);
    expect(await run(api, body)).toMatchObject({ status: 404, json: { detail } });
    expect((await run(api, body)).headers.get('content-type')).toBe('application/json');
  });
});

describe('the legacy paths', () => {
  it('obey entry and policy, and say so as the original told a bad value', async () => {
    const api = await withHello();
    const fixed = { name: 'fixed', kind: 'nextflow', source: 'a/b', params: { x: 1 } };
    const entry = { ...fixed, fixed_params: ['x'], revision: 'v1' };
    await api.call('/api/v1/pipelines', { body: entry });
    await api.call('/api/v1/pipelines', {
      body: { name: 'solo', kind: 'container', container: JOB.container, lane: 'solo' },
    });
    const loc = async (body: object) => {
      const { status, json } = await run(api, body);
      return [status, ...(json.detail ?? []).map((each: { loc: string[] }) => each.loc.join('.'))];
    };
    const parameters = { x: 2, revision: 'v2' };
    expect(await loc({ pipeline: 'fixed', parameters })).toEqual([
      422,
      'body.parameters.revision',
      'body.parameters.x',
    ]);
    expect(await loc({ pipeline: 'solo' })).toEqual([422, 'body.pipeline']);
    await api.call('/api/v1/domains/default/policy', {
      method: 'PUT',
      body: { catalogue_only: true, lanes: 'declared' },
    });
    expect(await loc({ pipeline: 'nf-core/rnaseq' })).toEqual([422, 'body.pipeline']);
    expect((await run(api)).status).toBe(200);
    expect((await api.call(`${BASE}/active`)).json.active).toBe(true);
  });
});
