/** What an entry of Nextflow says stays with the runs that were accepted under it. */
import { expect, test } from 'vitest';
import { Pipeline } from '../../../../src/core/catalogue/entry.ts';
import { withText } from '../../../../src/core/json/write.ts';
import { RunRequest } from '../../../../src/core/runs/request.ts';
import { pipelines } from '../../../../src/engine/catalogue/catalogue.ts';
import { sameLaunch } from '../../../../src/engine/commands/launch.ts';
import { planRun } from '../../../../src/engine/commands/plan.ts';
import { memoryWorld } from '../../../support/world.ts';

const domain = 'default';
const request = RunRequest.parse({ pipeline: 'flow' });
const flow = (own: object) =>
  Pipeline.parse({ name: 'flow', nextflow: { source: 'acme/flow', ...own } });

async function launched(own: object) {
  const { world } = memoryWorld();
  await pipelines.create(world, domain, flow(own));
  return (await planRun(world, { domain, request })).launch;
}

test('a launch has the trace source of its entry, and none where the entry says nothing', async () => {
  expect((await launched({ trace: 'tower' })).nextflow?.trace).toBe('tower');
  expect((await launched({})).nextflow).not.toHaveProperty('trace');
  expect(flow({}).nextflow).not.toHaveProperty('trace');
  expect(() => flow({ trace: 'kafka' })).toThrow();
});

test('two launches that learn of their tasks in other ways are two', async () => {
  const [without, log, off] = [
    await launched({}),
    await launched({ trace: 'log' }),
    await launched({ trace: 'off' }),
  ];
  expect(sameLaunch(without, log)).toBe(true);
  expect(sameLaunch(without, off)).toBe(false);
});

test('params that Nextflow would misread are refused with the faults of the schema, each by its name', async () => {
  const { world } = memoryWorld();
  const params_schema = { properties: { depth: { type: 'integer' } } };
  await pipelines.create(world, domain, Pipeline.parse({ ...flow({}), params_schema }));
  const params = withText('{"depth":"x","size":9223372036854775808,"meta":{"metaClass":1}}');
  const asked = RunRequest.parse({ pipeline: 'flow', params });
  await expect(planRun(world, { domain, request: asked })).rejects.toMatchObject({
    code: 'invalid',
    fields: ['params.depth', 'params.size', 'params.meta.metaClass'].map((field) => ({ field })),
  });
});
