/** Refusals name the field, what is wrong and what is allowed, in plain words. */
import { describe, expect, it } from 'vitest';
import { fieldName, fieldPath } from '../../../src/core/errors.ts';
import { tickUntil } from '../../support/world.ts';
import { ADMIN, JOB, testApi } from '../support.ts';

const RUNS = '/api/v1/runs';
const container = { image: 'busybox:1.37' };

describe('what is wrong with a value', () => {
  it.each([
    [{ pipeline: undefined }, 'pipeline', 'is missing: it must be text'],
    [{ pipeline: 7 }, 'pipeline', 'must be text'],
    [{ priority: 10 }, 'priority', 'must be at most 9'],
    [{ priority: 1.5 }, 'priority', 'must be a whole number'],
    [{ priority: 'high' }, 'priority', 'must be a number'],
    [{ deadline_seconds: 0 }, 'deadline_seconds', 'must be at least 1'],
    [{ on_busy: 'wait' }, 'on_busy', 'must be one of attach, queue, reject'],
    [{ params: [] }, 'params', 'must be an object'],
    [{ labels: 'a' }, 'labels', 'must be an object'],
    [{ labels: { a: 1 } }, 'labels.a', 'must be text'],
    [
      { labels: { a: 'b c' } },
      'labels.a',
      'must be empty, or up to 63 of letters, digits and . _ / -',
    ],
    [
      { labels: { 'patient id': 'x' } },
      'labels."patient id"',
      'must be 1 to 63 of letters, digits and . _ / -',
    ],
    [{ triggered_by: 'x'.repeat(201) }, 'triggered_by', 'must have at most 200 characters'],
    [
      { container: { ...container, command: Array(101).fill('a') } },
      'container.command',
      'must have at most 100 entries',
    ],
    [{ 'do it': 1 }, '"do it"', expect.stringMatching(/^is not known; there are pipeline, .*lane/)],
    [
      { container: { ...container, tag: 'x' } },
      'container.tag',
      'is not known; there are image, command, args, env, secret_env, resources',
    ],
  ])('is said: %j', async (body, field, message) => {
    const answer = await testApi().call(RUNS, { body: { ...JOB, ...body } });
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field, message }] } });
  });

  it.each([
    ['/api/v1/tokens', { name: 'x', scopes: [] }, 'scopes', 'must not be empty'],
    ['/api/v1/tokens', { name: '', scopes: ['read'] }, 'name', 'must not be empty'],
    [
      '/api/v1/tokens',
      { name: 'x', scopes: ['read'], expires_at: 'soon' },
      'expires_at',
      expect.stringContaining('such as 2026-11-28T09:30:00Z'),
    ],
    [RUNS, [], 'body', 'must be an object'],
    ['/api/v1/negotiate', { runs: [] }, 'runs', 'is not known; there is run_ids'],
    [`${RUNS}/r0123456789abcde/cancel`, { reason: 1 }, 'reason', 'must be text'],
    [
      `${RUNS}/r0123456789abcde/cancel`,
      { reason: 'a\u0085b' },
      'reason',
      'must not contain control characters',
    ],
  ])('is said everywhere: %s %j', async (path, body, field, message) => {
    const answer = await testApi().call(path, { body });
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field, message }] } });
  });

  it('is no text of a library, whatever is sent', async () => {
    const api = testApi();
    const wrong = [null, 7, '', 'a b', [], [1], {}, { a: 1 }, true, -1, 1e9];
    const entry = { name: 'x', kind: 'nextflow', source: 'a/b' };
    for (const [path, good, names] of [
      [RUNS, JOB, 'pipeline revision profile params kind container lane on_busy priority labels'],
      [
        '/api/v1/pipelines',
        entry,
        'name kind source params_schema overridable plugins fixed_params',
      ],
      ['/api/v1/targets', { name: 'x' }, 'namespace work_claim resources node_selector plugins'],
      ['/api/v1/tokens', { name: 'x', scopes: ['read'] }, 'name scopes expires_at domain'],
    ] as const)
      for (const name of names.split(' '))
        for (const value of wrong) {
          const { json } = await api.call(path, { body: { ...good, [name]: value } });
          for (const { message } of json?.errors ?? [])
            expect(message).not.toMatch(/^(?:Invalid|Too |Unrecognized)|expected|received/);
        }
  });

  it('is told with names that are cut, as values are', async () => {
    const name = 'x'.repeat(5_000);
    for (const body of [
      { [name]: 1 },
      { labels: { [name]: 'x' } },
      { params: { [name]: 1 } },
      { params: { a: { [`${name}\ud800`]: 1 } } },
      { container: { ...container, env: { [name]: 'x' } } },
    ]) {
      const answer = await testApi().call(RUNS, { body: { ...JOB, ...body } });
      expect(answer.status).toBe(422);
      expect(answer.text.length).toBeLessThan(1_000);
    }
    const query = await testApi().call(`${RUNS}?${name}=1`);
    expect([query.status, query.text.length < 1_000]).toEqual([422, true]);
  });
});

it.each([['a'], ['a', 'b.c', '1'], ['', ' '], ['"', '\\"'], ['a"b.c', 'd'], ['params', 'b/c']])(
  'a field leads back to its path: %j, %j',
  (...path) => {
    expect(fieldPath(fieldName(path))).toEqual(path);
  },
);

describe('a token', () => {
  const challenge = async (call: Parameters<ReturnType<typeof testApi>['call']>[1]) => {
    const { status, headers, json } = await testApi().call('/api/v1/tokens', call);
    return [status, headers.get('www-authenticate'), json.detail];
  };

  it('that is wrong is told from one that is missing', async () => {
    const asked = 'Bearer realm="sluice"';
    expect(await challenge({ token: null })).toEqual([
      401,
      asked,
      'Send a token as Authorization: Bearer or x-api-key.',
    ]);
    for (const token of ['wrong', 'x'.repeat(600)])
      expect(await challenge({ token })).toEqual([
        401,
        `${asked}, error="invalid_token"`,
        'The token is unknown, expired or revoked.',
      ]);
  });

  it('without the scope is told which one it lacks', async () => {
    const api = testApi();
    const made = await api.call('/api/v1/tokens', { body: { name: 'x', scopes: ['read'] } });
    const { status, headers } = await api.call('/api/v1/tokens', { token: made.json.token });
    expect([status, headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer realm="sluice", error="insufficient_scope", scope="admin"',
    ]);
    expect((await api.call('/api/v1/tokens', { token: ADMIN })).status).toBe(200);
  });
});

it('a log of a container that there is not is not there', async () => {
  const api = testApi();
  const { run_id } = (await api.call(RUNS, { body: JOB })).json;
  const path = `${RUNS}/${run_id}`;
  expect((await api.send(`${path}/log?container=driver`)).status).toBe(200);
  await tickUntil(
    api.world,
    api.clock,
    async () => (await api.call(path)).json.state === 'succeeded',
  );
  expect((await api.send(`${path}/log?container=driver`)).status).toBe(200);
  const none = await api.call(`${path}/log?container=nope`);
  expect(none).toMatchObject({ status: 404, json: { code: 'not_found' } });
  expect(none.json.detail).toContain('driver');
});

it('what is no JSON is told with its line and column', async () => {
  const answer = await testApi().call(RUNS, { raw: '{\n  "pipeline": "a/b",\n  nope\n}' });
  expect(answer).toMatchObject({ status: 400, json: { code: 'bad_request' } });
  expect(answer.json.detail).toContain('line 3, column 3');
});
