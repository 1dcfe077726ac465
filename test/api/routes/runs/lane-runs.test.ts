/** What a lane tells of the runs in it, when it is asked. */
import { expect, it } from 'vitest';
import { JOB, testApi } from '../../support.ts';

it('tells since when runs have their places, what they are, and who waits', async () => {
  const api = testApi();
  const start = async (body: object = {}) =>
    (await api.call('/api/v1/runs', { body: { ...JOB, ...body } })).json;
  const first = await start({ triggered_by: 'ada' });
  const second = await start({ priority: 3, triggered_by: 'bob' });
  const path = '/api/v1/lanes/default';
  const plain = (await api.call(path)).json;
  expect(plain.places).toBeUndefined();
  expect(plain.queue).toEqual([{ run_id: second.run_id, priority: 3, position: 1 }]);
  const shown = await api.call(`${path}?runs=true`);
  expect(shown.json).toMatchObject({
    active: [first.run_id],
    places: [
      {
        run_id: first.run_id,
        state: 'starting',
        since: first.created_at,
        pipeline: 'job',
        triggered_by: 'ada',
        created_at: first.created_at,
        progress: null,
      },
    ],
    queue: [
      {
        run_id: second.run_id,
        pipeline: 'job',
        triggered_by: 'bob',
        created_at: second.created_at,
      },
    ],
  });
  const headers = { 'if-none-match': shown.headers.get('etag') ?? '' };
  expect((await api.call(`${path}?runs=true`, { headers })).status).toBe(200);
  expect((await api.send(path, { headers })).status).toBe(304);
  for (const { places } of (await api.call('/api/v1/lanes')).json.lanes)
    expect(places).toBeUndefined();
});

it('reads no more than the first hundred of both', async () => {
  const api = testApi();
  const path = '/api/v1/lanes/wide';
  await api.call(path, { method: 'PUT', body: { paused: true } });
  for (let n = 0; n < 103; n += 1)
    await api.call('/api/v1/runs', { body: { ...JOB, lane: 'wide' } });
  const { queue } = (await api.call(`${path}?runs=true`)).json;
  expect(queue).toHaveLength(103);
  expect(queue[99].pipeline).toBe('job');
  expect(queue[102]).toMatchObject({ pipeline: null, created_at: expect.stringMatching(/^2026/) });
});
