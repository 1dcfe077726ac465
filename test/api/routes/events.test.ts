import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { tickUntil } from '../../support/world.ts';
import { JOB, testApi } from '../support.ts';
import { asleep, whileWaiting } from '../wait.ts';

type TestApi = ReturnType<typeof testApi>;

async function started(api: TestApi): Promise<string> {
  return (await api.call('/api/v1/runs', { body: JOB })).json.run_id;
}

async function finished(api: TestApi): Promise<string> {
  const id = await started(api);
  await tickUntil(
    api.world,
    api.clock,
    async () => (await api.call(`/api/v1/runs/${id}`)).json.state === 'succeeded',
  );
  return id;
}

/** Reads a stream to its end, moving the clock whenever nothing comes. */
async function readStream(api: TestApi, response: Response): Promise<string> {
  let text = '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const next = reader?.read() ?? Promise.resolve({ done: true as const, value: undefined });
    const { done, value } = await whileWaiting(api.clock, 1_000, next);
    if (done) return text;
    text += value;
  }
}

const eventsOf = (text: string): RunEvent[] =>
  [...text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)].map(([, id, data]) => {
    const event = JSON.parse(data ?? '') as RunEvent;
    expect(event.seq).toBe(Number(id));
    return event;
  });

const STREAM = { headers: { accept: 'text/event-stream' } };

const SILENT = { script: () => ({ lines: [], endsAt: 3_600_000, exitCode: 0 }) };

describe('GET /api/v1/runs/{id}/events', () => {
  it('gives every event once, without gaps, in pages', async () => {
    const api = testApi();
    const path = `/api/v1/runs/${await finished(api)}/events`;
    const whole = await api.call(path);
    expect(whole.json.complete).toBe(true);
    expect(whole.json.events.map((event: RunEvent) => event.seq)).toEqual(
      Array.from({ length: whole.json.last_seq }, (_, index) => index + 1),
    );
    expect(whole.json.events.at(-1)).toMatchObject({
      type: 'complete',
      data: { status: 'succeeded' },
    });
    const paged: RunEvent[] = [];
    for (let after = 0; after < whole.json.last_seq; after = paged.at(-1)?.seq ?? 0) {
      paged.push(...(await api.call(`${path}?after=${after}&limit=2`)).json.events);
    }
    expect(paged).toEqual(whole.json.events);
  });

  it('answers a waiting reader as soon as there is something', async () => {
    const api = testApi();
    const id = await started(api);
    const { last_seq } = (await api.call(`/api/v1/runs/${id}/events`)).json;
    const waiting = api.call(`/api/v1/runs/${id}/events?after=${last_seq}&wait=25`);
    await asleep(api.clock);
    await api.call(`/api/v1/runs/${id}/cancel`, { body: {} });
    await api.clock.advance(1_000);
    const page = (await waiting).json;
    expect(page.events[0]).toMatchObject({ seq: last_seq + 1, data: { status: 'cancelling' } });
  });

  it('answers a waiting reader with an empty page when its time is over', async () => {
    const api = testApi({}, SILENT);
    const id = await started(api);
    // Somebody waits, and so it is followed: it runs.
    const running = api.call(`/api/v1/runs/${id}/events?after=2&wait=25`);
    const { last_seq } = (await whileWaiting(api.clock, 100, running)).json;
    const before = api.clock.now();
    const waiting = api.call(`/api/v1/runs/${id}/events?after=${last_seq}&wait=2.5`);
    const page = (await whileWaiting(api.clock, 100, waiting)).json;
    expect(page.events).toEqual([]);
    expect(api.clock.now() - before).toBeGreaterThanOrEqual(2_500);
    expect(api.clock.now() - before).toBeLessThan(3_000);
  });

  it.each([
    ['after=-1', 'query.after'],
    ['after=1.5', 'query.after'],
    ['after=99999999999999999999', 'query.after'],
    ['limit=1001', 'query.limit'],
    ['wait=26', 'query.wait'],
    ['wait=NaN', 'query.wait'],
    ['from=1', 'query.from'],
  ])('refuses %s', async (query, field) => {
    const answer = await testApi().call(`/api/v1/runs/r0000000000000000/events?${query}`);
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field }] } });
  });
});

