/** The audit log: what is in it, who reads it, and what never gets into it. */
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/core/access/audit.ts';
import type { World } from '../../../src/ports/world.ts';
import { cleanUp, memoryWorld, START } from '../../support/world.ts';
import { sendExamples } from '../openapi/send-examples.ts';
import { ADMIN, type Answer, apiOn, JOB, testApi } from '../support.ts';

type TestApi = Pick<ReturnType<typeof testApi>, 'call'>;

const read = async (api: TestApi, query = '', token?: string): Promise<AuditEntry[]> => {
  const answer = await api.call(`/api/v1/audit?limit=1000&${query}`, { ...(token && { token }) });
  expect(answer.status).toBe(200);
  return answer.json.entries;
};

const tokenOf = async (api: TestApi, body: Record<string, unknown>): Promise<Answer['json']> =>
  (await api.call('/api/v1/tokens', { body: { name: 'a', scopes: ['admin'], ...body } })).json;

/** The kinds of things by operation; the others change something else than what their answer shows. */
const NOTHING = new Set(['legacyCancel']);

/** What drivers tell of their runs is no change by a caller; the run of the examples is of a kind that cannot be continued. */
const isElsewhere = (operation: string): boolean =>
  operation.startsWith('ingest') || operation === 'resumeRun';

describe('a change', () => {
  test('leaves exactly one entry, whatever operation it is', async () => {
    const api = testApi();
    const sent = new Map<string, string>();
    await sendExamples(
      api,
      ({ method, operationId }) => method !== 'GET' && !isElsewhere(operationId),
      ({ operationId }, answer) => {
        expect([operationId, answer.status < 300]).toEqual([operationId, true]);
        sent.set(answer.headers.get('x-request-id') ?? '', operationId);
      },
      { 'x-forwarded-for': '10.0.0.1, 203.0.113.7:4711' },
    );
    const entries = (await read(api)).filter((entry) => sent.has(entry.request_id ?? ''));
    expect(entries.map(({ operation }) => operation).sort()).toEqual([...sent.values()].sort());
    for (const entry of entries) {
      const { operation } = entry;
      expect({ operation, at: entry.request_id }).toEqual({
        operation: sent.get(entry.request_id ?? ''),
        at: entry.request_id,
      });
      expect(entry).toMatchObject({
        caller: { id: 'root', name: null, kind: 'root' },
        domain: expect.stringMatching(/./),
        outcome: 'done',
        code: null,
        from: '203.0.113.7',
        count: 1,
      });
      const named = { operation, thing: entry.thing !== null };
      expect(named).toEqual({ operation, thing: !NOTHING.has(operation) });
    }
  });

  test('leaves one also where it continues a run', async () => {
    const api = testApi({}, { script: () => ({ lines: [], endsAt: 1_000, exitCode: 1 }) });
    await api.call('/api/v1/targets', { body: { name: 'default', work_claim: 'work' } });
    const { json } = await api.call('/api/v1/runs', { body: { pipeline: 'acme/flow' } });
    await cleanUp(api);
    const resumed = await api.call(`/api/v1/runs/${json.run_id}/resume`, { body: {} });
    expect(resumed.status).toBeLessThan(300);
    const entries = (await read(api)).filter(({ operation }) => operation === 'resumeRun');
    expect(entries).toMatchObject([{ thing: { id: resumed.json.run_id }, outcome: 'done' }]);
  });

  test('is stored before it is answered', async () => {
    const { world } = memoryWorld();
    let resume = (): void => undefined;
    const stalled = new Promise<void>((resolve) => (resume = resolve));
    const commit: World['store']['commit'] = async (...args) => {
      if (args[0] === 'audit') await stalled;
      return world.store.commit(...args);
    };
    const api = apiOn({ ...world, store: { ...world.store, commit } });
    let status = 0;
    const answered = api
      .call('/api/v1/lanes/night', { method: 'PUT', body: {} })
      .then((answer) => (status = answer.status));
    await new Promise((resolve) => setImmediate(resolve));
    expect(status).toBe(0);
    resume();
    await answered;
    expect(status).toBe(200);
  });

  test('is answered also when its entry cannot be stored, which the log then has', async () => {
    const { world, log } = memoryWorld();
    const commit: World['store']['commit'] = (...args) =>
      args[0] === 'audit' ? Promise.reject(new Error('away')) : world.store.commit(...args);
    const api = apiOn({ ...world, store: { ...world.store, commit } });
    const put = { method: 'PUT', body: { capacity: 3 } };
    expect((await api.call('/api/v1/lanes/night', put)).status).toBe(200);
    const lost = log.entries.filter(({ message }) => message === 'audit entry not stored');
    expect(lost.map(({ fields }) => fields['entry'])).toMatchObject([{ operation: 'putLane' }]);
  });

  test('whose outcome is unknown says so', async () => {
    const { world } = memoryWorld();
    const commit: World['store']['commit'] = (...args) =>
      args[0] === 'audit' ? world.store.commit(...args) : Promise.reject(new Error('away'));
    const api = apiOn({ ...world, store: { ...world.store, commit } });
    expect((await api.call('/api/v1/lanes/night', { method: 'PUT', body: {} })).status).toBe(503);
    expect(await read(api)).toMatchObject([
      {
        operation: 'putLane',
        thing: { kind: 'lane', id: 'night' },
        outcome: 'unknown',
        status: 503,
        code: 'unavailable',
      },
    ]);
  });

  test('that did not happen leaves none, and a read neither', async () => {
    const api = testApi();
    await api.call('/api/v1/lanes/night', { method: 'PUT', body: { capacity: 'many' } });
    await api.call('/api/v1/lanes/night', { method: 'DELETE' });
    await api.call('/api/v1/runs', { raw: '{' });
    await api.call('/api/v1/lanes');
    await api.call('/nowhere', { method: 'POST', body: {} });
    expect(await read(api)).toEqual([]);
  });

  test('of another domain belongs to that domain', async () => {
    const api = testApi();
    const { id, token } = await tokenOf(api, { domain: 'lab' });
    await api.call('/api/v1/domains/lab/policy', {
      method: 'PUT',
      body: { catalogue_only: true, lanes: 'any' },
    });
    await api.call(`/api/v1/tokens/${id}`, { method: 'DELETE' });
    expect(token).toMatch(/^slc_/);
    const entries = await read(api, 'domain=lab');
    expect(entries.map(({ operation, domain }) => [operation, domain])).toEqual([
      ['createToken', 'lab'],
      ['putPolicy', 'lab'],
      ['revokeToken', 'lab'],
    ]);
  });
});

