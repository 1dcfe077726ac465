/** What an entry of the catalogue makes of params: checks, warnings, sizes. */
import { describe, expect, it } from 'vitest';
import { KIB } from '../../../src/core/limits.ts';
import { LAUNCH_BYTES_MAX } from '../../../src/core/params-limits.ts';
import { JOB, testApi } from '../support.ts';

const RUNS = '/api/v1/runs';
const PIPELINES = '/api/v1/pipelines';
const FLOW = { kind: 'nextflow', source: 'org/flow', name: 'sch' };
const ENTRY = { name: 'e', kind: 'container', container: JOB.container };

async function withEntry(body: object) {
  const api = testApi();
  const created = await api.call(PIPELINES, { body });
  const name = (body as { readonly name: string }).name;
  const start = (params: object) => api.call(RUNS, { body: { pipeline: name, params } });
  return { api, created, start };
}

describe('a schema', () => {
  it.each([
    // The inputs that were reported.
    ['https://json-schema.org/draft/2020-12/schema', '(?i)^(forward|reverse)$', 'Forward', 'up'],
    ['http://json-schema.org/draft-07/schema', '^[A-Z]+\\-\\d+\\_[a-z]+$', 'A-1_b', 'A-1'],
    ['http://json-schema.org/draft-07/schema#', '^\\p{Alnum}++\\z', 'a1', 'a-'],
  ])('of %s has the pattern %s of Java, which is checked', async ($schema, pattern, good, bad) => {
    const properties = { x: { type: 'string', pattern } };
    const params_schema = { $schema, type: 'object', properties };
    const { created, start } = await withEntry({ ...FLOW, params_schema });
    expect(created).toMatchObject({ status: 201, json: { warnings: [], params_schema } });
    expect((await start({ x: good })).status).toBe(201);
    const refused = await start({ x: bad });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'params.x' }] } });
  });

  it('says what it leaves to the pipeline, also when it is read, changed or sent again', async () => {
    const schema = (pattern: string) => ({ properties: { x: { pattern } } });
    const { api, created, start } = await withEntry({ ...FLOW, params_schema: schema('^(?!a)') });
    const warnings = [
      'params_schema.properties.x.pattern: the pattern ^(?!a) is not checked, it uses look-around',
    ];
    expect(created).toMatchObject({ status: 201, json: { warnings } });
    expect((await api.call(PIPELINES)).json.pipelines[0].warnings).toEqual(warnings);
    const read = await api.call(`${PIPELINES}/sch`);
    expect(read.json.warnings).toEqual(warnings);
    expect((await start({ x: 'a' })).status).toBe(201);
    const put = (body: object) => api.call(`${PIPELINES}/sch`, { method: 'PUT', body });
    expect((await put(read.json)).json.warnings).toEqual(warnings);
    const mended = { ...read.json, params_schema: schema('^[^a]') };
    expect((await put(mended)).json.warnings).toEqual([]);
  });

  it('holds numbers by their digits', async () => {
    const raw = `{"name":"sch","kind":"nextflow","source":"org/flow","params_schema":{"properties":{"seed":{"maximum":9007199254740992}}}}`;
    const api = testApi();
    expect((await api.call(PIPELINES, { raw })).status).toBe(201);
    const start = (seed: string) =>
      api.call(RUNS, { raw: `{"pipeline":"sch","params":{"seed":${seed}}}` });
    expect((await start('9007199254740992')).status).toBe(201);
    expect((await start('9007199254740993')).json.errors).toEqual([
      { field: 'params.seed', message: 'must be at most 9007199254740992' },
    ]);
  });

  it('is held by what entry and request are together', async () => {
    const params_schema = { properties: { a: { required: ['x', 'y'] } } };
    const { start } = await withEntry({ ...ENTRY, params: { a: { x: 1 } }, params_schema });
    expect((await start({ a: { y: 1 } })).status).toBe(201);
    expect((await start({ a: { z: 1 } })).json.errors[0].field).toBe('params.a.y');
  });
});

