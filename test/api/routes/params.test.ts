/** Params arrive as they were sent: in the run's file, in its view, in entries, and in what is called the same. */
import { describe, expect, it } from 'vitest';
import { type Call, JOB, testApi } from '../support.ts';

const RUNS = '/api/v1/runs';
const PIPELINES = '/api/v1/pipelines';
const CONTAINER = '"kind":"container","container":{"image":"busybox:1.37"}';
const NUMBERS =
  '{"a":9007199254740993,"b":1.0,"c":0.10000000000000000555111512312578270,"d":1e10,"e":12345678901234567890,"f":-0.0,"g":1e-7,"h":"007","i":"1e10","j":"","k":null,"l":true,"m":"2026-01-02","n":2.50,"o":100000000000000000000000,"10":[1.0,{"2":1e400,"1":[]}],"9":{}}';

/** Keeps the params files that reach the cluster. */
function watchFiles(api: ReturnType<typeof testApi>): string[] {
  const files: string[] = [];
  const create = api.cluster.createConfig;
  api.cluster.createConfig = (config, owner) => {
    files.push(config.files['params.json'] ?? 'none');
    return create(config, owner);
  };
  return files;
}

const start = (api: ReturnType<typeof testApi>, params: string, call: Call = {}) =>
  api.call(RUNS, { ...call, raw: `{"pipeline":"t",${CONTAINER},"params":${params}}` });

describe('params', () => {
  it.each([
    ['in all digits, types and order', NUMBERS, NUMBERS],
    ['without white space and needless escapes', '{ "\\u0061" : [ 1.0 ,\n2 ] }', '{"a":[1.0,2]}'],
    ['line separators and all', '{"a":"\u2028"}', '{"a":"\u2028"}'],
    ['also where there are none', '{}', '{}'],
  ])('reach the file of the run and its views %s', async (_, sent, file) => {
    const api = testApi();
    const files = watchFiles(api);
    const started = await start(api, sent);
    expect(started.status).toBe(201);
    expect(files).toEqual([file]);
    const one = await api.call(`${RUNS}/${started.json.run_id}`);
    const list = await api.call(RUNS);
    for (const { text } of [started, one, list]) expect(text).toContain(`"params":${file}`);
    expect(one.text).toContain(`"request":{"pipeline":"t",${CONTAINER},"params":${file}}`);
    expect(list.json.runs[0]).not.toHaveProperty('request');
  });

  it('of the legacy path arrive as well', async () => {
    const api = testApi();
    const files = watchFiles(api);
    const raw = '{"pipeline":"a/b","parameters":{"x":1.0,"revision":1.10,"7":9007199254740993}}';
    expect((await api.call('/api/v1/pipeline/run', { raw })).status).toBe(200);
    expect(files).toEqual(['{"x":1.0,"7":9007199254740993}']);
    expect((await api.call(RUNS)).json.runs[0].revision).toBe('1.10');
  });

  it('have no name twice, at any depth', async () => {
    const answer = await start(testApi(), '{"a":{"b":1,\n"c":[{"d":1,"d":1}]}}');
    const field = 'params.a.c.0.d';
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
    expect(answer.json.errors[0].message).toBe('is there twice (line 2, column 13)');
  });

  it.each(['[1]', '"a"', '1', 'true'])('are an object, not %s', async (params) => {
    const answer = await start(testApi(), params);
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'params' }] } });
  });

  it('have names of 200 characters at most', async () => {
    const name = 'n'.repeat(201);
    const answer = await start(testApi(), `{"${name}":1}`);
    const field = `params.${'n'.repeat(99)}…`;
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
  });
});

describe('the request of a view', () => {
  it.each([
    { ...JOB, params: { a: [1, null], 10: 1.5 }, labels: { x: 'y' }, priority: 3, lane: null },
    { pipeline: 'org/flow', revision: '1.0.0+build.5', on_busy: 'attach', deadline_seconds: 9 },
  ])('is what was sent, and starts the same once more: %j', async (body) => {
    const api = testApi();
    const first = await api.call(RUNS, { body });
    const { request } = (await api.call(`${RUNS}/${first.json.run_id}`)).json;
    expect(request).toEqual(body);
    await api.call(`${RUNS}/${first.json.run_id}/cancel`, { method: 'POST', body: {} });
    const again = await api.call(RUNS, { body: { ...request, on_busy: 'queue' } });
    expect(again.status).toBe(201);
    for (const name of ['pipeline', 'params', 'labels', 'priority', 'revision', 'lane'])
      expect(again.json[name]).toEqual(first.json[name]);
  });

  it('of the legacy path starts the same by the new one', async () => {
    const api = testApi();
    const body = { pipeline: 'a/b', parameters: { x: 1, profile: 'test' }, triggered_by: 'me' };
    const { run_id } = (await api.call('/api/v1/pipeline/run', { body })).json;
    const view = (await api.call(`${RUNS}/${run_id}`)).json;
    const again = await api.call(RUNS, { body: { ...view.request, on_busy: 'queue' } });
    expect(again).toMatchObject({ status: 201, json: { params: { x: 1 }, profile: 'test' } });
  });
});

