/** Params from the body of a request, by HTTP, to what a container reads. */
import { beforeAll, expect, it } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { startStack } from '../support/stack.ts';

beforeAll(async () => {
  await build();
});

const NUMBERS =
  '{"a":9007199254740993,"b":1.0,"c":0.10000000000000000555111512312578270,"d":1e10,"e":12345678901234567890,"f":-0.0,"g":1e-7,"h":"007","i":"1e10","j":"","k":null,"l":true,"m":"2026-01-02","n":2.50,"o":100000000000000000000000,"10":"\u2028"}';
const CAT =
  '"container":{"image":"busybox:1.37","command":["sh","-uc","cat \\"$SLUICE_PARAMS_FILE\\""]}';

it('a container reads what was sent, also where an entry has its own, and {} where nothing was', async () => {
  const { ready, client } = await startStack();
  const post = async (path: string, raw: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${ready.api}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: raw,
    });
    expect([path, answer.status, await answer.clone().text()]).toEqual([
      path,
      201,
      expect.anything(),
    ]);
    return (await answer.json()) as { readonly run_id: string };
  };
  const printed = async (raw: string) => {
    const { run_id } = await post('/runs', raw);
    for await (const event of client.watch(run_id)) void event;
    expect(await client.getRun(run_id)).toMatchObject({ state: 'succeeded' });
    return (await fetch(`${ready.api}/api/v1/runs/${run_id}/log`)).text();
  };
  const own = '{"aligner":{"name":"star","threads":4},"outdir":"/r","tags":["a","b"]}';
  // What is left of a pattern that RE2 cannot run is a warning, in the bundle too.
  const schema = '"params_schema":{"properties":{"outdir":{"pattern":"^(?!x)(?i)/"}}}';
  await post('/pipelines', `{"name":"nested","kind":"container",${CAT},"params":${own},${schema}}`);
  const asked = '{"aligner":{"threads":8},"tags":null}';
  expect(await printed(`{"pipeline":"nested","params":${asked}}`)).toBe(
    '{"aligner":{"name":"star","threads":8},"outdir":"/r","tags":null}',
  );
  expect(await printed(`{"pipeline":"t","kind":"container",${CAT},"params":${NUMBERS}}`)).toBe(
    NUMBERS,
  );
  expect(await printed(`{"pipeline":"t","kind":"container",${CAT},"params":{}}`)).toBe('{}');
});
