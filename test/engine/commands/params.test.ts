/** What the engine makes of params: merged, told apart, measured. */
import { expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { parseJson, plainJson } from '../../../src/core/json/text.ts';
import { LAUNCH_BYTES_MAX } from '../../../src/core/params-limits.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readLaunch } from '../../../src/engine/store/run-store.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';

function ground() {
  const { world, store } = memoryWorld();
  const entry = { name: 'e', kind: 'container', container: { image: 'busybox:1.37' } };
  const create = (params: object) =>
    pipelines.create(world, domain, Pipeline.parse({ ...entry, params }));
  /** A start by its text, as the API gives it. */
  const start = (params: string, more = '', key?: string) => {
    const sent = parseJson(`{"pipeline":"e","params":${params}${more}}`);
    const request = RunRequest.parse(plainJson(sent));
    const idempotency = key === undefined ? {} : { idempotency: { key, body: sent } };
    return submitRun(world, { domain, request, sent, ...idempotency });
  };
  return { world, store, create, start };
}

test('requests that differ in a digit are two: for a key, and for who attaches', async () => {
  const { create, start } = ground();
  await create({});
  await start('{"seed":9007199254740993}', '', 'k');
  await expect(start('{"seed":9007199254740992}', '', 'k')).rejects.toMatchObject({
    code: 'idempotency_mismatch',
  });
  const attach = ',"on_busy":"attach"';
  expect(await start('{"seed":9007199254740992}', attach)).toMatchObject({ differs: true });
  expect(await start('{ "seed" : 9007199254740993 }', attach)).toMatchObject({ differs: false });
});

test('objects of entry and request merge at every depth, and digits stay', async () => {
  const { world, create, start } = ground();
  await create({ a: { b: { c: 1, d: 2 } }, e: [1] });
  const { run } = await start('{"a":{"b":{"c":1.0}},"9":1e400}');
  const { params } = await readLaunch(world, run.run_id);
  expect(params).toBe('{"a":{"b":{"c":1.0,"d":2}},"e":[1],"9":1e400}');
});

test('a run that is too large together is refused before anything is written', async () => {
  const { store, create, start } = ground();
  await create({ a: 'x'.repeat(LAUNCH_BYTES_MAX - 10_000) });
  const params = JSON.stringify({ b: 'x'.repeat(20_000) });
  await expect(start(params, '', 'k')).rejects.toMatchObject({ code: 'invalid' });
  for (const table of ['work', 'runs', 'idempotency'] as const)
    expect(store.dump(table)).toEqual([]);
});
