import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json/text.ts';
import { toTree } from '../../../src/core/json/write.ts';
import { checkParams, judgeSchema } from '../../../src/core/schema/params.ts';
import { tickUntil } from '../../support/world.ts';
import { JOB, testApi } from '../support.ts';

type TestApi = ReturnType<typeof testApi>;
const PIPELINE = { name: 'rna', kind: 'nextflow', nextflow: { source: 'nf-core/rnaseq' } };
const TARGET = { name: 'big', namespace: 'big' };
const put = (api: TestApi, path: string, body: object, headers = {}) =>
  api.call(path, { method: 'PUT', body, headers });

describe.each([
  ['pipelines', PIPELINE, { description: 'changed' }],
  ['targets', TARGET, { service_account: 'changed' }],
])('%s', (plural, entry, change) => {
  const base = `/api/v1/${plural}`;
  const path = `${base}/${entry.name}`;

  it('are created, read, listed, replaced and deleted', async () => {
    const api = testApi();
    const created = await api.call(base, { body: entry });
    expect(created).toMatchObject({ status: 201, json: entry });
    expect(created.headers.get('location')).toBe(path);
    expect((await api.call(path)).json).toEqual(created.json);
    expect((await api.call(base)).json[plural]).toContainEqual(created.json);
    const changed = await put(api, path, { ...entry, ...change });
    expect(changed).toMatchObject({ status: 200, json: change });
    expect((await api.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(path)).status).toBe(404);
    expect((await api.call(path, { method: 'DELETE' })).status).toBe(404);
    expect((await put(api, path, entry)).status).toBe(404);
  });

  it('are created once', async () => {
    const api = testApi();
    await api.call(base, { body: entry });
    expect(await api.call(base, { body: entry })).toMatchObject({
      status: 409,
      json: { code: 'conflict' },
    });
  });

  it('keep the name of their path, and have names that are DNS labels', async () => {
    const api = testApi();
    await api.call(base, { body: entry });
    expect(await put(api, path, { ...entry, name: 'other' })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'name' }] },
    });
    expect(await api.call(base, { body: { ...entry, name: 'A/b' } })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'name' }] },
    });
    expect((await api.call(`${base}/a%2Fb`)).status).toBe(404);
    expect((await api.call(`${base}/A`, { method: 'DELETE' })).status).toBe(404);
    expect(await api.call(base, { body: { ...entry, odd: 1 } })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'odd' }] },
    });
  });

  it('are lost by nobody when two change them at once', async () => {
    const api = testApi();
    await api.call(base, { body: entry });
    const answers = await Promise.all([
      put(api, path, entry),
      put(api, path, { ...entry, ...change }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a pipeline', () => {
  it('is saved only with a schema that compiles', async () => {
    const api = testApi();
    for (const params_schema of [
      { type: 'objekt' },
      { $ref: 'https://example.org/schema.json' },
      { $schema: 'http://json-schema.org/draft-04/schema#' },
      { pattern: '(' },
    ]) {
      const answer = await api.call('/api/v1/pipelines', { body: { ...PIPELINE, params_schema } });
      expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'params_schema' }] } });
    }
    expect((await api.call('/api/v1/pipelines')).json.pipelines).toEqual([]);
  });

  it('says what it launches: a source or a container, not both', async () => {
    const api = testApi();
    const both = await api.call('/api/v1/pipelines', {
      body: { ...PIPELINE, container: JOB.container },
    });
    expect(both).toMatchObject({ status: 422, json: { errors: [{ field: 'container' }] } });
    const none = await api.call('/api/v1/pipelines', { body: { name: 'x', kind: 'nextflow' } });
    expect(none).toMatchObject({ status: 422, json: { errors: [{ field: 'nextflow.source' }] } });
  });

  it('is listed with all others, also beyond a thousand', async () => {
    const api = testApi();
    const body = (name: string) => ({
      body: new TextEncoder().encode(JSON.stringify({ ...PIPELINE, name })),
    });
    for (let start = 0; start < 1_050; start += 50) {
      const names = Array.from(
        { length: 50 },
        (_, index) => `p${String(start + index).padStart(4, '0')}`,
      );
      await api.store.commit(
        'catalogue',
        'default.pipelines',
        names.map((name) => ({
          op: 'insert' as const,
          key: `entry.${name}`,
          values: body(name),
        })),
      );
    }
    const { pipelines } = (await api.call('/api/v1/pipelines')).json;
    expect(new Set(pipelines.map(({ name }: { name: string }) => name)).size).toBe(1_050);
    expect(pipelines).toHaveLength(1_050);
  });
});

