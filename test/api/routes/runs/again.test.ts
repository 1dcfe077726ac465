/** Resuming a run and running it again, over HTTP. */
import { describe, expect, test } from 'vitest';
import { TABLES } from '../../../../src/core/limits.ts';
import { tickUntil } from '../../../support/world.ts';
import { JOB, testApi } from '../../support.ts';

type TestApi = ReturnType<typeof testApi>;

async function withFlow(script = { lines: [], endsAt: 1_000, exitCode: 1 }) {
  const api = testApi({}, { script: () => script });
  await api.call('/api/v1/targets', { body: { name: 'default', work_claim: 'work' } });
  const entry = { name: 'flow', nextflow: { source: 'acme/flow' }, overridable: ['lane'] };
  await api.call('/api/v1/pipelines', { body: { ...entry, params: { depth: 30 } } });
  return api;
}

async function over(api: TestApi, runId: string): Promise<void> {
  await tickUntil(api.world, api.clock, async () => {
    const { json } = await api.call(`/api/v1/runs/${runId}`);
    return json.finished_at !== null;
  });
}

const SENT = {
  pipeline: 'acme/flow',
  revision: 'v1',
  params: { id: 1, nested: { a: 1, b: 2 } },
  labels: { team: 'x' },
  lane: 'wide',
  priority: 3,
  triggered_by: 'ada',
  on_busy: 'attach',
};

async function ended(api: TestApi, body: object = SENT): Promise<string> {
  const { status, json } = await api.call('/api/v1/runs', { body });
  expect(status).toBe(201);
  await over(api, json.run_id);
  return json.run_id;
}

