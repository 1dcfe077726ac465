/** A start that is only tried: it tells what a start would do, or all that is wrong, and writes nothing. */
import { expect, it, test } from 'vitest';
import { LANES_MAX, TABLES } from '../../../../src/core/limits.ts';
import { type Answer, apiOn, JOB, openDomain, testApi } from '../../support.ts';

type TestApi = ReturnType<typeof testApi>;
const DRY = '/api/v1/runs?dry_run=true';
const SCHEMA = {
  type: 'object',
  required: ['sample'],
  properties: { sample: { type: 'string' }, depth: { type: 'integer', minimum: 1 } },
};
const ENTRY = {
  name: 'align',
  container: { image: 'busybox:1.37', command: ['sh', '-c'], args: ['echo $(id)'] },
  params: { depth: 30, index: 'hg38' },
  params_schema: SCHEMA,
  fixed_params: ['index'],
  overridable: ['lane', 'target', 'container.args'],
  max_priority: 5,
};

async function withAlign(): Promise<TestApi> {
  const api = testApi();
  await api.call('/api/v1/targets', { body: { name: 'default' } });
  await api.call('/api/v1/pipelines', { body: ENTRY });
  return api;
}

const dump = ({ store }: TestApi) => TABLES.map((table) => [table, store.dump(table)]);
const fieldsOf = ({ json }: Answer): string[] =>
  json.errors.map(({ field }: { field: string }) => field);

it('tells what would run, merged, with its command, and writes nothing', async () => {
  const api = await withAlign();
  const before = dump(api);
  const body = {
    pipeline: 'align',
    params: { sample: 'S1' },
    priority: 9,
    lane: 'night',
    labels: { a: 'b' },
  };
  const headers = { 'idempotency-key': 'k' };
  const { status, json, headers: told } = await api.call(DRY, { body, headers });
  expect(status).toBe(200);
  expect(told.get('location')).toBeNull();
  expect(json).toMatchObject({
    dry_run: true,
    would: 'start',
    attached_to: null,
    queue_position: null,
    reason: null,
    kind: 'container',
    container: { image: 'busybox:1.37', args: ['echo $(id)'] },
    pipeline_version: 1,
    params: { depth: 30, index: 'hg38', sample: 'S1' },
    lane: 'night',
    priority: 5,
    target: 'default',
    labels: { a: 'b' },
    driver: { image: 'busybox:1.37', command: ['sh', '-c'], args: ['echo $(id)'], files: {} },
    warnings: [
      'The pipeline lowers the priority from 9 to 5.',
      'There is no lane night yet: the first run makes it, with one place.',
    ],
  });
  expect(dump(api)).toEqual(before);
  // The key is as new: the start that follows is no replay, and no mismatch.
  expect((await api.call('/api/v1/runs', { body: { ...body, priority: 0 }, headers })).status).toBe(
    201,
  );
});

it('shows params as they were sent, and as the run then shows them', async () => {
  const api = await withAlign();
  const params = '{"a":-0,"b":25000.0,"c":1e400,"d":12345678901234567890}';
  const raw = `{"pipeline":"x","container":{"image":"busybox"},"params":${params}}`;
  const { json } = await api.call('/api/v1/runs', { raw });
  for (const path of [DRY, `/api/v1/runs/${json.run_id}/rerun?dry_run=true`]) {
    const { status, text } = await api.call(path, { raw: path === DRY ? raw : '{}' });
    expect([status, text.includes(`"params":${params}`)]).toEqual([200, true]);
  }
  expect((await api.call(`/api/v1/runs/${json.run_id}`)).text).toContain(`"params":${params}`);
});

it('leaves neither an entry in the audit log nor a count of a quota', async () => {
  const api = await withAlign();
  const quotas = { live_runs: 1, queued_runs: 1 };
  await api.call('/api/v1/domains/default', { method: 'PUT', body: { quotas } });
  const audited = async () => (await api.call('/api/v1/audit')).json.entries.length;
  const before = await audited();
  for (let n = 0; n < 5; n += 1)
    expect((await api.call(DRY, { body: JOB })).json).toMatchObject({ would: 'start' });
  expect(await audited()).toBe(before);
  expect((await api.call('/api/v1/runs', { body: JOB })).status).toBe(201);
  expect((await api.call(DRY, { body: { ...JOB, lane: 'other' } })).json).toMatchObject({
    code: 'quota_exceeded',
    quota: { name: 'live_runs' },
  });
  expect((await api.call(DRY, { body: JOB })).json).toMatchObject({ would: 'queue' });
});

it('tells the place in the queue by its priority, and the run that it would attach to', async () => {
  const api = await withAlign();
  const start = async (body: object) =>
    (await api.call('/api/v1/runs', { body: { ...JOB, ...body } })).json;
  const first = await start({});
  for (const priority of [0, 5, 9]) await start({ priority });
  const dry = async (body: object) => (await api.call(DRY, { body: { ...JOB, ...body } })).json;
  expect(await dry({ priority: 5 })).toMatchObject({
    would: 'queue',
    queue_position: 3,
    queue_position_at_least: null,
    reason: { code: 'lane_busy' },
  });
  expect(await dry({})).toMatchObject({ queue_position: 4 });
  const other = { image: 'busybox:1.36' };
  expect(await dry({ on_busy: 'attach', container: other })).toMatchObject({
    would: 'attach',
    attached_to: first.run_id,
    differs: true,
  });
  expect(await dry({ on_busy: 'attach' })).toMatchObject({ differs: false });
  expect(await dry({ on_busy: 'reject' })).toMatchObject({ code: 'lane_busy', status: 409 });
});