describe('the target default', () => {
  it('is there before anyone saved it, and again after it is deleted', async () => {
    const api = testApi();
    const path = '/api/v1/targets/default';
    const implicit = await api.call(path);
    expect(implicit.json).toMatchObject({
      name: 'default',
      connection: 'default',
      namespace: 'sluice',
    });
    expect((await api.call('/api/v1/targets')).json.targets).toEqual([implicit.json]);
    const etag = implicit.headers.get('etag') ?? '';
    const changed = await put(
      api,
      path,
      { ...implicit.json, namespace: 'mine' },
      { 'if-match': etag },
    );
    expect(changed).toMatchObject({ status: 200, json: { namespace: 'mine' } });
    expect((await put(api, path, implicit.json, { 'if-match': etag })).status).toBe(412);
    await api.call(path, { method: 'DELETE' });
    expect((await api.call(path)).json).toEqual(implicit.json);
  });

  it('is not moved while a run is on it, but may change what new runs get', async () => {
    const api = testApi();
    const path = '/api/v1/targets/default';
    const { json: target } = await api.call(path);
    const { run_id } = (await api.call('/api/v1/runs', { body: JOB })).json;
    const moved = await put(api, path, { ...target, namespace: 'elsewhere' });
    expect(moved).toMatchObject({
      status: 409,
      json: { code: 'conflict', detail: expect.stringContaining(run_id) },
    });
    expect(
      (await put(api, path, { ...target, nextflow_image: 'nextflow/nextflow:26.04.0' })).status,
    ).toBe(200);
    await tickUntil(
      api.world,
      api.clock,
      async () => (await api.call(`/api/v1/runs/${run_id}`)).json.state === 'succeeded',
    );
    expect((await put(api, path, { ...target, namespace: 'elsewhere' })).status).toBe(200);
  });
});

describe('checkParams', () => {
  const tree = (value: object) => toTree(value) as JsonObject;
  const fields = async (schema: object, params: object) =>
    (await checkParams(tree(schema), tree(params))).map(({ field }) => field);
  const faultOf = async (schema: object) => (await judgeSchema(tree(schema))).fault;

  it.each([
    ['a missing one', { required: ['input'] }, {}, 'params.input'],
    ['an unknown one', { additionalProperties: false }, { x: 1 }, 'params.x'],
    ['a wrong type', { properties: { n: { type: 'integer' } } }, { n: 'a' }, 'params.n'],
    [
      'one inside',
      { properties: { a: { properties: { 'b/c': { minimum: 5 } } } } },
      { a: { 'b/c': 1 } },
      'params.a.b/c',
    ],
    [
      'an item',
      { properties: { a: { items: { type: 'string' } } } },
      { a: ['x', 1] },
      'params.a.1',
    ],
    ['a format', { properties: { a: { format: 'date' } } }, { a: 'x' }, 'params.a'],
  ])('names the field of %s', async (_, schema, params, field) => {
    expect(await fields(schema, params)).toEqual([field]);
  });

  it('takes schemas made for Nextflow: definitions, allOf, and keywords and formats of its own', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema',
      definitions: {
        io: {
          type: 'object',
          fa_icon: 'fas fa-terminal',
          required: ['input'],
          properties: {
            input: {
              type: 'string',
              format: 'file-path',
              exists: true,
              mimetype: 'text/csv',
              help_text: 'x',
            },
            outdir: { type: 'string', format: 'directory-path' },
          },
        },
      },
      allOf: [{ $ref: '#/definitions/io' }],
    };
    expect(await faultOf(schema)).toBeUndefined();
    expect(await fields(schema, { input: '/data/a.csv' })).toEqual([]);
    expect(await fields(schema, { outdir: 1 })).toEqual(['params.input', 'params.outdir']);
    const newer = {
      ...schema,
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: schema.definitions,
      allOf: [{ $ref: '#/$defs/io' }],
    };
    expect(await fields(newer, {})).toEqual(['params.input']);
  });

  it('tells two schemas with the same $id apart', async () => {
    const one = { $id: 'https://example.org/a', required: ['a'] };
    const two = { $id: 'https://example.org/a', required: ['b'] };
    expect(await fields(one, {})).toEqual(['params.a']);
    expect(await fields(two, {})).toEqual(['params.b']);
  });

  it('says twenty things at most', async () => {
    const params = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, 1]));
    expect(await fields({ additionalProperties: false }, params)).toHaveLength(20);
  });

  it('refuses schemas that are too large, and lets none grow when it is compiled', async () => {
    expect(await faultOf({ description: 'x'.repeat(300_000) })).toContain('larger');
    const names = (prefix: string, count: number, value: object) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [prefix + index, value]));
    const large = { properties: names('k', 500, { type: 'string', minLength: 3 }) };
    const schema = { $defs: { large }, properties: names('p', 2_000, { $ref: '#/$defs/large' }) };
    expect(await faultOf(schema)).toBeUndefined();
  });
});
