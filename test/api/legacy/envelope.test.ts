/** Watching and cancelling as callers of the original service do. */
import { describe, expect, it } from 'vitest';
import { toRefusal } from '../../../src/api/legacy/envelope.ts';
import { invalid } from '../../../src/core/errors.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { tickUntil } from '../../support/world.ts';
import { testApi } from '../support.ts';
import { whileWaiting } from '../wait.ts';
import { BASE, run, withHello } from './support.ts';

describe.each(['status', 'active'])('GET /%s', (path) => {
  it('shows nothing before the first run', async () => {
    const api = await withHello();
    const answer = await api.call(`${BASE}/${path}`);
    expect(answer.json).toMatchObject({
      active: false,
      run: null,
      progress_percent: null,
      log_preview: [],
      connected_clients: 0,
      last_update: null,
    });
  });

  it('shows the active run with its percent and last lines', async () => {
    const api = await withHello();
    const { run_id } = (await run(api)).json;
    await tickUntil(api.world, api.clock, async () =>
      (await api.call(`/api/v1/runs/${run_id}/log`)).text.includes('two'),
    );
    const { json } = await api.call(`${BASE}/${path}`);
    expect(json).toMatchObject({
      active: true,
      run: { run_id, status: 'running', finished_at: null, job_name: run_id, message: null },
      log_preview: [
        expect.stringMatching(/^\[.+\/driver\] \[1\/2\] one$/),
        expect.stringMatching(/two$/),
      ],
    });
    expect(json.progress_percent === null || json.progress_percent > 0).toBe(true);
    expect(Date.parse(json.last_update)).toBeGreaterThan(0);
  });

  it('says Cancelling of a run that is on its way out, and shows it as over when it is', async () => {
    const api = await withHello();
    const { run_id } = (await run(api)).json;
    await api.clock.advance(1_000);
    await tick(api.world);
    await api.clock.advance(1_000);
    await api.call(`/api/v1/runs/${run_id}/cancel`, { body: {} });
    expect((await api.call(`${BASE}/${path}`)).json.run).toMatchObject({
      status: 'running',
      message: 'Cancelling',
    });
    await tickUntil(
      api.world,
      api.clock,
      async () => (await api.call(`/api/v1/runs/${run_id}`)).json.state === 'cancelled',
    );
    const over = (await api.call(`${BASE}/${path}`)).json;
    expect(over).toMatchObject({
      active: false,
      run: { run_id, status: 'cancelled', message: null },
      log_preview: [],
    });
  });

  it('finds the last run behind many that only wait', async () => {
    const api = await withHello({});
    const { run_id } = (await run(api)).json;
    await tickUntil(
      api.world,
      api.clock,
      async () => (await api.call('/api/v1/lanes/default')).json.active.length === 0,
    );
    await api.call('/api/v1/lanes/default', { method: 'PUT', body: { paused: true } });
    for (let index = 0; index < 25; index += 1) {
      await api.clock.advance(1);
      const { json } = await api.call('/api/v1/runs', { body: { pipeline: 'hello' } });
      await api.call(`/api/v1/runs/${json.run_id}/cancel`, { body: {} });
      await api.call('/api/v1/runs', { body: { pipeline: 'hello' } });
    }
    expect((await api.call(`${BASE}/${path}`)).json).toMatchObject({
      active: true,
      run: { status: 'queued' },
    });
    expect((await api.call(`${BASE}/history?limit=30`)).json.at(-1)).toMatchObject({ run_id });
  });

  it('counts the viewers, at most every 30 s', async () => {
    const api = await withHello();
    await run(api);
    let asked = 0;
    const { count } = api.push;
    api.push.count = (group, limit) => {
      asked += 1;
      return count(group, limit);
    };
    api.push.join('default.legacy', () => undefined);
    const clients = async () => (await api.call(`${BASE}/${path}`)).json.connected_clients;
    expect(await clients()).toBe(1);
    api.push.join('default.legacy', () => undefined);
    await api.clock.advance(29_000);
    expect(await clients()).toBe(1);
    expect(asked).toBe(1);
    await api.clock.advance(1_000);
    expect(await clients()).toBe(2);
    expect(asked).toBe(2);
  });
});