describe('the event stream', () => {
  it('sends all events with their ids and a retry, and ends after the last one', async () => {
    const api = testApi();
    const path = `/api/v1/runs/${await finished(api)}/events`;
    const response = await api.send(path, STREAM);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const text = await readStream(api, response);
    expect(text).toMatch(/^retry: \d+\n\n/);
    expect(eventsOf(text)).toEqual((await api.call(path)).json.events);
  });

  it('ends soon after its token has ended', async () => {
    const api = testApi({}, { script: () => ({ lines: [], endsAt: 3_600_000, exitCode: 0 }) });
    const id = await started(api);
    const made = await api.call('/api/v1/tokens', { body: { name: 'viewer', scopes: ['read'] } });
    const { token } = made.json;
    const response = await api.send(`/api/v1/runs/${id}/events`, { ...STREAM, token });
    const reading = readStream(api, response);
    await api.call(`/api/v1/tokens/${made.json.id}`, { method: 'DELETE' });
    const before = api.clock.now();
    await reading;
    expect(api.clock.now() - before).toBeLessThanOrEqual(30_000);
  });

  it('goes on behind Last-Event-ID, and answers 204 when nothing is left to come', async () => {
    const api = testApi();
    const path = `/api/v1/runs/${await finished(api)}/events`;
    const { events, last_seq } = (await api.call(path)).json;
    const rest = await api.send(path, { headers: { ...STREAM.headers, 'last-event-id': '2' } });
    expect(eventsOf(await readStream(api, rest))).toEqual(events.slice(2));
    const over = await api.send(path, {
      headers: { ...STREAM.headers, 'last-event-id': String(last_seq) },
    });
    expect(over.status).toBe(204);
    const bad = await api.send(path, { headers: { ...STREAM.headers, 'last-event-id': 'x' } });
    expect(bad.status).toBe(422);
  });

  it('shows events as they come, keeps itself alive with comments, and ends itself within 200 s', async () => {
    const api = testApi({}, { script: () => ({ lines: [], endsAt: 3_600_000, exitCode: 0 }) });
    const id = await started(api);
    const before = api.clock.now();
    const response = await api.send(`/api/v1/runs/${id}/events`, STREAM);
    const reading = readStream(api, response);
    const text = await reading;
    const seconds = (api.clock.now() - before) / 1_000;
    expect(seconds).toBeGreaterThanOrEqual(190);
    expect(seconds).toBeLessThanOrEqual(201);
    expect(eventsOf(text).length).toBeGreaterThan(0);
    const comments = text.match(/^: /gm)?.length ?? 0;
    expect(comments).toBeGreaterThanOrEqual(Math.floor(seconds / 15));
  });

  it('stops reading when its reader goes away', async () => {
    const api = testApi({}, SILENT);
    const response = await api.send(`/api/v1/runs/${await started(api)}/events`, STREAM);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    void reader?.read();
    await asleep(api.clock);
    await reader?.cancel();
    const sleeping = async (): Promise<number> => {
      await api.clock.advance(1_000);
      return api.clock.sleeping();
    };
    // The run is given up as well.
    await expect.poll(sleeping).toBe(0);
  });

  it('is refused before it begins for a run that is not there', async () => {
    const response = await testApi().send('/api/v1/runs/r0000000000000000/events', STREAM);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('is not held open by a HEAD', async () => {
    const api = testApi();
    const response = await api.send(`/api/v1/runs/${await started(api)}/events`, {
      method: 'HEAD',
      ...STREAM,
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('GET /api/v1/runs/{id}/log', () => {
  const LOG = '[1/2] one\n[2/2] two\n';

  it('is the text as it was printed', async () => {
    const api = testApi();
    const answer = await api.call(`/api/v1/runs/${await finished(api)}/log`);
    expect(answer).toMatchObject({ status: 200, text: LOG });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('content-length')).toBe(String(LOG.length));
    expect(answer.headers.get('sluice-log-complete')).toBe('true');
  });

  it('is searched by few reads of a token at once; others, and reads that search nothing, go on', async () => {
    const api = testApi();
    const path = `/api/v1/runs/${await finished(api)}/log`;
    const { token } = (
      await api.call('/api/v1/tokens', { body: { name: 'slow', scopes: ['read'] } })
    ).json;
    const slow = () => api.send(`${path}?timestamps=true`, { token });
    const open = [await slow(), await slow()];
    expect(open.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await api.call(`${path}?timestamps=true`, { token });
    expect(refused).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await api.call(path, { token })).status).toBe(200);
    expect((await api.call(`${path}?timestamps=true`)).status).toBe(200);
    // One is left, the other read to its end.
    await open[0]?.body?.cancel();
    expect((await api.call(`${path}?timestamps=true`, { token })).status).toBe(200);
    await open[1]?.text();
    for (let index = 0; index < 5; index += 1) {
      expect((await api.call(`${path}?timestamps=true&tail=1`, { token })).status).toBe(200);
      const range = { headers: { range: 'bytes=900-' }, token };
      expect((await api.call(`${path}?timestamps=true`, range)).status).toBe(416);
      expect((await api.call(`${path}?container=sidecar`, { token })).status).toBe(404);
      const head = { method: 'HEAD', token };
      expect((await api.send(`${path}?timestamps=true`, head)).status).toBe(200);
    }
  });

  it('gives the last lines, and times in front of lines', async () => {
    const api = testApi();
    const path = `/api/v1/runs/${await finished(api)}/log`;
    expect((await api.call(`${path}?tail=1`)).text).toBe('[2/2] two\n');
    const timed = (await api.call(`${path}?timestamps=true`)).text;
    expect(timed).toMatch(/^\d{4}-\S+Z \[1\/2\] one\n\d{4}-\S+Z \[2\/2\] two\n$/);
    expect((await api.call(`${path}?container=driver&tail=1`)).text).toBe('[2/2] two\n');
    const unknown = await api.call(`${path}?container=sidecar`);
    expect(unknown).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(unknown.json.detail).toContain('sidecar');
  });

  it.each([
    ['bytes=0-3', '[1/2', `bytes 0-3/${LOG.length}`],
    ['bytes=16-', 'two\n', `bytes 16-19/${LOG.length}`],
    ['bytes=-4', 'two\n', `bytes 16-19/${LOG.length}`],
    ['bytes=16-900', 'two\n', `bytes 16-19/${LOG.length}`],
    ['bytes=-900', LOG, `bytes 0-19/${LOG.length}`],
  ])('gives the range %s', async (range, text, contentRange) => {
    const api = testApi();
    const answer = await api.call(`/api/v1/runs/${await finished(api)}/log`, {
      headers: { range },
    });
    expect(answer).toMatchObject({ status: 206, text });
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
  });

  it.each(['bytes=20-', 'bytes=900-901', 'bytes=-0'])(
    'refuses the range %s with the size',
    async (range) => {
      const api = testApi();
      const answer = await api.call(`/api/v1/runs/${await finished(api)}/log`, {
        headers: { range },
      });
      expect(answer).toMatchObject({ status: 416, json: { code: 'range_not_satisfiable' } });
      expect(answer.headers.get('content-range')).toBe(`bytes */${LOG.length}`);
    },
  );

  it.each(['bytes=5-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-', 'bytes=x-y'])(
    'ignores the range %s, as HTTP has it',
    async (range) => {
      const api = testApi();
      const answer = await api.call(`/api/v1/runs/${await finished(api)}/log`, {
        headers: { range },
      });
      expect(answer).toMatchObject({ status: 200, text: LOG });
    },
  );

  it('says of a live run that more can come', async () => {
    const api = testApi();
    const answer = await api.call(`/api/v1/runs/${await started(api)}/log`);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('sluice-log-complete')).toBe('false');
  });

  it('answers a HEAD with the size alone', async () => {
    const api = testApi();
    const response = await api.send(`/api/v1/runs/${await finished(api)}/log`, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(LOG.length));
    expect(await response.text()).toBe('');
  });
});
