import { describe, expect, it } from 'vitest';
import { DRAINED_BYTES_MAX, DRAINED_MS, REQUEST_BYTES_MAX } from '../../../src/core/limits.ts';
import { ADMIN, JOB, testApi } from '../support.ts';

const RUNS = '/api/v1/runs';

describe('a body', () => {
  it.each([
    ['POST', RUNS],
    ['PUT', '/api/v1/lanes/x'],
    ['POST', '/api/v1/pipelines'],
    ['PUT', '/api/v1/targets/x'],
    ['PUT', '/api/v1/domains/x/policy'],
    ['POST', '/api/v1/tokens'],
  ])('is asked for where there is none: %s %s', async (method, path) => {
    const api = testApi();
    for (const raw of [undefined, '', ' \n']) {
      const answer = await api.call(path, { method, ...(raw !== undefined && { raw }) });
      expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'body' }] } });
    }
    expect((await api.call('/api/v1/lanes/x')).status).toBe(404);
  });

  it('is asked for at the legacy paths in their words', async () => {
    const answer = await testApi().call('/api/v1/pipeline/run', { method: 'POST' });
    expect(answer).toMatchObject({ status: 422, json: { detail: [{ loc: ['body'] }] } });
  });

  it('is not needed to cancel or to negotiate, also where no token is', async () => {
    for (const open of [false, true]) {
      const api = testApi({ openMode: open });
      const none = { method: 'POST', headers: { host: 'localhost' }, ...(open && { token: null }) };
      const { run_id } = (await api.call(RUNS, { body: JOB })).json;
      await api.clock.advance(1_000);
      expect((await api.call(`${RUNS}/${run_id}/cancel`, none)).status).toBe(202);
      expect((await api.call('/api/v1/negotiate', none)).status).toBe(200);
    }
  });

  it('of a run is 256 KiB at most, with all its white space; of an entry more', async () => {
    const api = testApi();
    const padded = (body: object) => JSON.stringify(body) + ' '.repeat(REQUEST_BYTES_MAX);
    for (const path of [RUNS, `${RUNS}/r0123456789abcde/cancel`, '/api/v1/pipeline/run'])
      expect((await api.call(path, { raw: padded(JOB) })).status).toBe(413);
    const entry = { name: 'flow', kind: 'nextflow', source: 'org/flow' };
    expect((await api.call('/api/v1/pipelines', { raw: padded(entry) })).status).toBe(201);
  });

  it('tells both limits where escapes make too much of a script that is not too large', async () => {
    const api = testApi();
    const script = `# ${'ä'.repeat(65_000)}`;
    const plain = JSON.stringify({ pipeline: 'x', shell: { script, image: 'busybox:1.37' } });
    const escaped = plain.replaceAll('ä', '\\u00e4');
    expect(JSON.parse(escaped)).toEqual(JSON.parse(plain));
    const refused = await api.call(RUNS, { raw: escaped });
    expect(refused.status).toBe(413);
    for (const part of ['262144 bytes as it was sent', '131072 bytes of UTF-8', '\\u00e4'])
      expect(refused.json.detail).toContain(part);
    expect((await api.call(RUNS, { raw: plain })).status).toBe(201);
  });

  it('of a great many values is refused before any of them is looked at', async () => {
    const raw = JSON.stringify({ ...JOB, params: { x: Array.from({ length: 80_000 }, () => []) } });
    const answer = await testApi().call(RUNS, { raw });
    expect(answer).toMatchObject({
      status: 422,
      json: {
        errors: [
          {
            field: 'body',
            message: expect.stringContaining('has more than 20000 names and values'),
          },
        ],
      },
    });
  });
});

it.each([
  [400, '{"pipeline":"a/b",\n "lane":}', 'a value is missing (line 2, column 9)'],
  [422, '{"pipeline":"a/b",\n "pipeline":"c/d"}', 'pipeline is there twice (line 2, column 2)'],
])('is told by its line: %d for %s', async (status, raw, detail) => {
  const answer = await testApi().call(RUNS, { raw });
  expect(answer).toMatchObject({ status, json: { detail: expect.stringContaining(detail) } });
});

describe('what is left of a refused body', () => {
  const PIECE = 65_536;
  /** Sends pieces as they are asked for, `count` of them, and then stays silent for `hangs`. */
  async function send(
    api: ReturnType<typeof testApi>,
    options: { path?: string; token?: string; count: number; hangs?: boolean },
  ) {
    const { path = RUNS, token = ADMIN, count, hangs } = options;
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent < count) {
          sent += 1;
          controller.enqueue(new Uint8Array(PIECE).fill(32));
          return undefined;
        }
        if (hangs) return new Promise(() => undefined);
        controller.close();
        return undefined;
      },
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method: 'POST', body, duplex: 'half', headers } as RequestInit;
    const answered = Promise.resolve(api.app.request(path, init));
    return { answered, sent: () => sent };
  }

  it.each([
    [413, {}],
    [401, { token: 'wrong' }],
    [404, { path: '/nowhere' }],
    [405, { path: `${RUNS}/r0123456789abcde` }],
  ])('is read before the %d, for clients that send all before they read', async (status, more) => {
    const { answered, sent } = await send(testApi(), { count: 100, ...more });
    expect((await answered).status).toBe(status);
    expect(sent()).toBe(100);
  });

  it('is read so far and no further', async () => {
    const most = DRAINED_BYTES_MAX / PIECE;
    const { answered, sent } = await send(testApi(), { count: Number.POSITIVE_INFINITY });
    expect((await answered).status).toBe(413);
    expect(sent()).toBeGreaterThan(most);
    expect(sent()).toBeLessThan(most + 100);
  });

  it('is waited for so long and no longer', async () => {
    const api = testApi();
    const { answered } = await send(api, { token: 'wrong', count: 1, hangs: true });
    while (api.clock.sleeping() === 0) await new Promise(setImmediate);
    await api.clock.advance(DRAINED_MS);
    expect((await answered).status).toBe(401);
  });
});
