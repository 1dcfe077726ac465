import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/core/errors.ts';
import { ADMIN, JOB, testApi } from '../support.ts';

describe('a refusal', () => {
  it('is problem+json with a stable code and the request id', async () => {
    const api = testApi();
    const answer = await api.call('/api/v1/nowhere', { headers: { 'x-request-id': 'abc-123' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe('abc-123');
    expect(answer.json).toEqual({
      type: 'urn:sluice:error:not_found',
      title: ERRORS.not_found.title,
      status: 404,
      detail: 'There is nothing at this address.',
      code: 'not_found',
      retry: false,
      instance: 'urn:sluice:request:abc-123',
      request_id: 'abc-123',
    });
    expect(api.log.entries.at(-1)).toMatchObject({
      message: 'request',
      fields: { request_id: 'abc-123', status: 404 },
    });
  });

  it('is followed into the life of a run: one line has the ids of both', async () => {
    const api = testApi();
    const headers = { 'x-request-id': 'abc-123' };
    const { json } = await api.call('/api/v1/runs', { body: JOB, headers });
    const line = api.log.entries.find(({ message }) => message === 'run submitted');
    expect(line?.fields).toMatchObject({
      request_id: 'abc-123',
      run_id: json.run_id,
      caller: 'root',
    });
  });

  it('replaces a request id that does not belong in a log', async () => {
    const { headers } = await testApi().call('/api/v1/nowhere', {
      headers: { 'x-request-id': 'a{"b":1}' },
    });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('carries the trace id of the caller into the log', async () => {
    const api = testApi();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await api.call('/health/live', { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    await api.call('/health/live', { headers: { traceparent: 'nonsense' } });
    expect(api.log.entries.map(({ fields }) => fields['trace_id'])).toEqual([trace, undefined]);
  });

  it.each([
    ['DELETE', '/api/v1/runs', 'GET, HEAD, OPTIONS, POST'],
    ['POST', '/api/v1/runs/r0123456789abcde', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['GET', '/api/v1/negotiate', 'OPTIONS, POST'],
    ['HEAD', '/api/v1/pipeline/cancel', 'DELETE, OPTIONS'],
    ['PATCH', '/docs', 'GET, HEAD, OPTIONS'],
  ])('is 405 with Allow for %s %s', async (method, path, allow) => {
    const response = await testApi().send(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
  });

  it('answers OPTIONS with what is allowed', async () => {
    const response = await testApi().send('/api/v1/pipelines/x', {
      method: 'OPTIONS',
      token: null,
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PUT');
  });

  it('answers HEAD like GET, without a body', async () => {
    const response = await testApi().send('/api/v1/runs', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each([
    ['text/html', 406],
    ['application/xml, image/*', 406],
    ['application/json;q=0, text/html', 406],
    ['application/*', 200],
    ['text/html, */*;q=0.1', 200],
    ['application/problem+json', 200],
    ['nonsense;;;q=zz,,', 406],
  ])('judges Accept: %s as %d', async (accept, status) => {
    expect((await testApi().call('/api/v1/runs', { headers: { accept } })).status).toBe(status);
  });

  it('is 413 above 256 KiB, with and without a Content-Length', async () => {
    const api = testApi();
    const raw = JSON.stringify({ ...JOB, params: { x: 'y'.repeat(270_000) } });
    expect((await api.call('/api/v1/runs', { raw })).status).toBe(413);
    const told = await api.call('/api/v1/runs', {
      raw: '{}',
      headers: { 'content-length': '2000000' },
    });
    expect(told.status).toBe(413);
    const chunks = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
    });
    const init = {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
    };
    expect((await api.app.request('/api/v1/runs', init as RequestInit)).status).toBe(413);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
  ])('is 415 for a body of %s', async (type) => {
    const answer = await testApi().call('/api/v1/runs', {
      raw: '{}',
      headers: { 'content-type': type },
    });
    expect(answer).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
  });

  it('is 415 for a compressed body', async () => {
    const answer = await testApi().call('/api/v1/runs', {
      raw: '{}',
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
  });

  it.each([
    ['broken JSON', '{"pipeline":', 400],
    ['no JSON', 'pipeline=x', 400],
    ['an array', '[]', 422],
    ['null', 'null', 422],
    ['a number', '1e999', 422],
    ['a huge number inside', '{"pipeline":"a/b","priority":1e999}', 422],
    ['__proto__', '{"pipeline":"a","params":{"__proto__":{"admin":true}}}', 422],
    ['__proto__ at the top', '{"__proto__":{"pipeline":"a"}}', 422],
    ['a BOM', '\ufeff{"pipeline":"a/b"}', 400],
    [
      'deep nesting',
      `{"pipeline":"a","params":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      422,
    ],
  ])('judges %s', async (_, raw, status) => {
    // A decoder takes a BOM away; JSON itself allows none.
    const answer = await testApi().call('/api/v1/runs', { raw });
    expect([status, ...(raw.startsWith('\ufeff') ? [201] : [])]).toContain(answer.status);
  });

  it('is 400 for bytes that are no UTF-8', async () => {
    const text = JSON.stringify({ ...JOB, triggered_by: '~' });
    const raw = new TextEncoder().encode(text).map((byte) => (byte === 0x7e ? 0xff : byte));
    const answer = await testApi().call('/api/v1/runs', { raw });
    expect(answer).toMatchObject({ status: 400, json: { code: 'bad_request' } });
  });

  it('keeps names such as constructor and toString as the plain params that they are', async () => {
    const api = testApi();
    const params = { constructor: 1, toString: 'x', hasOwnProperty: null, prototype: {} };
    const answer = await api.call('/api/v1/runs', { body: { ...JOB, params } });
    expect(answer).toMatchObject({ status: 201, json: { params } });
  });

  it('is 503 with Retry-After while storage does not answer, and tells nothing of it', async () => {
    const api = testApi();
    Object.assign(api.store, { list: () => Promise.reject(new Error('secret host name')) });
    const answer = await api.call('/api/v1/runs');
    expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable', retry: true } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.text).not.toContain('secret');
    expect(api.log.entries.find(({ level }) => level === 'error')).toMatchObject({
      message: 'request failed',
    });
  });

  it('is 500 for a fault of ours, and tells nothing of it', async () => {
    const api = testApi();
    api.push.clientUrl = () => Promise.reject(new TypeError('secret'));
    const answer = await api.call('/api/v1/negotiate', { body: {} });
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal', retry: true } });
    expect(answer.text).not.toContain('secret');
  });
});

describe('every answer', () => {
  it.each(['/api/v1/runs', '/nowhere', '/docs', '/health/live'])(
    'of %s has the security headers',
    async (path) => {
      const { headers } = await testApi().call(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('strict-transport-security')).toBeNull();
    },
  );

  it('over https asks for https from then on, and is not cached', async () => {
    const { headers } = await testApi().call('https://sluice.example.org/health/live');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
