import { describe, expect, it } from 'vitest';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { tickUntil } from '../../support/world.ts';
import { JOB, testApi } from '../support.ts';

const start = (api: ReturnType<typeof testApi>, body: object = {}, headers = {}) =>
  api.call('/api/v1/runs', { body: { ...JOB, ...body }, headers });

describe('POST /api/v1/runs', () => {
  it('answers 201 with the run and where it is', async () => {
    const api = testApi();
    const answer = await start(api, {
      params: { genome: 'GRCh38' },
      labels: { team: 'a' },
      triggered_by: 'me',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/runs/${answer.json.run_id}`);
    expect(answer.json).toMatchObject({
      domain: 'default',
      lane: 'default',
      kind: 'container',
      pipeline: 'job',
      params: { genome: 'GRCh38' },
      labels: { team: 'a' },
      triggered_by: 'me',
      priority: 0,
      attempt: 1,
    });
    expect(answer.json).not.toHaveProperty('attached');
    const read = await api.call(answer.headers.get('location') ?? '');
    expect(read.json.run_id).toBe(answer.json.run_id);
  });

  it('marks a run with who starts it, unless the request says who that is', async () => {
    const api = testApi();
    const made = await api.call('/api/v1/tokens', { body: { name: 'ci', scopes: ['run'] } });
    const by = async (body: object, token?: string) => {
      const call = { body: { ...JOB, ...body }, ...(token && { token }) };
      const dry = await api.call('/api/v1/runs?dry_run=true', call);
      const { json } = await api.call('/api/v1/runs', call);
      expect(dry.json.triggered_by).toBe(json.triggered_by);
      return json.triggered_by;
    };
    expect(await by({}, made.json.token)).toBe('ci');
    expect(await by({})).toBe('root');
    expect(await by({ triggered_by: 'a schedule' })).toBe('a schedule');
    expect(await by({ triggered_by: null })).toBeNull();
  });

  it('attaches to the run of a busy lane, and says whether the request differs', async () => {
    const api = testApi();
    const first = await start(api);
    const same = await start(api, { on_busy: 'attach' });
    expect(same.status).toBe(200);
    expect(same.json).toMatchObject({ run_id: first.json.run_id, attached: true, differs: false });
    const other = await start(api, { on_busy: 'attach', params: { other: 1 } });
    expect(other.json).toMatchObject({ run_id: first.json.run_id, attached: true, differs: true });
  });

  it('queues with a position by default', async () => {
    const api = testApi();
    await start(api);
    const second = await start(api);
    const third = await start(api);
    expect(second).toMatchObject({ status: 201, json: { state: 'queued', queue_position: 1 } });
    expect(third.json.queue_position).toBe(2);
  });

  it('refuses with 409 when asked to', async () => {
    const api = testApi();
    await start(api);
    const answer = await start(api, { on_busy: 'reject' });
    expect(answer).toMatchObject({ status: 409, json: { code: 'lane_busy', retry: true } });
  });

  it.each([
    ['an unknown field', { lanes: 'x' }, 'lanes'],
    ['a wrong type', { priority: '3' }, 'priority'],
    ['a value out of range', { priority: 10 }, 'priority'],
    ['an unknown field inside', { container: { image: 'a', tag: 'b' } }, 'container.tag'],
    ['a bad lane name', { lane: 'Not A Lane' }, 'lane'],
    ['a control character', { pipeline: 'a\u0000b' }, 'pipeline'],
    ['an over-long value', { triggered_by: 'x'.repeat(201) }, 'triggered_by'],
    ['a bad label', { labels: { 'a b': 'c' } }, 'labels."a b"'],
    ['params that are no object', { params: [] }, 'params'],
    ['params over 128 KiB', { params: { long: 'x'.repeat(140_000) } }, 'params'],
  ])('names the field of %s', async (_, body, field) => {
    const answer = await start(testApi(), body);
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid' } });
    expect(answer.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('checks params against the schema of the pipeline, by name', async () => {
    const api = testApi();
    const params_schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
    };
    await api.call('/api/v1/pipelines', {
      body: { name: 'counted', kind: 'container', container: JOB.container, params_schema },
    });
    const bad = await api.call('/api/v1/runs', {
      body: { pipeline: 'counted', params: { n: 'x' } },
    });
    expect(bad).toMatchObject({ status: 422, json: { errors: [{ field: 'params.n' }] } });
    const good = await api.call('/api/v1/runs', {
      body: { pipeline: 'counted', params: { n: 1 } },
    });
    expect(good).toMatchObject({ status: 201, json: { kind: 'container' } });
  });
});

describe('GET /api/v1/runs', () => {
  it('pages newest first, and a page stays what it was while runs are added', async () => {
    const api = testApi();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.unshift((await start(api, { labels: { n: String(index) } })).json.run_id);
      await api.clock.advance(10);
    }
    const first = await api.call('/api/v1/runs?limit=2');
    await start(api);
    const second = await api.call(`/api/v1/runs?limit=2&cursor=${first.json.next_cursor}`);
    const third = await api.call(`/api/v1/runs?limit=2&cursor=${second.json.next_cursor}`);
    const seen = [first, second, third].flatMap(({ json }) =>
      json.runs.map((run: { run_id: string }) => run.run_id),
    );
    expect(seen).toEqual(ids);
  });

  it('filters by state, lane, pipeline, label and time', async () => {
    const api = testApi();
    const a = (await start(api, { lane: 'a', labels: { team: 'x=y'.replace('=', '-') } })).json
      .run_id;
    await api.clock.advance(1_000);
    const b = (await start(api, { lane: 'b', pipeline: 'other' })).json.run_id;
    await tickUntil(
      api.world,
      api.clock,
      async () => (await api.call(`/api/v1/runs/${a}`)).json.state === 'succeeded',
    );
    const ids = async (query: string) =>
      (await api.call(`/api/v1/runs?${query}`)).json.runs.map(
        (run: { run_id: string }) => run.run_id,
      );
    expect(await ids('lane=a')).toEqual([a]);
    expect(await ids('pipeline=other')).toEqual([b]);
    expect(await ids('label=team=x-y')).toEqual([a]);
    expect(await ids('state=queued')).toEqual([]);
    expect(await ids('state=succeeded')).toContain(a);
    expect(await ids('since=2026-01-01T01:00:00%2B01:00')).toEqual([b, a]);
    expect(await ids('since=2026-01-01T00:00:00.500Z')).toEqual([b]);
  });

  it.each([
    ['an unknown filter', 'stat=queued', 'query.stat'],
    ['an unknown state', 'state=busy', 'query.state'],
    ['a limit of zero', 'limit=0', 'query.limit'],
    ['a limit that is no plain number', 'limit=1e1', 'query.limit'],
    ['an empty limit', 'limit=', 'query.limit'],
    ['a limit given twice', 'limit=1&limit=2', 'query.limit'],
    ['a label without a value', 'label=team', 'query.label'],
    ['a time that is none', 'since=yesterday', 'query.since'],
    ['a cursor of another list', 'cursor=../../x', 'query.cursor'],
  ])('names the field of %s', async (_, query, field) => {
    const answer = await testApi().call(`/api/v1/runs?${query}`);
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
  });
});

describe('one run', () => {
  it.each(['r0000000000000000', 'R2D2', 'a%00b', '..%2f..', '%E0%A4%A', 'x'.repeat(5_000)])(
    'is not there as %s',
    async (id) => {
      expect((await testApi().call(`/api/v1/runs/${id}`)).status).toBe(404);
    },
  );

  it('is cancelled with 202, and 200 once it is over', async () => {
    const api = testApi();
    const { run_id } = (await start(api)).json;
    const path = `/api/v1/runs/${run_id}`;
    // A driver that has not started yet is gone at once.
    await api.clock.advance(1_000);
    const accepted = await api.call(`${path}/cancel`, { body: { reason: 'wrong genome' } });
    expect(accepted).toMatchObject({ status: 202, json: { state: 'cancelling' } });
    await tickUntil(
      api.world,
      api.clock,
      async () => (await api.call(path)).json.state === 'cancelled',
    );
    const over = await api.call(`${path}/cancel`, { method: 'POST' });
    expect(over).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    expect(over.json.reason.message).toContain('wrong genome');
  });

  it('is confirmed to be gone by admins, and not while its cluster answers', async () => {
    const api = testApi();
    const path = `/api/v1/runs/${(await start(api)).json.run_id}/confirm-gone`;
    const scopes = ['run'];
    const { token } = (await api.call('/api/v1/tokens', { body: { name: 'x', scopes } })).json;
    expect((await api.call(path, { token, body: {} })).status).toBe(403);
    const refused = await api.call(path, { method: 'POST' });
    expect(refused).toMatchObject({ status: 409, json: { code: 'conflict' } });
    const away = () => Promise.reject(new ClusterError('unavailable', 0, 'no answer'));
    Object.assign(api.cluster, { list: away, readLog: away, deleteJob: away, fence: away });
    const body = { reason: 'the cluster was deleted' };
    const answer = await api.call(path, { body });
    expect(answer).toMatchObject({ status: 200, json: { state: 'failed' } });
    expect(answer.json.reason).toMatchObject({ code: 'target_gone' });
    expect((await api.call(path, { body })).status).toBe(200);
    expect((await api.call(path, { body: { reason: 'a\nb' } })).status).toBe(422);
  });

  it('is cancelled at once while it waits', async () => {
    const api = testApi();
    await start(api);
    const { run_id } = (await start(api)).json;
    const answer = await api.call(`/api/v1/runs/${run_id}/cancel`, { body: {} });
    expect(answer).toMatchObject({ status: 202, json: { state: 'cancelled' } });
  });
});

describe('lanes', () => {
  it('show active and waiting runs, and admit more when they grow', async () => {
    const api = testApi();
    const first = (await start(api)).json.run_id;
    const second = (await start(api, { priority: 5 })).json.run_id;
    const before = await api.call('/api/v1/lanes/default');
    expect(before.json).toEqual({
      name: 'default',
      capacity: 1,
      paused: false,
      active: [first],
      queued: 1,
      queue: [{ run_id: second, priority: 5, position: 1 }],
    });
    const after = await api.call('/api/v1/lanes/default', { method: 'PUT', body: { capacity: 2 } });
    expect(after.json).toMatchObject({ capacity: 2, active: [first, second], queued: 0 });
    const list = await api.call('/api/v1/lanes');
    expect(list.json.lanes.map((lane: { name: string }) => lane.name)).toEqual(['default']);
  });

  it('admit no runs while they are paused', async () => {
    const api = testApi();
    await api.call('/api/v1/lanes/default', { method: 'PUT', body: { paused: true } });
    expect((await start(api)).json).toMatchObject({ state: 'queued', queue_position: 1 });
  });

  it.each([
    [{ capacity: 0 }, 'capacity'],
    [{ capacity: 501 }, 'capacity'],
    [{ capacity: 1.5 }, 'capacity'],
    [{ size: 1 }, 'size'],
  ])('refuse %j', async (body, field) => {
    const answer = await testApi().call('/api/v1/lanes/x', { method: 'PUT', body });
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
  });

  it('are deleted by admins while they are idle', async () => {
    const api = testApi();
    const path = '/api/v1/lanes/one';
    const scopes = ['run'];
    const { token } = (await api.call('/api/v1/tokens', { body: { name: 'x', scopes } })).json;
    await start(api, { lane: 'one' });
    expect((await api.call(path, { method: 'DELETE', token })).status).toBe(403);
    expect(await api.call(path, { method: 'DELETE' })).toMatchObject({
      status: 409,
      json: { code: 'conflict' },
    });
    await api.call('/api/v1/lanes/two', { method: 'PUT', body: { capacity: 3 } });
    expect((await api.call('/api/v1/lanes/two', { method: 'DELETE' })).status).toBe(204);
    for (const name of ['two', 'NO!'])
      expect((await api.call(`/api/v1/lanes/${name}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('are not there before anyone used them', async () => {
    const api = testApi();
    expect((await api.call('/api/v1/lanes/never')).status).toBe(404);
    expect((await api.call('/api/v1/lanes/NO!')).status).toBe(404);
  });
});