describe('params that an entry does not know', () => {
  it('are refused where its schema says so', async () => {
    const params_schema = { properties: { genome: {} }, additionalProperties: false };
    const { start } = await withEntry({ ...FLOW, params_schema });
    const refused = await start({ genome: 'x', genom: 'y' });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'params.genom' }] } });
    expect((await start({ genome: 'x' })).json.unchecked_params).toEqual([]);
  });

  it('are taken without a schema, and named: by the answer, its replay and the run', async () => {
    const { api } = await withEntry({ ...FLOW, params: { genome: 'a', outDir: '/r' } });
    const body = { pipeline: 'sch', params: { genom: 'x', genome: 'b', 'out-dir': '/x', 10: 1 } };
    const headers = { 'idempotency-key': 'k' };
    const first = await api.call(RUNS, { body, headers });
    expect(first).toMatchObject({
      status: 201,
      json: { unchecked_params: ['10', 'genom', 'out-dir'] },
    });
    const again = await api.call(RUNS, { body, headers });
    const read = await api.call(`${RUNS}/${first.json.run_id}`);
    for (const { json } of [again, read])
      expect(json.unchecked_params).toEqual(['10', 'genom', 'out-dir']);
  });

  it('are none where there is no entry', async () => {
    const { json } = await testApi().call(RUNS, { body: { ...JOB, params: { a: 1 } } });
    expect(json.unchecked_params).toEqual([]);
  });
});

describe('a run that entry and request make too large', () => {
  const big = (bytes: number) => 'x'.repeat(bytes);

  it('is refused with its sizes, and nothing is kept', async () => {
    const params = { a: big(450 * KIB) };
    const { api, start } = await withEntry({ ...ENTRY, params });
    const refused = await start({ b: big(100 * KIB) });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'params' }] } });
    const bytes = JSON.stringify({ ...params, b: big(100 * KIB) }).length;
    expect(refused.json.detail).toContain(`params of ${bytes} bytes`);
    expect(refused.json.detail).toContain(`at most ${LAUNCH_BYTES_MAX} together`);
    for (const table of ['work', 'runs', 'idempotency'] as const)
      expect(api.store.dump(table)).toEqual([]);
  });

  it('by its container is refused by that', async () => {
    const env = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`A${at}`, big(32_000)]));
    const container = { ...JOB.container, env };
    const { start } = await withEntry({ ...ENTRY, container });
    expect((await start({ b: big(120 * KIB) })).json.errors[0].field).toBe('container');
  });

  it('is taken up to there, with all that a request can hold', async () => {
    const { api, created } = await withEntry({ ...ENTRY, params: { a: big(380 * KIB) } });
    expect(created.status).toBe(201);
    const env = { A: big(30_000), B: big(30_000) };
    const container = { ...JOB.container, env };
    const change = { ...created.json, overridable: ['container'] };
    await api.call(`${PIPELINES}/e`, { method: 'PUT', body: change });
    const body = { pipeline: 'e', container, params: { b: big(60 * KIB) } };
    expect((await api.call(RUNS, { body })).status).toBe(201);
  });

  it('is not one that is only nested: its file has no white space', async () => {
    const deep = (depth: number): unknown => (depth === 0 ? [] : [deep(depth - 1)]);
    const params = { a: Array.from({ length: 300 }, () => deep(60)) };
    const answer = await testApi().call(RUNS, { body: { ...JOB, params } });
    expect(answer.status).toBe(201);
  });

  it('an entry itself is 512 KiB at most, and up to there is kept', async () => {
    const api = testApi();
    const entry = (bytes: number) => ({ ...ENTRY, params: { a: big(bytes) } });
    const refused = await api.call(PIPELINES, { body: entry(513 * KIB) });
    expect(refused.status).toBe(422);
    expect(refused.json.detail).toMatch(/has \d+ bytes of JSON, at most 524288 are kept/);
    expect((await api.call(PIPELINES, { body: entry(511 * KIB) })).status).toBe(201);
  });
});
