/** Saved versions of pipelines over HTTP, and the one that a run took. */
import { expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { ADMIN, JOB, openDomain, testApi } from '../support.ts';

const PIPELINE = { name: 'rna', kind: 'container', container: JOB.container };
const PATH = '/api/v1/pipelines/rna';

async function saved() {
  const api = testApi();
  const asked = { name: 'ci', scopes: ['admin'] };
  const { token } = (await api.call('/api/v1/tokens', { body: asked })).json;
  const first = await api.call('/api/v1/pipelines', { body: PIPELINE });
  const put = (body: object, headers = {}) =>
    api.call(PATH, { method: 'PUT', body, headers, token });
  const second = await put({ ...PIPELINE, description: 'two', version: 9 });
  return { ...api, first, second, put, token };
}

it('are listed with who saved them, page by page', async () => {
  const { call, first, second } = await saved();
  expect([first.json.version, second.json.version]).toEqual([1, 2]);
  expect((await call(PATH)).json).toEqual(second.json);
  const page = await call(`${PATH}/versions?limit=1`);
  expect(page).toMatchObject({
    status: 200,
    json: { versions: [{ version: 2, saved_by: 'ci', entry: second.json }], next_cursor: 2 },
  });
  const link = /<([^>]*)>/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
  expect((await call(link)).json).toMatchObject({
    versions: [{ version: 1, saved_by: 'root', entry: { description: '' } }],
    next_cursor: null,
  });
});

it('are read one by one; what is not there is 404', async () => {
  const { call } = await saved();
  expect((await call(`${PATH}/versions/1`)).json).toMatchObject({ version: 1, saved_by: 'root' });
  const statusOf = async (path: string) => (await call(path)).status;
  expect(await statusOf(`${PATH}/versions/3`)).toBe(404);
  expect(await statusOf(`${PATH}/versions/x`)).toBe(422);
  expect(await statusOf('/api/v1/pipelines/none/versions')).toBe(404);
  expect(await statusOf('/api/v1/pipelines/A%2Fb/versions/1')).toBe(404);
  expect(await statusOf(`${PATH}/versions?limit=21`)).toBe(422);
});

it('are of one domain, and seen by its readers alone', async () => {
  const api = await saved();
  const other = await openDomain(api, 'other', ['read']);
  const { call } = api;
  expect((await call(`${PATH}/versions`, { token: other.token })).status).toBe(404);
  const forbidden = await call(`${PATH}/versions?domain=default`, { token: other.token });
  expect(forbidden).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  expect((await call(`${PATH}/versions?domain=other`)).status).toBe(404);
});

it('are saved only under the conditions of the request', async () => {
  const { call, first, second, put } = await saved();
  const refused = await put(PIPELINE, { 'if-match': first.headers.get('etag') ?? '' });
  expect(refused.status).toBe(412);
  const taken = await put(PIPELINE, { 'if-match': second.headers.get('etag') ?? '' });
  expect(taken.json).toMatchObject({ version: 3 });
  const { versions } = (await call(`${PATH}/versions`)).json;
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
});

it('are named by the runs that took them, whatever becomes of the entry', async () => {
  const { call, put } = await saved();
  const start = async (body: object) => (await call('/api/v1/runs', { body })).json;
  const run = await start({ pipeline: 'rna' });
  expect(run.pipeline_version).toBe(2);
  await put({ ...PIPELINE, description: 'three' });
  await call(PATH, { method: 'DELETE' });
  expect((await call(`/api/v1/runs/${run.run_id}`)).json.pipeline_version).toBe(2);
  expect((await call(`${PATH}/versions/2`)).json.entry.description).toBe('two');
  expect((await start(JOB)).pipeline_version).toBeNull();
  expect((await call('/api/v1/pipelines', { body: PIPELINE })).json.version).toBe(4);
});

it('are listed by the client', async () => {
  const { app } = await saved();
  const client = createClient({
    url: 'http://localhost',
    token: ADMIN,
    fetch: async (...args) => app.request(...args),
  });
  const page = await client.listPipelineVersions('rna', { limit: 1 });
  expect(page.versions.map(({ version }) => version)).toEqual([2]);
  expect((await client.listPipelineVersions('rna', { cursor: 2 })).next_cursor).toBeNull();
  expect((await client.getPipelineVersion('rna', 1)).entry.name).toBe('rna');
});
