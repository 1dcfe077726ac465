/** The registrations, the settings, and the way from the runtime to the app and back. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { HttpRequest, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost, type Host } from '../../src/emulators/functions-host/host.ts';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { getRun } from '../../src/engine/queries/runs.ts';
import { checkSchema } from '../../src/engine/store/schema.ts';
import { ROUTES } from '../../src/functions/routes.ts';
import { createHandler } from '../../src/functions/runtime/http.ts';
import { createService } from '../../src/functions/service.ts';
import { readSettings } from '../../src/functions/settings/settings.ts';
import { ADMIN } from '../api/support.ts';
import { passTime } from '../support/followers.ts';
import { memoryWorld, request as runRequest } from '../support/world.ts';

/** Azurite's published account, on a port where nothing listens. */
const NOWHERE =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:1/devstoreaccount1;';
const ENVIRONMENT = {
  SLUICE_STORAGE: NOWHERE,
  SLUICE_WEB_PUBSUB:
    'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
  SLUICE_DEFAULT_POLICY: 'open',
};

describe('the app in a Functions host, with storage away', () => {
  let host: Host;
  beforeAll(async () => {
    const appDir = fileURLToPath(new URL('../..', import.meta.url));
    host = await createHost({
      appDir,
      main: 'src/functions/index.ts',
      settings: { ...ENVIRONMENT, SLUICE_OPEN_MODE: '1', SLUICE_LOG_LEVEL: 'error' },
      log: () => undefined,
    });
  });
  afterAll(async () => host?.close({ drainMs: 100 }));

  it('registers everything, with a timer once a minute', () => {
    expect(host.functions.map(({ name }) => name).sort()).toEqual(
      [...ROUTES.map(({ name }) => name), 'dispatch', 'follow', 'tick'].sort(),
    );
  });

  it('answers what needs no storage', async () => {
    const live = await fetch(`${host.url}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    const docs = await fetch(`${host.url}/docs/swagger-ui-bundle.js`);
    expect([docs.status, docs.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    expect((await docs.arrayBuffer()).byteLength).toBeGreaterThan(1_000_000);
    expect((await fetch(`${host.url}/openapi.json`)).status).toBe(200);
  });

  it('gives its own 401, 404, 405 and preflight, not those of the host', async () => {
    const shape = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(host.url + path, init);
      const type = response.headers.get('content-type');
      return [
        response.status,
        type === 'application/problem+json'
          ? ((await response.json()) as { code: string }).code
          : null,
      ];
    };
    const wrong = { headers: { authorization: 'Bearer wrong' } };
    expect(await shape('/api/v1/runs', wrong)).toEqual([401, 'unauthorized']);
    expect(await shape('/', { redirect: 'manual' })).toEqual([302, null]);
    expect(await shape('/no/such/path')).toEqual([404, 'not_found']);
    expect(await shape('/api/v1/runs', { method: 'DELETE' })).toEqual([405, 'method_not_allowed']);
    expect(await shape('/api/v1/runs', { method: 'OPTIONS' })).toEqual([204, null]);
    expect((await fetch(`${host.url}/health/live`, { method: 'HEAD' })).status).toBe(200);
  });

  it('sees through the host to the Host that the caller named, so that open mode stays on this machine', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const sent = request(
          `${host.url}/api/v1/negotiate`,
          { method: 'POST', headers },
          (response) => {
            resolve(response.resume().statusCode);
          },
        );
        sent.on('error', reject).end('{"run_ids":1}');
      });
    const json = { 'content-type': 'application/json' };
    expect(await status({ ...json, host: 'rebind.example.com' })).toBe(403);
    expect(await status({ ...json, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ ...json, 'x-forwarded-for': '203.0.113.9' })).toBe(403);
    expect(await status({ 'content-type': 'text/plain' })).toBe(415);
    expect(await status(json)).toBe(422);
  });

  it('takes bodies, and reads them through the stream', async () => {
    const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' };
    const bad = await fetch(`${host.url}/api/v1/runs`, {
      method: 'POST',
      headers,
      body: '{"pipeline":1}',
    });
    expect(bad.status).toBe(422);
    expect(await bad.json()).toMatchObject({ errors: [{ field: 'pipeline' }] });
    const huge = await fetch(`${host.url}/api/v1/runs`, {
      method: 'POST',
      headers,
      body: 'x'.repeat(1_100_000),
    });
    expect(huge.status).toBe(413);
  });

  it('answers a client that sends all of a large body before it reads', async () => {
    const { hostname, port } = new URL(host.url);
    const body = Buffer.alloc(20_000_000, ' ');
    for (const [token, status] of [
      [ADMIN, '413'],
      ['wrong', '401'],
    ]) {
      const socket = connect(Number(port), hostname).pause();
      socket.write(
        `POST /api/v1/runs HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n` +
          `content-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject).write(body, (error) => (error ? reject(error) : resolve()));
      });
      expect((await text(socket)).split(' ')[1]).toBe(status);
    }
  });
});