describe('refusals by rights', () => {
  test('of one caller, address and route in a minute are one entry', async () => {
    const api = testApi();
    const { id, token } = await tokenOf(api, { scopes: ['read'], name: 'reader' });
    const put = (from: string) =>
      api.call('/api/v1/lanes/night', {
        method: 'PUT',
        body: {},
        token,
        headers: { 'x-forwarded-for': from },
      });
    for (let index = 0; index < 5; index += 1) expect((await put('203.0.113.7')).status).toBe(403);
    await put('203.0.113.8');
    await api.clock.advance(60_000);
    await put('203.0.113.7');
    for (let index = 0; index < 3; index += 1)
      await api.call('/api/v1/lanes', { token: 'slc_lab.000000000000_wrong' });
    await api.call('/api/v1/lanes', { token: null });
    const refused = (await read(api)).filter(({ outcome }) => outcome === 'refused');
    expect(
      refused.map(({ operation, from, status, code, count }) => [
        operation,
        from,
        status,
        code,
        count,
      ]),
    ).toEqual([
      ['putLane', '203.0.113.7', 403, 'forbidden', 5],
      ['putLane', '203.0.113.8', 403, 'forbidden', 1],
      ['putLane', '203.0.113.7', 403, 'forbidden', 1],
      ['listLanes', 'unknown', 401, 'unauthorized', 4],
    ]);
    expect(refused[0]).toMatchObject({
      domain: 'default',
      caller: { id, name: 'reader', kind: 'token' },
    });
    expect(refused[3]).toMatchObject({ domain: null, caller: { id: null, kind: 'unknown' } });
  });

  test('are stored within seconds, without a request', async () => {
    const api = testApi();
    await api.call('/api/v1/lanes', { token: null });
    expect(api.store.dump('audit')).toEqual([]);
    await api.clock.advance(5_000);
    expect(api.store.dump('audit').filter(({ partition }) => partition !== 'days')).toHaveLength(1);
  });
});

