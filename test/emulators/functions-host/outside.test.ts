/** A host that other machines reach: it listens on all addresses, and a caller from outside comes by another one than loopback. */
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHost } from '../../../src/emulators/functions-host/host.ts';
import { boundConnections } from '../../../src/emulators/functions-host/outside/connections.ts';
import { SPARE_CONNECTIONS } from '../../../src/emulators/functions-host/outside/limits.ts';
import { networksOf } from '../../../src/emulators/functions-host/outside/outside.ts';
import { passSockets } from '../../../src/emulators/functions-host/outside/sockets.ts';
import { PATIENCE } from '../../support/patience.ts';
import {
  clientUrl,
  connectedFrame,
  openSocket,
  RELIABLE_V1,
  start,
} from '../web-pubsub/support.ts';

const appDir = fileURLToPath(new URL('../../support/host/web', import.meta.url));
const KEYS = { master: 'a-master-key-of-the-test' };

/** An address of this machine that is not loopback. */
const OUTSIDE = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

async function startHost(port = 1, trustedProxies: readonly string[] = []) {
  const host = await createHost({
    appDir,
    hostname: '0.0.0.0',
    enableAuth: true,
    keys: KEYS,
    outside: {
      sockets: { prefix: '/client/hubs/', port },
      probes: ['/api/items/1'],
      trustedProxies,
    },
  });
  onTestFinished(() => host.close());
  return { host, at: (address: string) => `http://${address}:${host.port}` };
}

/** Headers that fetch does not let through. */
async function call(url: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET') {
  const request = http.request(url, { headers, method }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, text };
}

it('does not listen on other addresses without keys', async () => {
  await expect(createHost({ appDir, hostname: '0.0.0.0' })).rejects.toThrow(
    'without keys the host is open to every caller: it does not listen on 0.0.0.0',
  );
});

describe.skipIf(OUTSIDE === undefined)('a host that is reached from outside', () => {
  const outside = OUTSIDE ?? '';
  const key = { 'x-functions-key': KEYS.master };

  it('keeps its admin API inside, and demands the key there', async () => {
    const { at } = await startHost();
    const paths = ['host/status', 'functions', 'functions/all', 'host/ping', 'warmup', 'x', ''];
    for (const path of paths) {
      expect((await call(`${at(outside)}/admin/${path}`, key)).status).toBe(404);
      expect(
        (await call(`${at(outside)}/ADMIN/${path}`, { ...key, host: '127.0.0.1' })).status,
      ).toBe(404);
    }
    expect((await call(`${at('127.0.0.1')}/admin/functions`)).status).toBe(401);
    expect((await call(`${at('127.0.0.1')}/admin/functions`, key)).status).toBe(200);
  });

  it('tells the app who called, whatever the caller says', async () => {
    const { at, host } = await startHost();
    const forged = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-ms-client-principal': 'somebody',
      'x-ms-client-principal-id': 'somebody',
    };
    const seen = JSON.parse((await call(`${at(outside)}/api/headers`, forged)).text);
    expect(seen['x-forwarded-for']).toBe(`203.0.113.7, ${outside}`);
    expect(Object.keys(seen).filter((name) => /^x-ms-client|-proto$/.test(name))).toEqual([]);
    await host.close();
    const behind = await startHost(1, [`${outside}/32`]);
    const told = JSON.parse((await call(`${behind.at(outside)}/api/headers`, forged)).text);
    expect(told).toMatchObject({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' });
    expect(told).not.toHaveProperty('x-ms-client-principal');
    const silent = JSON.parse((await call(`${behind.at(outside)}/api/headers`)).text);
    expect(silent).toMatchObject({ 'x-forwarded-for': outside });
  });

  it('passes WebSockets on, and cuts them when it ends', async () => {
    const service = await start();
    const { at, host } = await startHost(Number(new URL(service.url).port));
    const inside = new URL(await clientUrl(service));
    const url = `${at(outside).replace('http', 'ws')}${inside.pathname}${inside.search}`;
    const socket = await openSocket(url, RELIABLE_V1);
    const { connectionId } = (await connectedFrame(socket)) as { connectionId: string };
    expect(service.connections()).toMatchObject([{ connectionId, open: true }]);
    await expect(openSocket(url.replace(/access_token=.*/, 'access_token=x'))).rejects.toThrow(
      'HTTP 401',
    );
    await expect(openSocket(url.replace('/client/hubs/', '/client/'))).rejects.toThrow('HTTP 404');
    // Its REST interface has no way in.
    expect((await call(`${at(outside)}/api/hubs/sluice/:send`, {}, 'POST')).status).toBe(404);
    await host.close();
    expect(await socket.closed).toBe(1006);
  });

  it('answers 503 to a WebSocket while Web PubSub is away', async () => {
    const { at } = await startHost();
    const url = `${at(outside).replace('http', 'ws')}/client/hubs/sluice`;
    await expect(openSocket(url)).rejects.toThrow('HTTP 503');
  });
});

/** A server on loopback, for bounds that are too high to be reached by connections of a test. */
async function serve(set: (server: http.Server) => void): Promise<number> {
  const server = http.createServer();
  set(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

it('takes no more connections than it may, and yet answers probes', async () => {
  let taken = 0;
  const port = await serve((server) => {
    server.on('connection', () => (taken += 1));
    const connections = boundConnections(server, ['/health/live'], 2);
    server.on('request', (request, response) => {
      if (!connections.refuse(request, response)) response.end('served');
    });
  });
  const ask = async (path: string) =>
    call(`http://127.0.0.1:${port}${path}`, { connection: 'close' });
  const held = [await open(port), await open(port)];
  await vi.waitUntil(() => taken === 2, PATIENCE);
  expect(await ask('/api/v1/runs')).toMatchObject({ status: 503 });
  expect(await ask('/health/live?x=1')).toEqual({ status: 200, text: 'served' });
  const spare = await Promise.all(Array.from({ length: SPARE_CONNECTIONS }, () => open(port)));
  const over = await open(port);
  await once(over, 'close');
  expect(spare.map(({ closed }) => closed)).not.toContain(true);
  for (const socket of [...spare, ...held]) socket.destroy();
  await vi.waitFor(
    async () => expect(await ask('/api/v1/runs')).toMatchObject({ status: 200 }),
    PATIENCE,
  );
});

it('takes no more WebSockets than it may', async () => {
  const service = await start();
  const port = await serve((server) => {
    passSockets(server, { prefix: '/client/', port: Number(new URL(service.url).port) }, 1);
  });
  const inside = new URL(await clientUrl(service));
  const url = `ws://127.0.0.1:${port}${inside.pathname}${inside.search}`;
  const first = await openSocket(url);
  await expect(openSocket(url)).rejects.toThrow('HTTP 429');
  first.socket.terminate();
  await vi.waitFor(() => openSocket(url), PATIENCE);
});

it.each(['proxy.example', '10.0.0.0', '10.0.0.0/x', '10.0.0.0/33'])(
  'knows that %s is no network',
  (text) => {
    expect(() => networksOf([text])).toThrow();
  },
);