describe('a handler', () => {
  const context = { invocationId: 'i-1', error: () => undefined } as unknown as InvocationContext;
  const bare = {
    method: 'GET',
    url: 'http://localhost/health/live',
    headers: new Headers(),
    body: null,
  } as unknown as HttpRequest;

  it('always answers: also when the service cannot be made, and when it throws', async () => {
    for (const load of [
      () => Promise.reject(new Error('settings')),
      async () => ({
        fetch: () => Promise.reject(new Error('fault')),
        tick: async () => undefined,
        message: async () => undefined,
        drain: async () => undefined,
      }),
    ]) {
      const answer = await createHandler(load)(bare, context);
      expect(answer).toMatchObject({
        status: 503,
        headers: { 'content-type': 'application/problem+json' },
      });
      expect(JSON.parse((answer as { body: string }).body)).toMatchObject({
        code: 'unavailable',
        request_id: 'i-1',
      });
    }
  });
});

describe('the service', () => {
  const settings = readSettings(ENVIRONMENT);
  const get = (path: string) =>
    new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${ADMIN}` } });

  it('puts the catalogue before it answers, and leaves what is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-'));
    try {
      const cataloguePath = join(folder, 'catalogue.json');
      const entry = { name: 'hello', nextflow: { source: 'a' } };
      await writeFile(
        cataloguePath,
        JSON.stringify({ pipelines: [entry], targets: [{ name: 'big' }] }),
      );
      const { world } = memoryWorld();
      const source = async (service: { fetch(request: Request): Promise<Response> }) =>
        (
          (await (await service.fetch(get('/api/v1/pipelines/hello'))).json()) as {
            nextflow: { source: string };
          }
        ).nextflow.source;
      expect(await source(createService(world, { ...settings, cataloguePath }))).toBe('a');
      await writeFile(
        cataloguePath,
        JSON.stringify({ pipelines: [{ ...entry, nextflow: { source: 'b' } }] }),
      );
      expect(await source(createService(world, { ...settings, cataloguePath }))).toBe('a');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses requests until the catalogue is there, and tries again; probes are answered', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-'));
    try {
      const cataloguePath = join(folder, 'catalogue.json');
      const service = createService(memoryWorld().world, { ...settings, cataloguePath });
      await expect(service.fetch(get('/api/v1/runs'))).rejects.toThrow('ENOENT');
      expect((await service.fetch(get('/health/live'))).status).toBe(200);
      await writeFile(cataloguePath, '{}');
      expect((await service.fetch(get('/api/v1/runs'))).status).toBe(200);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('an instance that is told to end', () => {
  it('has put its live runs into the queue, visible for others, before it may be gone', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => ({ at: index * 1_000, text: 'line' }));
    const parts = memoryWorld({ script: () => ({ lines, endsAt: 100_000, exitCode: 0 }) });
    const { world, clock, queue } = parts;
    const pass = (ms: number) => passTime(parts, ms, 0);
    await checkSchema(world);
    const service = createService(world, readSettings(ENVIRONMENT));
    const { run } = await submitRun(world, { domain: 'default', request: runRequest() });
    const following = service.message(queue.take()?.message);
    await pass(3_000);
    expect((await getRun(world, 'default', run.run_id)).state).toBe('running');
    let over = false;
    const handedOver = service.drain().finally(() => {
      over = true;
    });
    expect(over).toBe(false);
    await pass(5_000);
    await handedOver;
    expect(queue.messages).toMatchObject([{ message: { run_id: run.run_id, generation: 1 } }]);
    expect(queue.nextDueAt()).toBeLessThanOrEqual(clock.now());
    await following;
    // What comes to it all the same is handed on too.
    const late = service.message(queue.take()?.message);
    await pass(5_000);
    await late;
    expect(queue.messages).toMatchObject([{ message: { run_id: run.run_id, generation: 2 } }]);
  });
});
