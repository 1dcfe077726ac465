/** Conditional requests: the same rules for pipelines, targets and lanes. */
import { describe, expect, it } from 'vitest';
import { Conflict } from '../../../src/ports/store.ts';
import { JOB, testApi } from '../support.ts';
import { whileWaiting } from '../wait.ts';

type TestApi = ReturnType<typeof testApi>;
const PIPELINE = { name: 'x', kind: 'nextflow', nextflow: { source: 'org/flow' } };

const put = (api: TestApi, path: string, body: object, headers = {}) =>
  api.call(path, { method: 'PUT', body, headers });
const remove = (api: TestApi, path: string, headers = {}) =>
  api.call(path, { method: 'DELETE', headers });
const tagOf = async (api: TestApi, path: string) =>
  (await api.call(path)).headers.get('etag') ?? '';

describe.each([
  ['/api/v1/pipelines/x', { ...PIPELINE, description: 'one' }, { ...PIPELINE, description: 'two' }],
  ['/api/v1/targets/x', { name: 'x', namespace: 'one' }, { name: 'x', namespace: 'two' }],
  ['/api/v1/lanes/x', { capacity: 1 }, { capacity: 2 }],
])('%s', (path, one, two) => {
  /** An API that has it, and its first and its present version. */
  async function changed() {
    const api = testApi();
    const isLane = path.includes('lanes');
    await (isLane
      ? put(api, path, one)
      : api.call(path.slice(0, path.lastIndexOf('/')), { body: one }));
    const stale = await tagOf(api, path);
    const answer = await put(api, path, two);
    return { api, stale, now: answer.headers.get('etag') ?? '', json: answer.json };
  }

  it('has a version, which changes with it and with nothing else', async () => {
    const { api, stale, now } = await changed();
    expect(now).toMatch(/^"[\u0021\u0023-\u007e]+"$/);
    expect(await tagOf(api, path)).toBe(now);
    expect(now).not.toBe(stale);
  });

  it.each([
    ['one of the versions', (now: string) => `"old", ${now}`, 304],
    ['its weak form', (now: string) => `W/${now}`, 304],
    ['anything', () => '*', 304],
    ['a list with gaps', (now: string) => `, "a,b" ,, ${now} `, 304],
    ['another version', () => '"old"', 200],
    ['another version in quotes that are part of it', (now: string) => `"a${now.slice(1)}`, 200],
  ])('is not sent again to who has it: %s', async (_, tags, status) => {
    const { api, now, json } = await changed();
    for (const method of ['GET', 'HEAD']) {
      const headers = { 'if-none-match': tags(now) };
      const answer = await api.send(path, { method, headers });
      expect([answer.status, answer.headers.get('etag')]).toEqual([status, now]);
      const text = await answer.text();
      if (status === 304 || method === 'HEAD') expect(text).toBe('');
      else expect(JSON.parse(text)).toEqual(json);
    }
  });

  it('is read only at a version that is asked for', async () => {
    const { api, stale, now } = await changed();
    const status = async (tags: string) =>
      (await api.call(path, { headers: { 'if-match': tags } })).status;
    expect(await status(`${stale}, ${now}`)).toBe(200);
    expect(await status('*')).toBe(200);
    expect(await status(stale)).toBe(412);
  });

  it.each([
    ['a stale one', { 'if-match': (stale: string) => stale }],
    ['a weak one, which is never the same', { 'if-match': (_: string, now: string) => `W/${now}` }],
    ['none of the versions', { 'if-none-match': (_: string, now: string) => `"a", W/${now}` }],
    ['that there is none', { 'if-none-match': () => '*' }],
  ])('is changed or deleted by nobody who asks for %s', async (_, wanted) => {
    const { api, stale, now, json } = await changed();
    const headers = Object.fromEntries(
      Object.entries(wanted).map(([name, tags]) => [name, tags(stale, now)]),
    );
    const refused = { status: 412, json: { code: 'precondition_failed', retry: false } };
    expect(await put(api, path, one, headers)).toMatchObject(refused);
    expect(await remove(api, path, headers)).toMatchObject(refused);
    const after = await api.call(path);
    expect([after.json, after.headers.get('etag')]).toEqual([json, now]);
  });

  it.each([{ 'if-match': '"old", NOW' }, { 'if-match': '*' }, { 'if-none-match': '"old"' }])(
    'is changed and deleted by who asks for what is there: %j',
    async (wanted) => {
      const { api, now } = await changed();
      const at = (tag: string) =>
        Object.fromEntries(Object.entries(wanted).map(([k, v]) => [k, v.replace('NOW', tag)]));
      const answer = await put(api, path, one, at(now));
      expect(answer.status).toBe(200);
      expect((await remove(api, path, at(answer.headers.get('etag') ?? ''))).status).toBe(204);
      expect((await api.call(path)).status).toBe(404);
      expect((await remove(api, path, at(now))).status).toBe(404);
    },
  );

  it.each(['', 'x', 'W/', '"a" "b"', '"a"; "b"', '*, "a"', 'w/"a"', '"a'])(
    'takes no tags that are none: %s',
    async (tags) => {
      const { api } = await changed();
      for (const name of ['if-match', 'if-none-match'])
        for (const answer of [
          await put(api, path, one, { [name]: tags }),
          await remove(api, path, { [name]: tags }),
        ])
          expect(answer).toMatchObject({
            status: 422,
            json: { errors: [{ field: `header.${name}` }] },
          });
    },
  );

  it('is not deleted in a version that came between', async () => {
    const { api, now } = await changed();
    const table = path.includes('lanes') ? 'lanes' : 'catalogue';
    const { commit } = api.store;
    let between = true;
    api.store.commit = async (name, partition, writes) => {
      if (name === table && between) {
        between = false;
        expect((await put(api, path, one)).status).toBe(200);
      }
      return commit(name, partition, writes);
    };
    const answer = await whileWaiting(api.clock, 10, remove(api, path, { 'if-match': now }));
    expect(answer.status).toBe(412);
    expect((await api.call(path)).json).toMatchObject(one);
    expect((await remove(api, path)).status).toBe(204);
  });
});

