import http, { type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createHost,
  type Host,
  type HostOptions,
} from '../../../src/emulators/functions-host/host.ts';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import type { Seen } from '../../support/host/web/functions.ts';
import { PATIENCE } from '../../support/patience.ts';

const appDir = fileURLToPath(new URL('../../support/host/web', import.meta.url));

async function call(
  url: string,
  options: http.RequestOptions = {},
  chunks: string[] = [],
): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> {
  const request = http.request(url, options);
  for (const chunk of chunks) {
    request.write(chunk);
  }
  request.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

describe('HTTP functions without streaming', () => {
  const lines: HostLogLine[] = [];
  let host: Host;
  beforeAll(async () => {
    host = await createHost({ appDir, log: (line) => lines.push(line) });
  });
  afterAll(async () => {
    await host.close();
  });
  const get = (path: string, options?: http.RequestOptions) => call(`${host.url}${path}`, options);
  const nameOf = (text: string) => (JSON.parse(text) as { name: string }).name;

  it('go by the order of their names, however precise another route is', async () => {
    expect(nameOf((await get('/api/items/special')).text)).toBe('all');
    expect(nameOf((await get('/API/Items/SPECIAL')).text)).toBe('all');
  });

  it('of another method do not match, so that the answer is another function or 404, never 405', async () => {
    const post = await get('/api/items/1', { method: 'POST' });
    expect(nameOf(post.text)).toBe('Create');
    const put = await get('/api/items/1', { method: 'PUT' });
    expect({ status: put.status, text: put.text }).toEqual({ status: 404, text: '' });
    expect((await get('/api/items/1', { method: 'HEAD' })).status).toBe(404);
  });

  it('match only when the constraints hold, and leave out an absent optional parameter', async () => {
    expect((await get('/api/typed/2')).status).toBe(404);
    expect((await get('/api/typed/x')).status).toBe(404);
    const found = await get('/api/typed/3');
    expect(JSON.parse(found.text)).toEqual({ name: 'typed', params: { n: '3' } });
  });

  it('have their name for a route when they give none', async () => {
    expect(nameOf((await get('/api/noroute')).text)).toBe('noRoute');
  });

  it('see a repeated query parameter as one, joined by commas', async () => {
    const { text } = await get('/api/echo?a=1&a=2&A=3');
    expect(JSON.parse(text)).toMatchObject({ a: '1,2,3', all: ['1,2,3'] });
  });

  it('get the body of a request with content-length and lose a chunked one', async () => {
    const body = 'hällo';
    const headers = { 'content-length': Buffer.byteLength(body), 'x-test': 'yes' };
    const whole = await call(`${host.url}/api/echo/n%20m`, { method: 'PUT', headers }, [body]);
    expect(JSON.parse(whole.text)).toMatchObject({ body, header: 'yes', params: { name: 'n m' } });
    const chunked = await call(`${host.url}/api/echo`, { method: 'POST' }, ['one', 'two']);
    expect(JSON.parse(chunked.text)).toMatchObject({ body: '' });
    expect(lines.some((line) => /without content-length/.test(line.message))).toBe(true);
  });

  it('set cookies in the way of ASP.NET', async () => {
    const { headers } = await get('/api/cookies');
    expect(headers['set-cookie']).toEqual([
      'one=a%20b; max-age=60; path=/; httponly',
      'two=2; path=/x; secure; samesite=strict',
    ]);
  });

  it('answer 204 for nothing, 200 for an empty object and a bare 500 for an error', async () => {
    expect((await get('/api/nothing')).status).toBe(204);
    expect((await get('/api/empty')).status).toBe(200);
    const failed = await get('/api/fails');
    expect({ status: failed.status, text: failed.text }).toEqual({ status: 500, text: '' });
    // As in the worker.
    expect((await get('/api/null')).status).toBe(204);
    expect((await get('/api/odd')).status).toBe(500);
  });

  it('pass through hooks that change inputs, results and log lines', async () => {
    const { text, headers } = await get('/api/hooked');
    expect(JSON.parse(text)).toEqual({ replaced: true });
    expect(headers['x-hook']).toBe('was here');
    const line = lines.find(({ category }) => category === 'Function.hooked.User');
    expect(line).toMatchObject({
      message: '****** is out',
      function: 'hooked',
      level: 'information',
    });
  });

  it.each([
    ['an address over 8 KB', `/api/echo?${'x'.repeat(8_200)}`, {}, 414],
    [
      'over 100 headers',
      '/api/empty',
      Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, ''])),
      431,
    ],
    ['headers over 32 KB', '/api/empty', { 'x-long': 'x'.repeat(33_000) }, 431],
    ['a header that is not UTF-8', '/api/empty', { 'x-odd': '\u00fc' }, 400],
    ['a zero byte in the path', '/api/echo/%00', {}, 400],
    ['two slashes at the end', '/api/empty//', {}, 404],
    ['a hook of an extension', '/runtime/webhooks/any', {}, 401],
  ])('are refused for %s', async (_, path, headers, status) => {
    expect((await get(path, { headers })).status).toBe(status);
  });

  it('are not found for a method that nobody knows', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.write('SHOUT /api/empty HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1.1 404 /);
  });

  it('are refused for a host name or a body that cannot be', async () => {
    expect((await get('/api/echo', { headers: { host: 'a b' } })).status).toBe(400);
    const headers = { 'content-length': 104_857_601, connection: 'close' };
    const request = http.request(`${host.url}/api/echo`, { method: 'POST', headers });
    request.on('error', () => undefined).flushHeaders();
    const response = await new Promise<IncomingMessage>((resolve) => {
      request.on('response', resolve);
    });
    request.destroy();
    expect(response.statusCode).toBe(413);
  });

  it('leave the root to the home page and answer 404 to any other path', async () => {
    expect((await get('/')).status).toBe(200);
    expect((await get('/nowhere')).status).toBe(404);
  });

  it('cannot share the process with a second host', async () => {
    await expect(createHost({ appDir })).rejects.toThrow(/running in this process already/);
    expect((await get('/api/empty')).status).toBe(200);
  });

  it('are listed by the admin API, which is closed to other machines and to web pages', async () => {
    const list = JSON.parse((await get('/admin/functions')).text) as { name: string }[];
    expect(list.map(({ name }) => name)).toContain('noRoute');
    expect((await get('/admin/host/ping')).status).toBe(200);
    expect(JSON.parse((await get('/admin/host/status')).text)).toMatchObject({ state: 'Running' });
    expect((await get('/admin/functions', { headers: { host: 'evil.test' } })).status).toBe(403);
    const headers = { origin: 'https://evil.test' };
    expect((await get('/admin/functions', { headers })).status).toBe(403);
    expect((await get('/admin/functions/none')).status).toBe(404);
  });
});