describe('DELETE /cancel', () => {
  it('says so when nothing is active', async () => {
    const api = await withHello();
    const answer = await api.call(`${BASE}/cancel`, { method: 'DELETE' });
    expect(answer).toMatchObject({
      status: 200,
      json: { run_id: null, status: 'unknown', cancelled: false, detail: 'No active run' },
    });
  });

  it('waits until nothing of the run is left, and then says cancelled', async () => {
    const api = await withHello();
    const { run_id } = (await run(api)).json;
    await api.clock.advance(1_000);
    await tick(api.world);
    const request = api.call(`${BASE}/cancel`, { method: 'DELETE' });
    const answer = await whileWaiting(api.clock, 250, request, () => tick(api.world));
    expect(answer.json).toEqual({ run_id, status: 'cancelled', cancelled: true, detail: null });
    const { pods } = await api.cluster.list(run_id);
    expect(pods).toEqual([]);
  });

  it('does not say cancelled while the run may still be alive: after 20 s it says how far it is', async () => {
    const api = await withHello();
    const { run_id } = (await run(api)).json;
    await api.clock.advance(1_000);
    await tick(api.world);
    await api.clock.advance(1_000);
    const before = api.clock.now();
    const answer = await whileWaiting(
      api.clock,
      250,
      api.call(`${BASE}/cancel`, { method: 'DELETE' }),
      () => Promise.resolve(),
    );
    expect(api.clock.now() - before).toBeGreaterThanOrEqual(20_000);
    expect(api.clock.now() - before).toBeLessThan(22_000);
    expect(answer.json).toEqual({
      run_id,
      status: 'running',
      cancelled: false,
      detail: 'Cancelling',
    });
  });
});

describe('GET /history', () => {
  it('lists runs that are over, newest first, in the old shape', async () => {
    const api = await withHello({});
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { run_id } = (await run(api, { triggered_by: `t${index}` })).json;
      ids.unshift(run_id);
      await tickUntil(
        api.world,
        api.clock,
        async () => (await api.call(`/api/v1/lanes/default`)).json.active.length === 0,
      );
    }
    await run(api);
    const { json } = await api.call(`${BASE}/history`);
    expect(json.map((entry: { run_id: string }) => entry.run_id)).toEqual(ids);
    expect(Object.keys(json[0]).sort()).toEqual([
      'duration_seconds',
      'finished_at',
      'job_name',
      'run_id',
      'started_at',
      'status',
      'triggered_by',
    ]);
    expect(json[0]).toMatchObject({ status: 'succeeded', triggered_by: 't2' });
    expect((await api.call(`${BASE}/history?limit=1`)).json).toEqual(json.slice(0, 1));
  });

  it.each(['0', '101', '-1', '1.5', 'x', ''])('refuses the limit %j', async (limit) => {
    const answer = await testApi().call(`${BASE}/history?limit=${limit}`);
    expect(answer).toMatchObject({ status: 422, json: { detail: [{ loc: ['query', 'limit'] }] } });
  });
});

describe('GET /stream', () => {
  it('answers 426 with a ready address', async () => {
    const api = await withHello();
    await run(api);
    const answer = await api.call(`${BASE}/stream`);
    expect(answer).toMatchObject({ status: 426, json: { code: 'upgrade_required' } });
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(answer.json.websocket_url).toMatch(/^wss:\/\//);
    expect(decodeURIComponent(answer.json.websocket_url)).toContain('default.legacy');
  });
});

describe('GET /health and /healthz', () => {
  it.each(['/health', '/healthz'])(
    '%s is always 200, and degraded while storage is away',
    async (path) => {
      const api = testApi();
      expect(await api.call(path, { token: null })).toMatchObject({
        status: 200,
        json: { status: 'ok' },
      });
      const read = api.store.read;
      Object.assign(api.store, { read: () => Promise.reject(new Error('away')) });
      // Storage is asked once a second.
      await api.clock.advance(1_000);
      expect(await api.call(path, { token: null })).toMatchObject({
        status: 200,
        json: { status: 'degraded' },
      });
      Object.assign(api.store, { read });
    },
  );
});

it('serves the domain default alone on the old paths', async () => {
  const api = testApi();
  const { json } = await api.call('/api/v1/tokens', {
    body: { name: 'other', scopes: ['admin'], domain: 'other' },
  });
  const answer = await api.call(`${BASE}/status`, { token: json.token });
  expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' } });
});

it('names the field of a bad value, whatever the field is called', async () => {
  const api = await withHello();
  const answer = await api.call(`${BASE}/run`, { raw: '{"toString":"\\ud800"}' });
  expect(answer).toMatchObject({ status: 422, json: { detail: [{ loc: ['body', 'toString'] }] } });
});

it.each([
  ['nextflow.work_dir', ['workdir']],
  ['nextflow.revision', ['parameters', 'revision']],
  ['nextflow.plugins.claim', ['pipeline']],
  ['container.image', ['pipeline']],
  ['target', ['pipeline']],
  ['params.reads', ['parameters', 'reads']],
  ['body.pipeline', ['pipeline']],
])('names %s as a legacy caller knows it', (field, names) => {
  const refusal = toRefusal(invalid(field, 'is wrong'));
  expect(refusal).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', ...names] }] } });
});
