/** Requests of the table SDK over our own connections: signed, proxied, and what becomes of one that fails. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { AzureNamedKeyCredential, generateAccountSas } from '@azure/data-tables';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHttpClient } from '../../../src/adapters/azure/http-client.ts';
import { createTableStore } from '../../../src/adapters/azure/store.ts';
import { type Azurite, startAzurite } from '../../../src/dev/azurite.ts';
import { Conflict } from '../../../src/ports/store.ts';

let azurite: Azurite;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0)) await end();
});
afterAll(() => azurite.close());

const part = (name: string): string =>
  new RegExp(`${name}=([^;]+)`).exec(azurite.connectionString)?.[1] ?? '';

describe('requests to the table service', () => {
  const two = [
    { op: 'insert', key: "it's %", values: { n: 1 } },
    { op: 'insert', key: 'b', values: { n: 2 } },
  ] as const;

  it('carry a shared access signature', async () => {
    const credential = new AzureNamedKeyCredential(part('AccountName'), part('AccountKey'));
    const permissions = { query: true, write: true, add: true, update: true, delete: true };
    const sas = generateAccountSas(credential, {
      expiresOn: new Date(Date.now() + 600_000),
      permissions: { ...permissions, list: true },
    });
    const connectionString = `TableEndpoint=${part('TableEndpoint')};SharedAccessSignature=${sas}`;
    const store = createTableStore({ connectionString }, { prefix: 'sas' });
    await store.commit('runs', 'p', two);
    await expect(store.commit('runs', 'p', two)).rejects.toBeInstanceOf(Conflict);
    await store.commit('runs', 'p', [{ op: 'put', key: 'c', values: { n: 3 } }]);
    expect((await store.read('runs', 'p', "it's %"))?.values).toEqual({ n: 1 });
    expect(await store.list('runs', 'p', { limit: 10 })).toHaveLength(3);
  });

  it('go through the proxy of the environment', async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.end('{"value":[]}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await createTableStore(azurite).read('lanes', 'p', 'k')).toBeUndefined();
    expect(paths[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/devstoreaccount1\/lanes\(\)/);
  });

  it('are not sent in the clear by those who did not ask for it', async () => {
    const request = createPipelineRequest({ url: part('TableEndpoint') });
    await expect(createHttpClient().sendRequest(request)).rejects.toThrow(
      'must be reached over HTTPS',
    );
  });
});

describe('a request that fails', () => {
  const ask = (url: string, abortSignal?: AbortSignal) =>
    createHttpClient()
      .sendRequest(
        createPipelineRequest({
          url,
          allowInsecureConnection: true,
          ...(abortSignal && { abortSignal }),
        }),
      )
      .catch((error: unknown) => error);

  async function listen(onSocket: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('tells by the system what happened to its connection, with the error as its cause', async () => {
    const closed = await listen(() => undefined);
    for (const end of ends.splice(0)) await end();
    const broken = await listen((socket) => socket.once('data', () => socket.destroy()));
    const half = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')),
    );
    const codes = [
      [closed, 'ECONNREFUSED'],
      [broken, 'ECONNRESET'],
      [half, 'ECONNRESET'],
    ] as const;
    for (const [url, code] of codes) {
      const error = await ask(url);
      expect(error).toBeInstanceOf(RestError);
      expect(error).toMatchObject({ name: 'RestError', code, cause: expect.any(Error) });
      expect(error).not.toHaveProperty('statusCode', expect.anything());
    }
  });

  it('ends with the reason of its signal, whether it has been sent or not', async () => {
    const reason = new Error('enough');
    expect(await ask(await listen(() => undefined), AbortSignal.abort(reason))).toBe(reason);
    const stop = new AbortController();
    const silent = await listen((socket) => socket.once('data', () => stop.abort(reason)));
    expect(await ask(silent, stop.signal)).toBe(reason);
  });
});
