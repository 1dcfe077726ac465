/** Every error says what to do: all codes of the API, and all ways in which no answer comes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { exitCodeOf, explain, explainJson, UsageError } from '../../src/cli/failure.ts';
import { createClient, SluiceError } from '../../src/client/index.ts';
import { ERRORS, type ErrorCode } from '../../src/core/errors.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

test.each(CODES)('%s', (code) => {
  const { status, title } = ERRORS[code];
  const [what, todo, ...more] = explain(new SluiceError(code, status, title));
  expect(what).toBe(title);
  expect(todo).toMatch(/\w.*[.?]$/);
  expect(more).toEqual([]);
  const wrongUse = code === 'invalid' || code === 'bad_request';
  expect(exitCodeOf(new SluiceError(code, status, title))).toBe(wrongUse ? 2 : 1);
});

test('a code of a newer server has a hint too', () => {
  const [, todo] = explain(new SluiceError('of-tomorrow' as ErrorCode, 418, 'No coffee'));
  expect(todo).toContain('sluice --version');
});

const failing = (cause: Error) =>
  createClient({
    url: 'http://sluice.example.org',
    push: false,
    fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    runtime: {
      now: () => 0,
      random: () => 0,
      uniqueKey: () => 'key',
      // Pauses are over at once; the time-out of a request is not.
      sleep: (ms, signal) =>
        ms < 30_000
          ? Promise.resolve()
          : new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      onWake: () => () => undefined,
    },
  });
const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', /is the server running/],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND sluice.example.org', /spelt right/],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN sluice.example.org', /spelt right/],
  ['CERT_HAS_EXPIRED', 'certificate has expired', /NODE_EXTRA_CA_CERTS/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', /NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'not in the altnames', /name of the host/],
  ['EPROTO', 'wrong version number', /http:\/\//],
  ['ETIMEDOUT', 'connect ETIMEDOUT', /VPN/],
  ['EHOSTUNREACH', 'no route', /VPN/],
  ['UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error', /VPN/],
  ['ECONNRESET', 'socket hang up', /sluice list/],
  ['UND_ERR_SOCKET', 'other side closed', /sluice list/],
  ['ESOMETHING', 'who knows', /is its address right/],
])('%s', async (code, message, todo) => {
  const error: unknown = await failing(withCode(code, message))
    .getRun('r')
    .catch((e: unknown) => e);
  const lines = explain(error);
  // What Node says, not only that fetch failed.
  expect(lines[0]).toContain(message);
  expect(lines[1]).toMatch(todo);
  expect(exitCodeOf(error)).toBe(4);
});

test('a name with several addresses, of which none answers', async () => {
  const refused = withCode('ECONNREFUSED', 'connect ECONNREFUSED ::1:9');
  const all = Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' });
  const error: unknown = await failing(all)
    .getRun('r')
    .catch((e: unknown) => e);
  expect(explain(error)).toEqual([
    expect.stringContaining('connect ECONNREFUSED ::1:9'),
    expect.stringContaining('is the server running'),
  ]);
});

test.each([
  [502, '<h1>Bad Gateway</h1>', 4, /try again/],
  [503, 'maintenance', 4, /try again/],
  [200, '<!doctype html>', 1, /address of a Sluice server/],
  [404, 'nginx', 1, /address of a Sluice server/],
])('a page in place of the API: %i', async (status, body, code, todo) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = createClient({ url: `http://127.0.0.1:${port}`, push: false });
  const error: unknown = await client.tokens
    .create({ name: 'x', scopes: [] })
    .catch((e: unknown) => e);
  expect(explain(error)[1]).toMatch(todo);
  expect(exitCodeOf(error)).toBe(code);
});

test('fields, the run that may still begin, and text of others without control characters', () => {
  const fields = [{ field: 'params.genome', message: 'must be text \u001b[2J' }];
  const error = new SluiceError('invalid', 422, 'no', { fields, runId: 'r000000000000000' });
  expect(explain(error)).toEqual([
    'The request is not valid:',
    '  params.genome: must be text \ufffd[2J',
    expect.stringContaining('r000000000000000'),
    expect.stringContaining('--help'),
  ]);
});

test('the same as JSON', () => {
  expect(explainJson(new SluiceError('lane_busy', 409, 'busy'))).toEqual({
    error: {
      code: 'lane_busy',
      exit_code: 1,
      status: 409,
      detail: 'busy',
      fields: [],
      hint: expect.stringContaining('--on-busy'),
    },
  });
  expect(explainJson(new UsageError('No server'))).toMatchObject({
    error: { code: 'usage', exit_code: 2, detail: 'No server' },
  });
});
