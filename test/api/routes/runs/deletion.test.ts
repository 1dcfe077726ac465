/** DELETE of a run, and holds, over HTTP. */
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../../src/core/retention-limits.ts';
import { cleanUp } from '../../../support/world.ts';
import { apiOn, testApi } from '../../support.ts';

const BODY = { pipeline: 'x', kind: 'container', container: { image: 'busybox:1.37' } };

async function overRun() {
  const api = testApi();
  const { json } = await api.call('/api/v1/runs', { body: BODY });
  const path = `/api/v1/runs/${json.run_id}`;
  return { api, path };
}

describe('a run', () => {
  it('is refused while it is live, then deleted, also twice, and is 410 for every reader', async () => {
    const { api, path } = await overRun();
    const early = await api.call(path, { method: 'DELETE' });
    expect([early.status, early.json.code, early.json.retry]).toEqual([409, 'not_over', true]);
    expect(early.json.detail).toContain('cancel it first');
    await cleanUp(api);
    expect((await api.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(path, { method: 'DELETE' })).status).toBe(204);
    const readers = [
      path,
      `${path}/events?after=2`,
      `${path}/events?after=99&wait=1`,
      `${path}/log`,
    ];
    for (const reader of readers) {
      const { status, json } = await api.call(reader);
      expect([reader, status, json.code]).toEqual([reader, 410, 'gone']);
    }
    const stream = await api.call(`${path}/events`, { headers: { accept: 'text/event-stream' } });
    expect(stream.status).toBe(410);
    for (const [change, method, body] of [
      ['cancel', 'POST', {}],
      ['confirm-gone', 'POST', {}],
      ['hold', 'PUT', { hold: true }],
    ] as const)
      expect((await api.call(`${path}/${change}`, { method, body })).status).toBe(410);
    expect((await api.call('/api/v1/runs')).json.runs).toEqual([]);
    const live = { body: { run_ids: [path.split('/').at(-1)] } };
    expect((await api.call('/api/v1/negotiate', live)).status).toBe(410);
  });

  it('is deleted only in the version that the caller has seen', async () => {
    const { api, path } = await overRun();
    await cleanUp(api);
    const { headers } = await api.call(path);
    const etag = headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const again = await api.send(path, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const held = await api.call(`${path}/hold`, { method: 'PUT', body: { hold: true } });
    expect(held.json.hold).toMatchObject({ reason: null });
    await api.call(`${path}/hold`, { method: 'PUT', body: { hold: false } });
    const remove = (tag: string) =>
      api.call(path, { method: 'DELETE', headers: { 'if-match': tag } });
    expect((await remove(etag)).status).toBe(412);
    const now = (await api.call(path)).headers.get('etag') ?? '';
    expect((await remove(now)).status).toBe(204);
    expect((await remove(now)).status).toBe(204);
  });

  it('that is live has a version, but no answer without a body: its place may change', async () => {
    const { api, path } = await overRun();
    const etag = (await api.call(path)).headers.get('etag') ?? '';
    expect((await api.call(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
    expect((await api.call(path, { headers: { 'if-match': '"x"' } })).status).toBe(412);
  });

  it('that is held is not deleted, says so, and can be held while it is live', async () => {
    const { api, path } = await overRun();
    const order = { hold: true, reason: 'audit of 2026' };
    const { json } = await api.call(`${path}/hold`, { method: 'PUT', body: order });
    expect(json.hold).toMatchObject({ reason: 'audit of 2026', by: expect.any(String) });
    await cleanUp(api);
    const refused = await api.call(path, { method: 'DELETE' });
    expect([refused.status, refused.json.code]).toEqual([409, 'held']);
    expect((await api.call(path)).json.hold).toEqual(json.hold);
  });

  it('has its holds and their ends apart in the audit log', async () => {
    const { api, path } = await overRun();
    for (const hold of [true, false])
      await api.call(`${path}/hold`, { method: 'PUT', body: { hold } });
    const { entries } = (await api.call('/api/v1/audit')).json;
    const id = path.split('/').at(-1);
    expect(entries.slice(-2)).toMatchObject([
      { operation: 'holdRun', thing: { kind: 'hold', id } },
      { operation: 'holdRun', thing: { kind: 'hold-end', id } },
    ]);
  });

  it('whose id is older than runs are kept is 410, whether it ever was or not', async () => {
    const memory = testApi();
    const { call } = apiOn({ ...memory.world, retention: { runsDays: 30 } });
    await memory.clock.advance(31 * DAY_MS);
    expect((await call('/api/v1/runs/r0123456789abcde')).json.code).toBe('gone');
    const young = (await memory.call('/api/v1/runs', { body: BODY })).json.run_id as string;
    const never = `${young.slice(0, -2)}zz`;
    expect((await call(`/api/v1/runs/${never}`)).json.code).toBe('not_found');
    expect((await memory.call('/api/v1/runs/r0123456789abcde')).json.code).toBe('not_found');
  });
});
