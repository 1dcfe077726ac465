import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHost, type Host } from '../../../src/emulators/functions-host/host.ts';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import { until } from '../../support/host/until.ts';
import type { Seen } from '../../support/host/web/functions.ts';
import { PATIENCE } from '../../support/patience.ts';

const appDir = fileURLToPath(new URL('../../support/host/web', import.meta.url));
const seen = (): Seen =>
  (globalThis as unknown as Record<symbol, Seen>)[Symbol.for('host-test:seen')] as Seen;

/** Lets the function that waits in the middle of its body go on. */
async function openGate(): Promise<void> {
  const open = await vi.waitUntil(() => seen().openGate, PATIENCE);
  delete seen().openGate;
  open();
}

async function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
}

describe('HTTP functions with enableHttpStream', () => {
  const lines: HostLogLine[] = [];
  let servers: Server[] = [];
  let host: Host;
  beforeAll(async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    const settings = { STREAM: '1', FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000000' };
    host = await createHost({ appDir, settings, log: (line) => lines.push(line) });
    servers = [...listen.mock.contexts] as Server[];
    listen.mockRestore();
  });
  afterAll(async () => {
    const { terminated } = seen();
    await host.close();
    expect(seen().terminated).toBe(terminated + 1);
  });

  it('are reached through the host only: the server of the library binds to loopback and knows its callers', async () => {
    const bound = servers.map((server) => server.address() as AddressInfo);
    expect(bound).toHaveLength(2);
    expect(bound.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
    const inner = bound.find(({ port }) => port !== host.port);
    const headers = {
      'x-ms-invocation-id': 'mine',
      'x-forwarded-host': 'a',
      'x-forwarded-proto': 'http',
    };
    const response = await fetch(`http://127.0.0.1:${inner?.port}/api/empty`, { headers });
    expect(response.status).toBe(404);
  });

  it('see a repeated query parameter as a list, and the query among the route parameters', async () => {
    const response = await fetch(`${host.url}/api/echo?a=1&a=2&name=sneaky&code=key`);
    expect(response.headers.get('x-method')).toBe('GET');
    expect(await response.json()).toMatchObject({
      url: `${host.url}/api/echo?a=1&a=2&name=sneaky&code=key`,
      all: ['1', '2'],
      params: { name: 'sneaky', a: '2' },
    });
    const routed = await fetch(`${host.url}/api/echo/real?name=sneaky`);
    expect(await routed.json()).toMatchObject({ params: { name: 'real' } });
  });

  it('see the escape of a slash escaped once more in the address alone', async () => {
    const answer = (await (await fetch(`${host.url}/api/echo/a%2Fb%20c`)).json()) as object;
    expect(answer).toMatchObject({
      url: `${host.url}/api/echo/a%252Fb%20c`,
      params: { name: 'a%2Fb c' },
    });
  });

  it.each([
    ['a header outside ASCII', { referer: Buffer.from('http://a/ü').toString('latin1') }],
    ['long headers', { 'x-long': 'x'.repeat(20_000) }],
  ])('answer what would hang on Azure, and say so in the log: %s', async (_, headers) => {
    const before = lines.length;
    expect((await answerOf(http.get(`${host.url}/api/empty`, { headers }))).statusCode).toBe(200);
    const warnings = lines.slice(before).filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^On Azure this request would hang: /),
    ]);
  });

  it('have failed when their client left before it had the whole answer', async () => {
    const answer = await answerOf(http.get(`${host.url}/api/drip`));
    await new Promise((resolve) => answer.once('data', resolve));
    answer.on('error', () => undefined).destroy();
    await openGate();
    const failed = /^Executed 'Functions.drip' \(Failed.*ForwarderError/;
    await until(() => expect(lines.some(({ message }) => failed.test(message))).toBe(true));
  });

  it('are answered for with 500 when they send a header outside ASCII', async () => {
    expect((await fetch(`${host.url}/api/odd`)).status).toBe(500);
  });

  it('get headers and bodies, chunked ones too', async () => {
    const headers = { 'x-test': 'yes' };
    const request = http.request(`${host.url}/api/echo`, { method: 'PUT', headers });
    request.write('one');
    request.write('two');
    request.end();
    const response = await answerOf(request);
    expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject({
      body: 'onetwo',
      header: 'yes',
    });
    const whole = await fetch(`${host.url}/api/upload`, {
      method: 'POST',
      body: 'x'.repeat(500_000),
    });
    expect(await whole.json()).toEqual({ bytes: 500_000 });
    const none = await fetch(`${host.url}/api/upload`, { method: 'POST' });
    expect(await none.json()).toEqual({ bytes: 0 });
  });

  it('set cookies as they are given', async () => {
    const response = await fetch(`${host.url}/api/cookies`);
    expect(response.headers.getSetCookie()).toEqual([
      'one=a%20b; Max-Age=60; HttpOnly',
      'two=2; Path=/x; Secure; SameSite=Strict',
    ]);
  });

  it('deliver each part of a streamed response as it comes', async () => {
    const response = await fetch(`${host.url}/api/drip`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('first\n');
    await openGate();
    expect((await reader?.read())?.value).toBe('second\n');
    expect((await reader?.read())?.done).toBe(true);
  });

  it.each([
    ['fails', /failed: on purpose/],
    ['nothing', /returned no response/],
  ])('answer 500 with an explanation at once where Azure would hang: %s', async (name, why) => {
    const response = await fetch(`${host.url}/api/${name}`, { signal: AbortSignal.timeout(5000) });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toMatch(why);
    expect(text).toMatch(/would get no answer and hang/);
    const logged = lines.filter(({ level, function: fn }) => level === 'error' && fn === name);
    expect(logged.some(({ message }) => why.test(message))).toBe(true);
  });

  it('break the connection when a body fails half way, so that it is not taken for whole', async () => {
    const response = await fetch(`${host.url}/api/breaks`, { signal: AbortSignal.timeout(5000) });
    expect(response.status).toBe(200);
    await openGate();
    await expect(response.text()).rejects.toThrow(/terminated/);
  });

  it('hear that the client went away while they read its body', async () => {
    const headers = { 'content-length': 1000 };
    const request = http.request(`${host.url}/api/upload`, { method: 'POST', headers });
    request.on('error', () => undefined);
    request.write('x'.repeat(10));
    await until(() => expect(lines.at(-1)?.message).toMatch(/Executing 'Functions.upload'/));
    request.destroy();
    await until(() => expect(seen().aborted).toHaveLength(1));
  });

  it('do not begin for a client that is gone before the library has its request', async () => {
    const inner = servers.find((server) => (server.address() as AddressInfo).port !== host.port);
    const handlers = inner?.listeners('request') as (() => void)[];
    inner?.removeAllListeners('request');
    // In place of the library, which never hears of this request: its connection breaks before.
    const arrived = new Promise<IncomingMessage>((resolve) => inner?.once('request', resolve));
    const request = http.get(`${host.url}/api/empty?gone`).on('error', () => undefined);
    const forwarded = await arrived;
    request.destroy();
    await new Promise((resolve) => forwarded.once('close', resolve));
    for (const handler of handlers) {
      inner?.on('request', handler);
    }
    expect((await fetch(`${host.url}/api/empty`)).status).toBe(200);
    const count = (pattern: RegExp) => lines.filter(({ message }) => pattern.test(message)).length;
    await until(() => expect(count(/^Executed/)).toBe(count(/^Executing/)));
  });

  it('are refused a body over the limit, announced or not', async () => {
    const big = 'x'.repeat(1_000_001);
    const announced = await fetch(`${host.url}/api/upload`, { method: 'POST', body: big });
    expect(announced.status).toBe(413);
    const request = http.request(`${host.url}/api/upload`, { method: 'POST' });
    request.on('error', () => undefined);
    request.end(big);
    expect((await answerOf(request)).statusCode).toBe(413);
  });

  it('have null for an error after they succeeded, as hooks see it', async () => {
    seen().hooks.length = 0;
    expect((await fetch(`${host.url}/api/empty`)).status).toBe(200);
    expect(seen().hooks).toEqual(['error null']);
  });

  it('still route, hook and fire like others', async () => {
    expect((await fetch(`${host.url}/api/items/1`, { method: 'PUT' })).status).toBe(404);
    const response = await fetch(`${host.url}/api/hooked`);
    expect(response.headers.get('x-hook')).toBe('was here');
    expect(await response.json()).toEqual({ replaced: true });
    const head = await fetch(`${host.url}/api/items/1`, { method: 'HEAD' });
    expect(head.status).toBe(404);
  });
});