describe('settings and keys', () => {
  let host: Host | undefined;
  const start = async (options: Partial<HostOptions>): Promise<string> => {
    host = await createHost({ appDir, ...options });
    return host.url;
  };
  afterEach(async () => {
    await host?.close();
    host = undefined;
    delete process.env['FROM_ENVIRONMENT'];
    delete process.env['FROM_CALLER'];
  });

  it('rank: the caller, then the environment, then local.settings.json; close takes them back', async () => {
    process.env['FROM_ENVIRONMENT'] = 'environment';
    process.env['FROM_CALLER'] = 'environment';
    const lines: HostLogLine[] = [];
    const settings = { FROM_CALLER: 'caller' };
    const url = await start({ settings, log: (line) => lines.push(line) });
    const { text } = await call(`${url}/api/settings`);
    expect(JSON.parse(text)).toEqual({
      FROM_FILE: 'file',
      FROM_ENVIRONMENT: 'environment',
      FROM_CALLER: 'caller',
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    });
    expect(lines.some(({ message }) => message.includes("Skipping 'FROM_ENVIRONMENT'"))).toBe(true);
    await host?.close();
    expect(process.env['FROM_CALLER']).toBe('environment');
    expect(process.env['FROM_FILE']).toBeUndefined();
  });

  it('leave every function open unless keys are demanded', async () => {
    const url = await start({ settings: { 'AzureWebJobs.off.Disabled': 'true' } });
    expect((await call(`${url}/api/locked`, { method: 'POST' })).status).toBe(200);
    expect((await call(`${url}/api/master`)).status).toBe(200);
    expect((await call(`${url}/api/off`)).status).toBe(200);
  });

  it('demand the right key, and say 401 before the 404 of a disabled function', async () => {
    const url = await start({
      enableAuth: true,
      keys: {
        master: 'the-master',
        host: { default: 'any-function' },
        functions: { Locked: { own: 'this-function' }, other: { own: 'not-this' } },
      },
      settings: {
        AzureWebJobs_off_Disabled: '1',
        'AzureWebJobs.locked.Disabled': 'false',
        'AzureWebJobs.master.Disabled': '1',
      },
    });
    const status = async (path: string, key?: string, method = 'GET') => {
      const headers = key === undefined ? {} : { 'x-functions-key': key };
      return (await call(`${url}${path}`, { method, headers })).status;
    };
    expect(await status('/api/locked', undefined, 'POST')).toBe(401);
    expect(await status('/api/locked', 'not-this', 'POST')).toBe(401);
    expect(await status('/api/locked', 'this-function', 'POST')).toBe(200);
    expect(await status('/api/locked?code=any-function', undefined, 'POST')).toBe(200);
    expect(await status('/api/locked?code=any-function', 'wrong', 'POST')).toBe(401);
    expect(await status('/api/locked', 'the-master', 'POST')).toBe(200);
    expect(await status('/api/empty', 'wrong')).toBe(200);
    expect(await status('/api/master', 'any-function')).toBe(401);
    expect(await status('/api/master', 'the-master')).toBe(200);
    expect(await status('/api/off')).toBe(404);
    expect(await status('/api/off', 'the-master')).toBe(200);
    expect(await status('/api/none')).toBe(404);
    expect(await status('/admin/functions')).toBe(401);
    expect(await status('/admin/functions', 'wrong')).toBe(401);
    expect(await status('/admin/functions', 'any-function')).toBe(403);
    expect(await status('/admin/functions', 'the-master')).toBe(200);
    expect(await status('/admin/host/ping')).toBe(200);
  });
});

it('lets as many requests run, and wait, as host.json says', async () => {
  const limit = 'AzureFunctionsJobHost__extensions__http__max';
  const settings = { [`${limit}ConcurrentRequests`]: '1', [`${limit}OutstandingRequests`]: '3' };
  const host = await createHost({ appDir, settings });
  try {
    const running = call(`${host.url}/api/drip`);
    const seen = (globalThis as unknown as Record<symbol, Seen>)[Symbol.for('host-test:seen')];
    const openGate = await vi.waitUntil(() => seen?.openGate, PATIENCE);
    const others = [1, 2, 3].map(async () => (await call(`${host.url}/api/empty`)).status);
    // While one runs two may wait.
    expect(await Promise.race(others)).toBe(429);
    openGate();
    expect((await running).text).toBe('first\nsecond\n');
    expect((await Promise.all(others)).toSorted((a, b) => a - b)).toEqual([200, 200, 429]);
  } finally {
    await host.close();
  }
});
