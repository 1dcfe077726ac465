/** Changing the priority and labels of a run by the API. */
import { expect, it, test } from 'vitest';
import { JOB, testApi } from '../../support.ts';

type TestApi = ReturnType<typeof testApi>;
const start = async (api: TestApi, body: object = {}) =>
  (await api.call('/api/v1/runs', { body: { ...JOB, ...body } })).json;
const patch = (api: TestApi, id: string, body: object, more: object = {}) =>
  api.call(`/api/v1/runs/${id}`, { method: 'PATCH', body, ...more });

it('moves a run in its queue, tells who did it, and is in the audit log', async () => {
  const api = testApi();
  await start(api);
  await start(api);
  const { run_id } = await start(api, { labels: { a: '1', b: '2' } });
  const body = { priority: 4, labels: { a: null, c: '3' } };
  const changed = await patch(api, run_id, body);
  expect(changed).toMatchObject({
    status: 200,
    json: { priority: 4, queue_position: 1, labels: { b: '2', c: '3' } },
  });
  expect(changed.headers.get('etag')).toMatch(/^"/);
  const again = await patch(api, run_id, body);
  expect(again).toMatchObject({ status: 200, json: { priority: 4, last_seq: 2 } });
  const { events } = (await api.call(`/api/v1/runs/${run_id}/events`)).json;
  expect(events.map(({ data }: { data: object }) => data)).toMatchObject([
    { status: 'queued', message: null },
    { status: 'queued', message: 'root changed its priority from 0 to 4.' },
  ]);
  const pushed = api.push.sent.filter(({ group }) => group === 'default').at(-1)?.message;
  expect(JSON.stringify(pushed)).toContain('root changed its priority from 0 to 4.');
  const { entries } = (await api.call('/api/v1/audit')).json;
  expect(entries.at(-1)).toMatchObject({
    operation: 'patchRun',
    thing: { kind: 'run', id: run_id },
  });
});

it('says when it is too late, and changes nothing then', async () => {
  const api = testApi();
  const first = (await start(api)).run_id;
  expect(await patch(api, first, { priority: 4, labels: { a: '1' } })).toMatchObject({
    status: 409,
    json: { code: 'not_queued' },
  });
  // It has the priority already: nothing is to be changed.
  expect((await patch(api, first, { priority: 0 })).status).toBe(200);
  expect(await patch(api, first, { labels: { a: '1' } })).toMatchObject({
    json: { labels: { a: '1' } },
  });
  const second = (await start(api)).run_id;
  await api.call(`/api/v1/runs/${second}/cancel`, { body: {} });
  expect(await patch(api, second, { priority: 4 })).toMatchObject({
    status: 409,
    json: { code: 'over' },
  });
  expect(await patch(api, second, { labels: { a: '1' } })).toMatchObject({
    json: { code: 'over' },
  });
  expect((await api.call(`/api/v1/runs/${second}`)).json).toMatchObject({
    priority: 0,
    labels: {},
  });
});

test.each([
  [{ priority: 10 }, 'priority'],
  [{ priority: null }, 'priority'],
  [{ labels: { 'a b': 'x' } }, 'labels."a b"'],
  [{ labels: { a: 5 } }, 'labels.a'],
  [{ state: 'cancelled' }, 'state'],
  [{ labels: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`l${n}`, ''])) }, 'labels'],
])('%j is refused', async (body, field) => {
  const api = testApi();
  await start(api);
  const { run_id } = await start(api);
  expect(await patch(api, run_id, body)).toMatchObject({
    status: 422,
    json: { errors: [{ field }] },
  });
});

it('gives no priority that the pipeline does not allow, and only to the version that was read', async () => {
  const api = testApi();
  await api.call('/api/v1/targets', { body: { name: 'default' } });
  const entry = { name: 'low', container: JOB.container, max_priority: 3 };
  await api.call('/api/v1/pipelines', { body: entry });
  await start(api);
  const { run_id } = (await api.call('/api/v1/runs', { body: { pipeline: 'low' } })).json;
  expect(await patch(api, run_id, { priority: 4 })).toMatchObject({
    status: 422,
    json: { errors: [{ field: 'priority' }] },
  });
  const tag = (await api.call(`/api/v1/runs/${run_id}`)).headers.get('etag') ?? '';
  const headers = { 'if-match': tag };
  expect((await patch(api, run_id, { priority: 3 }, { headers })).status).toBe(200);
  expect((await patch(api, run_id, { priority: 2 }, { headers })).status).toBe(412);
});

it('is allowed to pages of other origins', async () => {
  const api = testApi();
  const headers = { origin: 'https://runs.example.org', 'access-control-request-method': 'PATCH' };
  const told = await api.send('/api/v1/runs/r000000000000000', { method: 'OPTIONS', headers });
  expect(told.headers.get('access-control-allow-methods')).toContain('PATCH');
});
