import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB, testApi } from '../support.ts';

describe('input', () => {
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      '\u0000',
      '\ud800',
      '__proto__',
      '../..',
      'nf-core/x',
      -1,
      0,
      1e308,
      2 ** 53,
      null,
      true,
      [],
      {},
    ),
  );
  const field = fc.constantFrom(
    'pipeline',
    'revision',
    'profile',
    'params',
    'kind',
    'container',
    'lane',
    'on_busy',
    'priority',
    'labels',
    'triggered_by',
    'deadline_seconds',
    'work_dir',
    'workdir',
    'parameters',
    'name',
    'scopes',
    'run_ids',
    'capacity',
    'params_schema',
    'source',
    'reason',
    'expires_at',
    'domain',
    'namespace',
    'constructor',
    'toString',
  );
  const valid = fc.constantFrom<Record<string, unknown>>(
    {},
    JOB,
    { name: 'x', kind: 'nextflow', source: 'a' },
    { name: 'x', scopes: ['read'] },
  );
  const body = fc
    .tuple(valid, fc.dictionary(field, value, { maxKeys: 4 }))
    .map(([base, more]) => ({ ...base, ...more }));
  const posts = fc.constantFrom(
    '/api/v1/runs',
    '/api/v1/pipeline/run',
    '/api/v1/pipelines',
    '/api/v1/targets',
    '/api/v1/tokens',
    '/api/v1/negotiate',
    '/api/v1/runs/r0123456789abcde/cancel',
  );

  it('never gives a 5xx, whatever the body', async () => {
    const api = testApi();
    await fc.assert(
      fc.asyncProperty(posts, body, async (path, sent) => {
        const { status } = await api.call(path, { body: sent });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });

  it('never gives a 5xx, whatever the bytes', async () => {
    const api = testApi();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(posts, bytes, async (path, raw) => {
        const { status } = await api.call(path, { method: 'POST', raw: new Uint8Array(raw) });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  it('never gives a 5xx, whatever the path, query and headers', async () => {
    const api = testApi();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('%', '%00', '..', '1', '-1', 'default', 'r0123456789abcde'),
    );
    const paths = fc.constantFrom(
      '/api/v1/runs',
      '/api/v1/runs/',
      '/api/v1/lanes/',
      '/api/v1/pipelines/',
      '/api/v1/targets/',
      '/api/v1/tokens/',
      '/api/v1/runs/r0123456789abcde/events',
      '/api/v1/runs/r0123456789abcde/log',
      '/api/v1/pipeline/history',
      '/docs/',
      '/',
    );
    const names = fc.constantFrom(
      'after',
      'limit',
      'cursor',
      'since',
      'label',
      'state',
      'tail',
      'container',
      'timestamps',
      'x',
    );
    const header = fc.constantFrom(
      'accept',
      'range',
      'if-match',
      'last-event-id',
      'idempotency-key',
      'traceparent',
      'x-request-id',
      'origin',
    );
    const visible = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 40,
    });
    const method = fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH');
    await fc.assert(
      fc.asyncProperty(
        method,
        paths,
        text,
        names,
        text,
        header,
        visible,
        async (verb, path, tail, name, query, head, content) => {
          const url = `${path}${path.endsWith('/') ? encodeURIComponent(tail) : ''}?${name}=${encodeURIComponent(query)}`;
          const response = await api.send(url, { method: verb, headers: { [head]: content } });
          await response.body?.cancel();
          expect(response.status).toBeLessThan(500);
        },
      ),
      { numRuns: 600 },
    );
  });
});
