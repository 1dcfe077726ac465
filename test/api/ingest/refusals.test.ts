/** Who may send a trace, and what a driver is told: a refusal ends a user's run. */
import { expect, test } from 'vitest';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import { ADMIN, apiOn, type Call } from '../support.ts';
import { basic, type IngestApi, ingestApi } from './support.ts';

const TASK = { taskId: 1, status: 'RUNNING', hash: 'ab/cdef12', name: 'A (x)', process: 'A' };
const base = '/api/v1/ingest';

/** A call about the run, by its token unless another one is given. */
const progress = (
  api: Pick<IngestApi, 'call'>,
  runId: string,
  token: string,
  more: Call = { body: { tasks: [TASK], instant: 1 } },
) =>
  api.call(`${base}/trace/${runId}/progress`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...basic(token) },
    ...more,
  });

const tasksOf = (api: IngestApi, runId: string) =>
  api.store
    .dump('runs')
    .filter(({ partition, key }) => partition === runId && key.startsWith('t.'));

test('a driver is told the id of its run, and the page of it', async () => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  for (const headers of [basic(token), { authorization: `Bearer ${token}` }]) {
    const { status, json } = await api.call(`${base}/trace/create`, {
      body: { workflowId: runId, runName: runId, sessionId: 's' },
      headers,
    });
    expect([status, json]).toEqual([
      200,
      { workflowId: runId, watchUrl: `https://app.example/ui/runs/${runId}` },
    ]);
  }
  const patched = await api.call(`${base}/workflow/${runId}`, {
    method: 'PATCH',
    body: { schedRunId: '1' },
    headers: basic(token),
  });
  expect(patched.status).toBe(200);
});

test('another token is refused, without a word of what there is', async () => {
  const api = await ingestApi();
  const [own, other] = [await api.start('tower', 'tower'), await api.start('weblog')];
  const mistaken = own.token.slice(0, -1) + (own.token.endsWith('A') ? 'B' : 'A');
  const unknown = own.token.replace(own.runId, 'r01jqk3v9x2abcde');
  for (const token of ['', mistaken, unknown, ADMIN, 'slt_', `${own.token}x`])
    expect((await progress(api, own.runId, token)).status).toBe(401);
  const stolen = await progress(api, own.runId, other.token);
  expect([stolen.status, stolen.json.code]).toEqual([403, 'forbidden']);
  expect(stolen.text).not.toContain(other.runId);
  const created = await api.call(`${base}/trace/create`, {
    body: { workflowId: own.runId },
    headers: basic(other.token),
  });
  expect(created.status).toBe(403);
  const event = await api.call(`${base}/weblog`, {
    body: { runName: own.runId, event: 'started' },
    headers: basic(other.token),
  });
  expect(event.status).toBe(403);
  expect([tasksOf(api, own.runId), tasksOf(api, other.runId)]).toEqual([[], []]);
  // A trace is not the work of a person: neither the refusals nor what was taken are in the audit log.
  await progress(api, own.runId, own.token);
  expect(api.store.dump('audit')).toEqual([]);
});

test('too many wrong tokens are not looked up any more; a token that was good goes on', async () => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  expect((await progress(api, runId, token)).status).toBe(200);
  const wrong = `${token.slice(0, -3)}xyz`;
  const statuses: number[] = [];
  for (let count = 0; count < 40; count += 1)
    statuses.push((await progress(api, runId, wrong)).status);
  expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  expect((await progress(api, runId, token)).status).toBe(200);
});

test('wrong tokens of one driver refuse neither its right one nor other drivers behind the same address', async () => {
  const api = await ingestApi();
  const [one, other] = [await api.start('tower', 'tower'), await api.start('weblog')];
  const wrong = `${one.token.slice(0, -3)}xyz`;
  for (let count = 0; count < 40; count += 1) await progress(api, one.runId, wrong);
  expect((await progress(api, one.runId, wrong)).status).toBe(429);
  expect((await progress(api, other.runId, other.token)).status).toBe(200);
  expect((await progress(api, one.runId, one.token)).status).toBe(200);
});

test('a token is good until nothing is left of the run', async () => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  const change = async (fields: Parameters<typeof changeRun>[2]) => {
    const stored = await readRun(api.world, runId);
    if (stored) await changeRun(api.world, stored, fields, []);
  };
  const finished_at = new Date(api.world.clock.now()).toISOString();
  await change({ state: 'failed', finished_at });
  expect((await progress(api, runId, token)).status).toBe(200);
  await change({ swept: true });
  expect((await progress(api, runId, token)).status).toBe(401);
  await change({ swept: false, gone: true });
  expect((await progress(api, runId, token)).status).toBe(401);
});

test.each([
  ['no JSON', '{'],
  ['nothing', ''],
  ['a list', '[1]'],
  ['null', 'null'],
  ['no UTF-8', new Uint8Array([0xff, 0xfe])],
  ['more than is read', `{"tasks": [], "x": "${'x'.repeat(5 * 1024 * 1024)}"}`],
  ['other shapes', '{"tasks": {"a": 1}, "progress": [], "instant": "x", "workflow": 7}'],
  ['a task without anything', '{"tasks": [null, 7, {}, {"taskId": -1}]}'],
  ['depth', `{"tasks": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
])('a message of %s is answered as any other', async (_what, raw) => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  for (const call of ['begin', 'progress', 'heartbeat', 'complete'] as const) {
    const { status } = await api.call(`${base}/trace/${runId}/${call}`, {
      method: 'PUT',
      raw,
      headers: basic(token),
    });
    expect(status, call).toBe(200);
  }
  const other = { raw, headers: { ...basic(token), 'content-type': 'text/plain' } };
  expect((await api.call(`${base}/trace/create`, { method: 'POST', ...other })).status).toBe(200);
  expect(tasksOf(api, runId)).toEqual([]);
  expect((await progress(api, runId, token)).status).toBe(200);
  expect(tasksOf(api, runId)).toHaveLength(1);
});

test('more tasks than Nextflow sends at once are all stored', async () => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  const tasks = Array.from({ length: 250 }, (_, index) => ({ ...TASK, taskId: index + 1 }));
  const { status } = await progress(api, runId, token, { body: { tasks, instant: 1 } });
  expect([status, tasksOf(api, runId).length]).toEqual([200, 250]);
});

test('storage that is away is waited for, and then the driver is asked to come again', async () => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  let back = Infinity;
  const read = async (...args: Parameters<typeof api.store.read>) => {
    if (api.world.clock.now() < back) throw new Error('away');
    return api.store.read(...args);
  };
  const away = apiOn({ ...api.world, store: { ...api.store, read } });
  const began = api.world.clock.now();
  const refused = await progress(away, runId, token);
  expect([refused.status, refused.headers.has('retry-after')]).toEqual([503, true]);
  const waited = api.world.clock.now() - began;
  // Nextflow gives up a call after a minute.
  expect(waited).toBeGreaterThan(15_000);
  expect(waited).toBeLessThan(25_000);
  back = api.world.clock.now() + 12_000;
  expect((await progress(away, runId, token)).status).toBe(200);
  expect(tasksOf(api, runId)).toHaveLength(1);
});

test('a fault of ours loses a message, not the run', async () => {
  const api = await ingestApi();
  const { runId, token } = await api.start('tower');
  const commit = async () => {
    throw new RangeError('a row is too large');
  };
  const broken = apiOn({ ...api.world, store: { ...api.store, commit } });
  expect((await progress(broken, runId, token)).status).toBe(200);
  expect(api.log.entries).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'a message of a trace is lost' }),
  );
});