describe.each(['resume', 'rerun'] as const)('%s', (how) => {
  test('starts a new run by the request of the run, which names it', async () => {
    const api = await withFlow();
    const first = await ended(api);
    const { status, json, headers } = await api.call(`/api/v1/runs/${first}/${how}`, { body: {} });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/runs/${json.run_id}`);
    expect(json).toMatchObject({
      origin: { run_id: first, how },
      pipeline: 'acme/flow',
      nextflow: { revision: 'v1' },
      params: SENT.params,
      labels: SENT.labels,
      lane: 'wide',
      priority: 3,
    });
    expect(json.triggered_by).not.toBe('ada');
    const same = how === 'resume';
    const { json: before } = await api.call(`/api/v1/runs/${first}`);
    expect(json.nextflow.session_id === before.nextflow.session_id).toBe(same);
  });

  test('takes what is changed: params and labels merge, all else replaces', async () => {
    const api = await withFlow();
    const first = await ended(api);
    const body =
      '{"params":{"id":1234567890123456789,"nested":{"b":3}},"labels":{"urgent":"yes"},"priority":9,"lane":"night","deadline_seconds":60,"triggered_by":"bob","nextflow":{"revision":"v2","profile":"test"}}';
    const { status, json } = await api.call(`/api/v1/runs/${first}/${how}`, { raw: body });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      params: { nested: { a: 1, b: 3 } },
      labels: { team: 'x', urgent: 'yes' },
      priority: 9,
      lane: 'night',
      deadline_seconds: 60,
      triggered_by: 'bob',
      nextflow: { revision: 'v2', profile: 'test' },
    });
    const { text } = await api.call(`/api/v1/runs/${json.run_id}`);
    expect(text).toContain('"id":1234567890123456789');
  });

  test('is tried without starting, and repeated by its key', async () => {
    const api = await withFlow();
    const first = await ended(api);
    const before = TABLES.map((table) => api.store.dump(table));
    const dry = await api.call(`/api/v1/runs/${first}/${how}?dry_run=true`, { body: {} });
    expect(dry).toMatchObject({ status: 200, json: { dry_run: true, would: 'start' } });
    expect(TABLES.map((table) => api.store.dump(table))).toEqual(before);
    const headers = { 'idempotency-key': 'k' };
    const path = `/api/v1/runs/${first}/${how}`;
    const one = await api.call(path, { headers, body: { priority: 1 } });
    const two = await api.call(path, { headers, body: { priority: 1 } });
    expect([one.status, two.status]).toEqual([201, 200]);
    expect(two.json.run_id).toBe(one.json.run_id);
    expect((await api.call(path, { headers, body: { priority: 2 } })).json.code).toBe(
      'idempotency_mismatch',
    );
    const other = how === 'resume' ? 'rerun' : 'resume';
    const mixed = await api.call(`/api/v1/runs/${first}/${other}`, {
      headers,
      body: { priority: 1 },
    });
    expect(mixed.json.code).toBe('idempotency_mismatch');
  });

  test('names each field that is wrong, and a run that is not there', async () => {
    const api = await withFlow();
    const first = await ended(api);
    const path = `/api/v1/runs/${first}/${how}`;
    expect((await api.call(path, { body: { pipeline: 'other' } })).status).toBe(422);
    const wrong = await api.call(path, { body: { priority: 12, nextflow: { revision: '-x' } } });
    expect(wrong.json.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual([
      'nextflow.revision',
      'priority',
    ]);
    const gone = await api.call(`/api/v1/runs/r000000000000000/${how}`, { body: {} });
    expect(gone.status).toBe(404);
  });

  test('refuses a run to continue or to repeat in the body', async () => {
    const api = await withFlow();
    const first = await ended(api);
    const { json: second } = await api.call(`/api/v1/runs/${first}/resume`, { body: {} });
    await over(api, second.run_id);
    for (const [field, body] of [
      ['nextflow.resume', { nextflow: { resume: 'r00000000000000a' } }],
      ['rerun_of', { rerun_of: first }],
    ] as const) {
      const path = `/api/v1/runs/${second.run_id}/${how}`;
      const { status, json } = await api.call(path, { body });
      expect([status, json.errors?.map((each: { field: string }) => each.field)]).toEqual([
        422,
        [field],
      ]);
    }
  });

  test('of an entry asks for nothing that the entry has to allow', async () => {
    const api = await withFlow();
    const first = await ended(api, { pipeline: 'flow' });
    const fixed = await api.call(`/api/v1/runs/${first}/${how}`, {
      body: { nextflow: { revision: 'v9' } },
    });
    expect(fixed.status).toBe(422);
    const { status, json } = await api.call(`/api/v1/runs/${first}/${how}`, { body: {} });
    expect(status).toBe(201);
    expect(json).toMatchObject({ pipeline: 'flow', params: { depth: 30 }, origin: { how } });
  });

  test('says that the entry was deleted since, or is of another kind', async () => {
    const api = await withFlow();
    const first = await ended(api, { pipeline: 'flow' });
    const path = `/api/v1/runs/${first}/${how}`;
    const cannot = `Run ${first} cannot be ${how === 'resume' ? 'resumed' : 'started again'}`;
    const refused = async (status: number, code: string, now: string) => {
      const { json } = await api.call(path, { body: {} });
      expect(json).toMatchObject({ detail: `${cannot}: its pipeline flow ${now}.` });
      expect([json.status, json.code]).toEqual(
        how === 'resume' ? [409, 'not_resumable'] : [status, code],
      );
    };
    await api.call('/api/v1/pipelines/flow', { method: 'DELETE' });
    await refused(404, 'no_such_pipeline', 'was deleted since');
    await api.call('/api/v1/pipelines', {
      body: { name: 'flow', container: { image: 'busybox' } },
    });
    await refused(422, 'invalid', 'is of kind container now, and not nextflow');
  });

  test('of a run that came from another one comes from that run alone', async () => {
    const api = await withFlow();
    const first = await ended(api);
    for (const before of ['resume', 'rerun'] as const) {
      const { json } = await api.call(`/api/v1/runs/${first}/${before}`, { body: {} });
      await over(api, json.run_id);
      const { status, json: last } = await api.call(`/api/v1/runs/${json.run_id}/${how}`, {
        body: {},
      });
      expect(status).toBe(201);
      expect(last.origin).toEqual({ run_id: json.run_id, how });
      await over(api, last.run_id);
    }
  });
});

test('a second resume is refused with the run that has the session, also with nextflow.resume', async () => {
  const api = await withFlow({ lines: [], endsAt: 60_000, exitCode: 1 });
  const first = await ended(api);
  const { json: second } = await api.call(`/api/v1/runs/${first}/resume`, { body: {} });
  for (const [path, body] of [
    [`/api/v1/runs/${first}/resume`, {}],
    ['/api/v1/runs', { pipeline: 'acme/flow', nextflow: { resume: first } }],
    ['/api/v1/runs?dry_run=true', { pipeline: 'acme/flow', nextflow: { resume: second.run_id } }],
  ] as const)
    expect(await api.call(path, { body })).toMatchObject({
      status: 409,
      json: { code: 'session_busy', run_id: second.run_id },
    });
});

test('a container that brought its image is run again without its entry', async () => {
  const api = await withFlow();
  const entry = { name: 'box', container: { image: 'busybox' }, overridable: ['container'] };
  await api.call('/api/v1/pipelines', { body: entry });
  const first = await ended(api, { pipeline: 'box', container: { image: 'other' } });
  await api.call('/api/v1/pipelines/box', { method: 'DELETE' });
  expect((await api.call(`/api/v1/runs/${first}/rerun`, { body: {} })).status).toBe(201);
});

test('a container is run again, not resumed, and with what was changed of it', async () => {
  const api = await withFlow();
  const first = await ended(api, { ...JOB, lane: 'wide' });
  expect(await api.call(`/api/v1/runs/${first}/resume`, { body: {} })).toMatchObject({
    status: 409,
    json: { code: 'not_resumable' },
  });
  const { status, json } = await api.call(`/api/v1/runs/${first}/rerun`, {
    body: { container: { args: ['other'] } },
  });
  expect(status).toBe(201);
  expect(json).toMatchObject({ container: { image: JOB.container.image, args: ['other'] } });
});
