/** What a repeated start is answered, and one that storage leaves half done. */
import { describe, expect, it } from 'vitest';
import { memoryWorld } from '../../support/world.ts';
import { apiOn, JOB, testApi } from '../support.ts';

const start = (api: ReturnType<typeof testApi>, body: object = {}, headers = {}) =>
  api.call('/api/v1/runs', { body: { ...JOB, ...body }, headers });

describe('POST /api/v1/runs', () => {
  it('gives the same run for the same Idempotency-Key and body, and 422 for another body', async () => {
    const api = testApi();
    const key = { 'idempotency-key': 'k-1' };
    const first = await start(api, {}, key);
    const again = await start(api, {}, key);
    expect(again).toMatchObject({ status: 200, json: { run_id: first.json.run_id } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.json).not.toHaveProperty('attached');
    const other = await start(api, { priority: 3 }, key);
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_mismatch' } });
  });

  it('says again that a repeated request was attached to a run that was there', async () => {
    const api = testApi();
    const key = { 'idempotency-key': 'k-2' };
    const running = await start(api);
    const asked = { on_busy: 'attach', params: { other: 1 } };
    const attached = { run_id: running.json.run_id, attached: true, differs: true };
    expect((await start(api, asked, key)).json).toMatchObject(attached);
    expect((await start(api, asked, key)).json).toMatchObject(attached);
  });

  it.each(['', 'a b', 'x'.repeat(256)])('refuses the Idempotency-Key "%s"', async (key) => {
    const answer = await start(testApi(), {}, { 'idempotency-key': key });
    expect(answer).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'header.idempotency-key' }] },
    });
  });

  it('looks for the key before it looks at the body', async () => {
    const api = testApi();
    const key = { 'idempotency-key': 'k-3' };
    const first = await start(api, {}, key);
    const wrong = await start(api, { priority: 'high' }, key);
    expect(wrong).toMatchObject({ status: 422, json: { code: 'idempotency_mismatch' } });
    const unknown = await start(api, { priority: 'high' }, { 'idempotency-key': 'k-4' });
    expect(unknown).toMatchObject({ status: 422, json: { code: 'invalid' } });
    // What the schema took when the key was first used, it may refuse today.
    const body = { no_longer: 'known' };
    const [hash, sent] = await Promise.all(['k-3', JSON.stringify(body)].map(api.world.sha256));
    const values = { run_id: first.json.run_id, body: sent ?? '' };
    await api.store.commit('idempotency', 'default', [{ op: 'put', key: hash ?? '', values }]);
    const again = await api.call('/api/v1/runs', { body, headers: key });
    expect(again).toMatchObject({ status: 200, json: { run_id: first.json.run_id } });
  });

  it('names the run that may still begin when storage fails behind its record', async () => {
    const memory = memoryWorld();
    const { store } = memory.world;
    const api = apiOn({
      ...memory.world,
      store: {
        ...store,
        commit: (table, ...rest) =>
          table === 'lanes' ? Promise.reject(new Error('gone')) : store.commit(table, ...rest),
      },
    });
    const answer = api.call('/api/v1/runs', { body: JOB });
    const state = { open: true };
    void answer.finally(() => (state.open = false));
    while (state.open) await memory.clock.advance(100);
    const told = await answer;
    expect(told).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(told.headers.get('retry-after')).toBe('1');
    expect(told.json.run_id).toBe(memory.store.dump('work')[0]?.key);
  });
});