describe('a lane', () => {
  const path = '/api/v1/lanes/x';

  it('is made by who asks that there is none, and by nobody who asks for a version', async () => {
    const api = testApi();
    expect((await put(api, path, {}, { 'if-match': '*' })).status).toBe(412);
    expect((await api.call(path)).status).toBe(404);
    expect((await put(api, path, {}, { 'if-none-match': '*' })).status).toBe(200);
  });

  it('has another version when a run comes or goes', async () => {
    const api = testApi();
    const before = await tagOf(api, '/api/v1/lanes/default');
    await api.call('/api/v1/runs', { body: JOB });
    expect(await tagOf(api, '/api/v1/lanes/default')).not.toBe(before);
  });

  it('is changed once, also where the answer of storage is lost', async () => {
    const api = testApi();
    const etag = (await put(api, path, { capacity: 1 })).headers.get('etag') ?? '';
    const { commit } = api.store;
    let lost = 1;
    api.store.commit = async (...args) => {
      const etags = await commit(...args);
      if (args[0] === 'lanes' && lost-- > 0) throw new Error('no answer');
      return etags;
    };
    const answer = await whileWaiting(
      api.clock,
      10,
      put(api, path, { capacity: 2 }, { 'if-match': etag }),
    );
    expect(answer).toMatchObject({ status: 200, json: { capacity: 2 } });
    lost = 1;
    const now = answer.headers.get('etag') ?? '';
    const gone = await whileWaiting(api.clock, 10, remove(api, path, { 'if-match': now }));
    expect(gone.status).toBe(204);
  });

  it('that is made again while it is deleted stays', async () => {
    const api = testApi();
    const etag = (await put(api, path, { capacity: 2 })).headers.get('etag') ?? '';
    const { commit } = api.store;
    let between = true;
    api.store.commit = async (table, partition, writes) => {
      if (table === 'catalogue' && between) {
        between = false;
        await put(api, path, { capacity: 3 });
        throw new Conflict('changed');
      }
      return commit(table, partition, writes);
    };
    const gone = await whileWaiting(api.clock, 10, remove(api, path, { 'if-match': etag }));
    expect(gone.status).toBe(204);
    expect((await api.call(path)).json).toMatchObject({ capacity: 3 });
    const { lanes } = (await api.call('/api/v1/lanes')).json;
    expect(lanes.map(({ name }: { name: string }) => name)).toContain('x');
  });
});
