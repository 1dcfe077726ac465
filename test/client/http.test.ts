import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { errorOf } from '../../src/client/errors.ts';
import { createClient, JsonText } from '../../src/client/index.ts';
import { defaultRuntime } from '../../src/client/runtime.ts';
import { createSseParser, readEventStream } from '../../src/client/sse.ts';
import { event, RUN, virtualTime } from './client-world.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

/** A real HTTP server that answers as told and remembers what it was asked. */
async function serve(answer: (seen: Seen, response: ServerResponse, count: number) => void) {
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      };
      requests.push(seen);
      answer(seen, response, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

/** No waiting between tries, and no deadlines. */
const runtime = {
  ...defaultRuntime,
  sleep: (ms: number, signal: AbortSignal) => defaultRuntime.sleep(ms > 10_000 ? ms : 0, signal),
};

describe('the typed client', () => {
  it('reads what it changes with its version, and sends that with the change', async () => {
    const { url, requests } = await serve((_seen, response) =>
      json(response, 200, { name: 'p', params: { n: 1 } }, { etag: '"7"' }),
    );
    const client = createClient({ url, runtime });
    const read = await client.pipelines.getVersioned('p');
    expect(read).toEqual({ text: '{"name":"p","params":{"n":1}}', etag: '"7"' });
    const long = new JsonText('{"name":"p","params":{"n":12345678901234567890}}');
    await client.pipelines.putText('p', long, { ifMatch: '"7"', domain: 'lab' });
    expect(requests[1]).toMatchObject({ url: '/api/v1/pipelines/p?domain=lab', body: long.text });
    expect(requests[1]?.headers['if-match']).toBe('"7"');
    const { value, etag } = await client.domains.getVersioned('lab');
    expect([value.name, etag]).toEqual(['p', '"7"']);
    await client.domains.put('lab', {}, { ifMatch: '"7"' });
    await client.policies.put('lab', { catalogue_only: true, lanes: 'any' }, { ifMatch: '"7"' });
    await client.policies.put('lab', { catalogue_only: true, lanes: 'any' });
    expect(requests.slice(3).map(({ headers }) => headers['if-match'])).toEqual([
      '"7"',
      '"7"',
      undefined,
    ]);
  });

  it('sends token, body and a key that makes its own retries harmless', async () => {
    const { url, requests } = await serve((_seen, response, count) => {
      if (count === 1) json(response, 503, { code: 'unavailable', detail: 'Later' });
      else json(response, 201, { run_id: RUN, state: 'queued' });
    });
    const client = createClient({ url, token: 'secret', runtime });
    expect(await client.startRun({ pipeline: 'hello' })).toMatchObject({ run_id: RUN });
    const [first, second] = requests;
    expect(second).toMatchObject({ method: 'POST', url: '/api/v1/runs' });
    expect(second?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
    });
    expect(JSON.parse(second?.body ?? '')).toEqual({ pipeline: 'hello' });
    expect(first?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  });

  it('turns a refusal into an error with code, status, detail, fields and waiting time', async () => {
    const { url } = await serve((_seen, response) =>
      json(
        response,
        422,
        {
          type: 'about:blank',
          title: 'A value is not acceptable',
          status: 422,
          code: 'invalid',
          detail: 'pipeline is required',
          errors: [{ field: 'pipeline', message: 'is required' }],
        },
        { 'retry-after': '7' },
      ),
    );
    await expect(createClient({ url }).startRun({ pipeline: '' })).rejects.toMatchObject({
      name: 'SluiceError',
      code: 'invalid',
      status: 422,
      detail: 'pipeline is required',
      fields: [{ field: 'pipeline', message: 'is required' }],
      retryAfter: 7,
    });
  });

  it('names the run of a start that failed and may still begin', async () => {
    const problem = { code: 'unavailable', detail: 'Storage does not answer.', run_id: RUN };
    const answer = new Response(JSON.stringify(problem), { status: 503 });
    expect(await errorOf(answer)).toMatchObject({ code: 'unavailable', runId: RUN });
  });

  it('says so when the answer comes from somebody else, or nobody', async () => {
    const { url } = await serve((_seen, response) => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end('<h1>Not Found</h1>');
    });
    await expect(createClient({ url }).getRun(RUN)).rejects.toMatchObject({
      code: 'unexpected',
      status: 404,
    });
    const nobody = createClient({ url: 'http://127.0.0.1:9', runtime });
    await expect(nobody.getRun(RUN)).rejects.toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('asks a token function again, once, when the token is refused', async () => {
    const { url, requests } = await serve((seen, response) => {
      if (seen.headers.authorization === 'Bearer new') json(response, 200, { run_id: RUN });
      else json(response, 401, { code: 'unauthorized', detail: 'Expired' });
    });
    const tokens = ['old', 'new'];
    const client = createClient({ url, token: () => tokens.shift() ?? 'none' });
    expect(await client.getRun(RUN)).toMatchObject({ run_id: RUN });
    await expect(client.getRun(RUN)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(requests).toHaveLength(4);
  });

  it('gives up an answer that does not come', async () => {
    const { url } = await serve(() => undefined);
    const hurried = { ...runtime, sleep: () => Promise.resolve() };
    await expect(createClient({ url, runtime: hurried }).getLane('a')).rejects.toMatchObject({
      code: 'unreachable',
      detail: 'No answer within 30 s',
    });
  });

  it('waits for an answer that comes slowly, and gives up one that stops half-way', async () => {
    const time = virtualTime(Math.random);
    const pieces = JSON.stringify({ events: [], last_seq: 7, complete: false }).match(/.{1,9}/g);
    const read = (count: number) => {
      const send: typeof fetch = async (_url, init) => {
        const body = new ReadableStream<Uint8Array>({
          async start(to) {
            init?.signal?.addEventListener('abort', () => to.error(init.signal?.reason));
            for (const piece of pieces?.slice(0, count) ?? []) {
              await time.sleep(20_000, new AbortController().signal);
              to.enqueue(new TextEncoder().encode(piece));
            }
            if (count > 3) to.close();
          },
        });
        return new Response(body);
      };
      const answer = createClient({ url: 'http://host', runtime: time, fetch: send }).events(RUN);
      return answer.catch((error: unknown) => error);
    };
    const [slow, dead] = [read(99), read(3)];
    await time.pass(600_000);
    expect(await slow).toMatchObject({ last_seq: 7 });
    expect(await dead).toMatchObject({ code: 'unreachable', detail: 'No answer within 30 s' });
    expect(time.pending()).toBe(0);
  });

  it('escapes what callers put into paths and queries', async () => {
    const { url, requests } = await serve((_seen, response) => json(response, 200, {}));
    const client = createClient({ url });
    await client.getLane('../runs?x=1');
    await client.listRuns({ label: 'team=a&b', limit: 5 });
    await client.events(RUN, { after: 3, limit: 2, wait: 1 });
    expect(requests.map((request) => request.url)).toEqual([
      '/api/v1/lanes/..%2Fruns%3Fx%3D1',
      '/api/v1/runs?label=team%3Da%26b&limit=5',
      `/api/v1/runs/${RUN}/events?after=3&limit=2&wait=1`,
    ]);
  });

  it('watches over the real event stream when there is no Web PubSub', async () => {
    const total = 6;
    let streams = 0;
    const { url } = await serve((seen, response) => {
      if (!(seen.headers.accept ?? '').includes('event-stream')) {
        return json(response, 200, { events: [event(1, total)], last_seq: 1, complete: false });
      }
      streams += 1;
      const after = Number(new URL(seen.url, 'http://x').searchParams.get('after'));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\nretry: 1000\n\n');
      // Each stream ends in the middle of an event, in order or, as when a network is lost, without.
      for (const seq of [after + 1, after + 2].filter((seq) => seq <= total)) {
        response.write(`id: ${seq}\nevent: log\ndata: ${JSON.stringify(event(seq, total))}\n\n`);
      }
      response.write('data: {"seq":', () => {
        if (streams === 1) response.destroy();
        else response.end();
      });
    });
    const seqs: number[] = [];
    for await (const one of createClient({ url, push: false, runtime }).watch(RUN)) {
      seqs.push(one.seq);
    }
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
    expect(streams).toBe(3);
  });
});

describe('the event stream parser', () => {
  it('gives the same events however the text is cut', () => {
    const text =
      'retry: 5\r\n: comment\r\n\r\nid: 1\ndata: a\ndata:b\n\ndata: c\r\rdata: é\r\n\r\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const parse = createSseParser();
        const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
        const events = edges.slice(1).flatMap((to, index) => parse(text.slice(edges[index], to)));
        // What is still waiting for a line feed after a carriage return comes with the next text.
        expect([...events, ...parse(':\n')]).toEqual(['a\nb', 'c', 'é']);
      }),
    );
  });

  it('refuses a line without end', () => {
    const parse = createSseParser();
    expect(() => parse('x'.repeat(9_000_000))).toThrow('without end');
  });
});

describe('where an abort does not reach what waits, as in Node 20', () => {
  /** Ends by an abort alone. */
  const sleep = (_ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

  it.each([
    ['the answer', () => new Promise<Response>(() => undefined)],
    ['its body', async () => new Response(new ReadableStream())],
  ])('ends while it waits for %s', async (_what, answer) => {
    const client = createClient({ url: 'http://127.0.0.1', push: false, fetch: answer });
    const stop = new AbortController();
    const asked = client.events(RUN, { signal: stop.signal });
    stop.abort(new Error('given up'));
    await expect(asked).rejects.toThrow('given up');
  });

  it('ends a stream, and with it the watch for silence', async () => {
    const headers = { 'content-type': 'text/event-stream' };
    const stop = new AbortController();
    const reading = readEventStream(new Response(new ReadableStream(), { headers }), {
      onOpen: () => undefined,
      onValue: () => undefined,
      runtime: { ...defaultRuntime, sleep },
      signal: stop.signal,
    });
    stop.abort();
    await reading;
  });
});
