/** A client whose types are generated from the OpenAPI document, and that knows nothing else of the API. */
import { readFile, writeFile } from 'node:fs/promises';
import createClient from 'openapi-fetch';
import type { OpenAPI3 } from 'openapi-typescript';
import { expect, it } from 'vitest';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { components, paths } from '../../openapi/schema.d.ts';
import { typesOf } from '../../openapi/types.ts';
import { ADMIN, JOB, testApi } from '../support.ts';
import { whileWaiting } from '../wait.ts';

type RunEvent = components['schemas']['RunEvent'];

const FILE = new URL('../../openapi/schema.d.ts', import.meta.url);

it('has its types from the document as it is', async () => {
  const types = await typesOf(testApi().document as unknown as OpenAPI3);
  if (process.env['UPDATE_OPENAPI'] === '1') await writeFile(FILE, types);
  expect(await readFile(FILE, 'utf8')).toBe(types);
});

it('starts a run and watches it to its end', async () => {
  const { app, clock, world } = testApi();
  const client = createClient<paths>({
    baseUrl: 'http://localhost',
    headers: { authorization: `Bearer ${ADMIN}` },
    fetch: async (request) => await app.request(request),
  });
  const started = await client.POST('/api/v1/runs', {
    params: { header: { 'idempotency-key': 'once' } },
    body: { ...JOB, labels: { sample: 'S1' } },
  });
  // The types know that there is no run in a refusal, and no refusal in a run.
  if (started.data === undefined) throw new Error(`${started.error.code}: ${started.error.detail}`);
  if (!('run_id' in started.data)) throw new Error('only a dry run has none');
  const { run_id } = started.data;
  expect(started.response.headers.get('location')).toBe(`/api/v1/runs/${run_id}`);

  const events: RunEvent[] = [];
  for (let complete = false; !complete; ) {
    const page = client.GET('/api/v1/runs/{run_id}/events', {
      params: { path: { run_id }, query: { after: events.length, wait: 20 } },
    });
    const { data, error } = await whileWaiting(clock, 1_000, page, () => tick(world));
    if (data === undefined || typeof data === 'string')
      throw new Error(error?.detail ?? 'a stream');
    events.push(...data.events);
    complete = data.complete && events.length === data.last_seq;
  }
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const end = events.at(-1);
  // Told apart by its type.
  expect(end?.type === 'complete' && end.data.status).toBe('succeeded');
  const lines = events.flatMap((event) =>
    event.type === 'log' ? event.data.lines.map(({ message }) => message) : [],
  );
  expect(lines.length).toBeGreaterThan(0);

  const over = await client.GET('/api/v1/runs/{run_id}', { params: { path: { run_id } } });
  expect(over.data).toMatchObject({ state: 'succeeded', labels: { sample: 'S1' } });
  const absent = await client.GET('/api/v1/runs/{run_id}', {
    params: { path: { run_id: 'r0000000000000000' } },
  });
  expect(absent.error?.code).toBe('not_found');
});