describe('two requests', () => {
  const KEY = { headers: { 'idempotency-key': 'k' } };
  it.each([
    ['9007199254740993', '9007199254740992'],
    ['1', '1.0'],
    ['100000000000000000000001', '100000000000000000000002'],
    ['1e400', '1e401'],
    ['[1,2]', '[2,1]'],
    ['"1"', '1'],
    ['null', '{}'],
  ])('with %s and %s are not the same', async (a, b) => {
    const api = testApi();
    await start(api, `{"x":${a}}`, KEY);
    const other = await start(api, `{"x":${b}}`, KEY);
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_mismatch' } });
    const attach = `{"pipeline":"t",${CONTAINER},"on_busy":"attach","params":{"x":${b}}}`;
    expect((await api.call(RUNS, { raw: attach })).json).toMatchObject({
      attached: true,
      differs: true,
    });
  });

  it('are the same in spite of white space, order and escapes', async () => {
    const api = testApi();
    const first = await start(api, '{"x":{"a":1.0,"10":"ü/"},"y":2}', KEY);
    const raw = `{ "params": {"y":2, "x":{"10":"\\u00fc\\/","a":1.0}}, "pipeline":"t", ${CONTAINER} }`;
    const again = await api.call(RUNS, { raw, ...KEY });
    expect(again).toMatchObject({ status: 200, json: { run_id: first.json.run_id } });
    const attach = raw.replace('{', '{"on_busy":"attach",');
    expect((await api.call(RUNS, { raw: attach })).json).toMatchObject({ differs: false });
  });
});

describe('an entry', () => {
  const entry = (more: string) => `{"name":"e",${CONTAINER},${more}}`;

  it('keeps its params as they were sent', async () => {
    const api = testApi();
    const files = watchFiles(api);
    const raw = entry(
      `"params":${NUMBERS},"params_schema":{"maximum":1.0,"default":{"10":1,"9":2}}`,
    );
    const created = await api.call(PIPELINES, { raw });
    for (const { text } of [created, await api.call(PIPELINES), await api.call(`${PIPELINES}/e`)]) {
      expect(text).toContain(`"params":${NUMBERS}`);
      expect(text).toContain('"params_schema":{"maximum":1.0,"default":{"10":1,"9":2}}');
    }
    const put = await api.call(`${PIPELINES}/e`, { method: 'PUT', raw: created.text });
    expect(put.text).toBe(created.text.replace('"version":1', '"version":2'));
    await api.call(RUNS, { body: { pipeline: 'e' } });
    expect(files).toEqual([NUMBERS]);
  });

  it.each([
    // The inputs that were reported.
    [
      '{"aligner":{"name":"star","threads":4},"outdir":"/r","tags":["a","b"]}',
      '{"aligner":{"threads":8},"tags":null}',
      '{"aligner":{"name":"star","threads":8},"outdir":"/r","tags":null}',
    ],
    // Its keys come first, then new ones, each where it was sent.
    [
      '{"b":1,"a":{"z":1}}',
      '{"10":1.0,"a":{"c":2,"z":3.0},"b":2}',
      '{"b":2,"a":{"z":3.0,"c":2},"10":1.0}',
    ],
    // What is no object on both sides replaces.
    [
      '{"a":{"x":1},"b":[1,2],"c":1}',
      '{"a":[1],"b":[3],"c":{"y":{}}}',
      '{"a":[1],"b":[3],"c":{"y":{}}}',
    ],
    [
      '{"a":{"b":{"c":{"d":1,"e":2}}}}',
      '{"a":{"b":{"c":{"d":null}}}}',
      '{"a":{"b":{"c":{"d":null,"e":2}}}}',
    ],
    ['{"a":null}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['{"a":{}}', '{}', '{"a":{}}'],
  ])('of %s takes %s to %s, and the run shows it', async (own, asked, merged) => {
    const api = testApi();
    const files = watchFiles(api);
    await api.call(PIPELINES, { raw: entry(`"params":${own}`) });
    const started = await api.call(RUNS, { raw: `{"pipeline":"e","params":${asked}}` });
    expect(started.text).toContain(`"params":${merged}`);
    expect(files).toEqual([merged]);
  });

  it('holds a fixed param by its digits', async () => {
    const api = testApi();
    await api.call(PIPELINES, {
      raw: entry('"params":{"seed":9007199254740993},"fixed_params":["seed"]'),
    });
    const ask = (seed: string) =>
      api.call(RUNS, { raw: `{"pipeline":"e","params":{"seed":${seed}}}` });
    expect((await ask('9007199254740993')).status).toBe(201);
    const refused = await ask('9007199254740992');
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'params.seed' }] } });
    expect(refused.json.detail).toContain('is fixed to 9007199254740993');
  });
});