describe('secrets', () => {
  test('and what callers send are in no entry', async () => {
    const api = testApi();
    const { token } = await tokenOf(api, { name: 'ci' });
    const body = { ...JOB, params: { key: 'hush-hush' } };
    await api.call('/api/v1/runs', { body, token, headers: { 'idempotency-key': 'secret-key' } });
    await api.call('/api/v1/runs?token=hush-hush', { body, token: 'slc_wrong-secret' });
    await api.call('/api/v1/pipeline/run', {
      body: { pipeline: 'a/b', parameters: { a: 'hush' } },
    });
    await read(api);
    const stored = JSON.stringify(api.store.dump('audit'));
    expect(stored).toContain('startRun');
    expect(stored).toContain('legacyRun');
    for (const secret of [ADMIN, token, 'hush', 'secret-key', 'wrong-secret'])
      expect(stored.includes(secret), secret).toBe(false);
  });
});

describe('reading', () => {
  test('an admin reads its own domain, the admin token of the settings all', async () => {
    const api = testApi();
    const lab = await tokenOf(api, { domain: 'lab' });
    await api.call('/api/v1/lanes/night', { method: 'PUT', body: {}, token: lab.token });
    await api.call('/api/v1/lanes/day', { method: 'PUT', body: {} });
    await api.call('/api/v1/lanes', { token: null });
    const things = async (query: string, token?: string) =>
      (await read(api, query, token)).map(({ operation }) => operation);
    expect(await things('', lab.token)).toEqual(['createToken', 'putLane']);
    expect(await things('domain=lab', lab.token)).toEqual(['createToken', 'putLane']);
    expect(await things('domain=default')).toEqual(['putLane']);
    expect((await things('')).sort()).toEqual(['createToken', 'listLanes', 'putLane', 'putLane']);
    const other = await api.call('/api/v1/audit?domain=default', { token: lab.token });
    expect(other.status).toBe(403);
    const { token } = await tokenOf(api, { scopes: ['run'] });
    expect((await api.call('/api/v1/audit', { token })).status).toBe(403);
  });

  test('goes by pages, over days and domains, each entry once and in order', async () => {
    const api = testApi();
    const lab = await tokenOf(api, { domain: 'lab' });
    for (let index = 0; index < 30; index += 1) {
      const token = index % 3 === 0 ? lab.token : undefined;
      await api.call(`/api/v1/lanes/n${index}`, {
        method: 'PUT',
        body: {},
        ...(token && { token }),
      });
      await api.clock.advance(3_600_000 * 2);
    }
    const all: AuditEntry[] = [];
    let path = '/api/v1/audit?since=2025-12-01&limit=7';
    for (let pages = 0; path !== '' && pages < 20; pages += 1) {
      const page = await api.call(path);
      all.push(...page.json.entries);
      path = /^<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    }
    const ids = Array.from({ length: 30 }, (_, index) => `n${index}`);
    expect(all.map(({ thing }) => thing?.id)).toEqual([lab.id, ...ids]);
    expect((await read(api)).length).toBe(12);
    const day = await read(api, 'since=2026-01-02&until=2026-01-03&domain=default');
    expect(day.map(({ thing }) => thing?.id)).toEqual(
      ids.slice(12, 24).filter((_, index) => (index + 12) % 3 !== 0),
    );
    expect((await api.call('/api/v1/audit?since=1h&until=2h')).status).toBe(422);
  });

  test('costs no more for years without entries', async () => {
    const { world } = memoryWorld();
    let lists = 0;
    const list: World['store']['list'] = (...args) => {
      if (args[0] === 'audit') lists += 1;
      return world.store.list(...args);
    };
    const api = apiOn({ ...world, store: { ...world.store, list } });
    const lab = await tokenOf(api, { domain: 'lab' });
    for (const query of ['', 'domain=lab&'])
      expect(await read(api, `${query}since=0001-01-01&until=9999-12-31`)).toHaveLength(1);
    expect(await read(api, 'since=1999-01-01', lab.token)).toHaveLength(1);
    expect(lists).toBeLessThan(10);
  });

  test('as lines of JSON it is the whole range in one answer', async () => {
    const api = testApi();
    for (let index = 0; index < 5; index += 1)
      await api.call(`/api/v1/lanes/n${index}`, { method: 'PUT', body: {} });
    const lines = await api.send('/api/v1/audit?limit=2', {
      headers: { accept: 'application/x-ndjson' },
    });
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    const entries = (await lines.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.map(({ thing }) => thing.id)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(entries[0].at).toBe(new Date(START).toISOString());
  });

  test('nothing changes or deletes an entry', async () => {
    const api = testApi();
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await api.call('/api/v1/audit', { method, body: {} })).status).toBe(405);
  });
});