const WRONG = {
  pipeline: 'align',
  params: { depth: 0, index: 'mm10' },
  target: 'moon',
  container: { image: 'busybox:1.36' },
};

test.each([['/api/v1/runs'], [DRY]])('%s refuses with everything that is wrong', async (path) => {
  const api = await withAlign();
  const policy = { catalogue_only: true, lanes: 'declared' };
  await api.call('/api/v1/domains/default/policy', { method: 'PUT', body: policy });
  const refused = await api.call(path, { body: { ...WRONG, lane: 'night' } });
  expect(refused).toMatchObject({ status: 422, json: { code: 'invalid' } });
  expect(fieldsOf(refused).toSorted()).toEqual([
    'container.image',
    'lane',
    'params.depth',
    'params.index',
    'params.sample',
    'target',
  ]);
});

test.each([['/api/v1/runs'], [DRY]])(
  '%s tells what is wrong beside a body that is',
  async (path) => {
    const api = await withAlign();
    const refuse = async (body: object) => fieldsOf(await api.call(path, { body }));
    expect(await refuse({ ...WRONG, container: undefined, priority: 12, labels: 'x' })).toEqual([
      'priority',
      'labels',
      'params.index',
      'params.sample',
      'params.depth',
      'target',
    ]);
    // A field that is wrong is not told twice, and a kind without its fields misses none of them.
    expect(await refuse({ ...JOB, container: { image: 'Bad Image' }, target: 'moon' })).toEqual([
      'container.image',
      'target',
    ]);
    expect(await refuse({ ...JOB, nope: 1, target: 'moon' })).toEqual(['nope', 'target']);
    expect(await refuse({ target: 'moon' })).toEqual(['pipeline']);
    expect(await refuse({ pipeline: 'align', params: 5 })).toEqual(['params']);
  },
);

test('an unknown pipeline is told with the rest of what is wrong', async () => {
  const api = await withAlign();
  const refused = await api.call(DRY, { body: { pipeline: 'aling', target: 'moon' } });
  expect(refused).toMatchObject({
    status: 404,
    json: { code: 'no_such_pipeline', nearest: ['align'] },
  });
  expect(fieldsOf(refused)).toEqual(['pipeline', 'target']);
});

it('refuses a caller who may not start it, without an entry for each pause in typing', async () => {
  const api = await withAlign();
  const { token } = await openDomain(api, 'lab', ['launch']);
  const count = async () => (await api.call('/api/v1/audit?domain=lab')).json.entries.length;
  const before = await count();
  const refused = await api.call(DRY, { token, body: { ...JOB, target: 'moon' } });
  expect(refused).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  expect(refused.json.errors).toBeUndefined();
  const broken = await api.call(DRY, { token, body: { ...JOB, priority: 12, target: 'moon' } });
  expect(fieldsOf(broken)).toEqual(['priority']);
  expect(await count()).toBe(before);
});

it('refuses a lane that the domain has no room for', async () => {
  const api = await withAlign();
  const names = Array.from({ length: LANES_MAX }, (_, n) => `lane-${n}`);
  await api.world.store.commit('catalogue', 'default.lanes', [
    { op: 'put', key: 'names', values: { body: JSON.stringify(names) } },
  ]);
  expect((await api.call(DRY, { body: { ...JOB, lane: 'more' } })).json).toMatchObject({
    code: 'too_many_lanes',
  });
  expect((await api.call(DRY, { body: { ...JOB, lane: 'lane-3' } })).status).toBe(200);
});

test('what was meant as a dry run starts nothing', async () => {
  const api = await withAlign();
  for (const query of ['dry_run=1', 'dryrun=true', 'dry_run=TRUE', 'dryRun=true', 'dry-run=true'])
    expect((await api.call(`/api/v1/runs?${query}`, { body: JOB })).status).toBe(422);
  expect(api.store.dump('runs')).toEqual([]);
  expect(
    (await api.call('/api/v1/runs?dry_run=false&code=key-of-a-function', { body: JOB })).status,
  ).toBe(201);
});

it('costs few reads', async () => {
  const { world } = await withAlign();
  let reads = 0;
  const { store } = world;
  const counting = {
    ...store,
    read: (...args: Parameters<typeof store.read>) => (reads++, store.read(...args)),
    list: (...args: Parameters<typeof store.list>) => (reads++, store.list(...args)),
  };
  const { call } = apiOn({ ...world, store: counting });
  const body = { pipeline: 'align', params: { sample: 'S1' } };
  await call(DRY, { body });
  reads = 0;
  expect((await call(DRY, { body })).status).toBe(200);
  expect(reads).toBeLessThanOrEqual(5);
});
