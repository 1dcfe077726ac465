import { expect, it } from 'vitest';
import { JOB, testApi } from '../support.ts';

const RUNS = '/api/v1/runs';
const container = { image: 'busybox:1.37', command: ['true'] };
const FLOW = { pipeline: 'org/flow' };

it.each([
  ['container.resources.memory', { container: { ...container, resources: { memory: '512m' } } }],
  ['container.resources.cpu', { container: { ...container, resources: { cpu: '2Gi' } } }],
  ['container.resources.cpu', { container: { ...container, resources: { cpu: '0' } } }],
  ['container.image', { container: { image: 'Registry.example.org/My_Team/Aligner: 1.2\n' } }],
  ['container.env.1A', { container: { ...container, env: { '1A': 'x' } } }],
  ['labels."patient id"', { labels: { 'patient id': 'x' } }],
  ['params.a', { params: { a: '\ud83e' } }],
  ['params', { params: { '\udddd': 1 } }],
  ['triggered_by', { triggered_by: '\udddd x' }],
])('a run whose %s can never do is refused, and nothing is kept', async (field, body) => {
  const api = testApi();
  const answer = await api.call(RUNS, { body: { ...JOB, ...body } });
  expect(answer.status).toBe(422);
  expect(answer.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  expect((await api.call(RUNS)).json.runs).toEqual([]);
});

it.each([
  ['pipeline', { pipeline: ' -h/x' }],
  ['pipeline', { pipeline: '-h/x' }],
  ['pipeline', { pipeline: '@args/x' }],
  ['pipeline', { pipeline: 'org/flow ' }],
  ['revision', { ...FLOW, revision: '-x' }],
  ['revision', { ...FLOW, revision: 'a..b' }],
  ['revision', { ...FLOW, revision: 'a b' }],
  ['profile', { ...FLOW, profile: '-x' }],
])('a run of Nextflow whose %s is no such thing is refused: %j', async (field, body) => {
  const answer = await testApi().call(RUNS, { body });
  expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
});

it('the rule of a key is told, by the key that breaks it', async () => {
  const answer = await testApi().call(RUNS, { body: { ...JOB, labels: { 'patient id': 'x' } } });
  expect(answer.json.errors).toEqual([
    { field: 'labels."patient id"', message: 'must be 1 to 63 of letters, digits and . _ / -' },
  ]);
});

it('a revision is one thing for requests and entries', async () => {
  const api = testApi();
  const revision = '1.0.0+build.5';
  expect(await api.call(RUNS, { body: { ...FLOW, revision } })).toMatchObject({
    status: 201,
    json: { revision },
  });
  const entry = { name: 'flow', kind: 'nextflow', source: 'org/flow' };
  const created = await api.call('/api/v1/pipelines', { body: { ...entry, revision } });
  expect(created.status).toBe(201);
  expect(await api.call(RUNS, { body: { pipeline: 'flow', revision } })).toMatchObject({
    status: 201,
    json: { revision },
  });
  const refused = await api.call('/api/v1/pipelines', {
    body: { ...entry, name: 'other', revision: '-x' },
  });
  expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'revision' }] } });
});

it('null stands for "not given" where a field may be left out', async () => {
  const api = testApi();
  const nulls = { params: null, lane: null, labels: null, deadline_seconds: null, priority: null };
  const inner = { ...container, args: null, env: null, resources: null };
  const body = { ...JOB, ...nulls, on_busy: null, target: null, container: inner };
  const answer = await api.call(RUNS, { body });
  expect(answer).toMatchObject({
    status: 201,
    json: { lane: 'default', params: {}, labels: {}, priority: 0 },
  });
  const entry = { name: 'job', kind: 'container', container: inner, lane: null, params: null };
  expect(await api.call('/api/v1/pipelines', { body: entry })).toMatchObject({
    status: 201,
    json: { lane: 'default', params: {}, container: { image: container.image } },
  });
  // Inside params it is a value.
  const valued = await api.call(RUNS, { body: { ...JOB, params: { a: null } } });
  expect(valued.json.params).toEqual({ a: null });
});

it('null is no value of a field that has to be there', async () => {
  expect(await testApi().call(RUNS, { body: { pipeline: null } })).toMatchObject({
    status: 422,
    json: { errors: [{ field: 'pipeline' }] },
  });
});

it('names of environment variables have dots and dashes', async () => {
  const env = { 'spring.datasource.url': 'x', 'my-var': 'y' };
  const body = { ...JOB, container: { ...container, env } };
  expect((await testApi().call(RUNS, { body })).status).toBe(201);
});

it.each([
  ['connection', { connection: 'nowhere' }],
  ['namespace', { namespace: 'a..b' }],
  ['service_account', { service_account: 'A' }],
  ['nextflow_image', { nextflow_image: 'a b' }],
  ['node_selector."a b"', { node_selector: { 'a b': 'x' } }],
  ['node_selector.disk', { node_selector: { disk: 'a b' } }],
  ['resources.cpu', { resources: { cpu: 'two' } }],
  ['resources.memory', { resources: { memory: '2 GB' } }],
])('a target whose %s no cluster would take is refused', async (field, change) => {
  const answer = await testApi().call('/api/v1/targets', { body: { name: 'big', ...change } });
  expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
});

it('an entry goes to a target that is there', async () => {
  const api = testApi();
  const body = { name: 'flow', kind: 'nextflow', source: 'org/flow', target: 'big' };
  expect(await api.call('/api/v1/pipelines', { body })).toMatchObject({
    status: 422,
    json: { errors: [{ field: 'target' }] },
  });
  await api.call('/api/v1/targets', { body: { name: 'big' } });
  expect((await api.call('/api/v1/pipelines', { body })).status).toBe(201);
});
