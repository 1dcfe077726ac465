/** What an entry of Nextflow says stays with the runs that were accepted under it. */
import { expect, test } from 'vitest';
import { POLICIES } from '../../../../src/core/access/policy.ts';
import { Pipeline } from '../../../../src/core/catalogue/entry.ts';
import { withText } from '../../../../src/core/json/write.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { RunRequest } from '../../../../src/core/runs/request.ts';
import { pipelines, targets } from '../../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../../src/engine/catalogue/policy.ts';
import { findPlaces } from '../../../../src/engine/commands/files/places.ts';
import { sameLaunch } from '../../../../src/engine/commands/launch.ts';
import { planRun } from '../../../../src/engine/commands/plan.ts';
import { dryRun } from '../../../../src/engine/commands/runs/dry-run.ts';
import { submitRun } from '../../../../src/engine/commands/submit.ts';
import { inLists } from '../../../../src/engine/queries/view.ts';
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

test('labels of an entry are under those of a request, and limited together', async () => {
  const { world } = memoryWorld();
  const labels = { team: 'genomics', stage: 'dev' };
  await pipelines.create(world, domain, Pipeline.parse({ ...flow({}), labels }));
  const start = (own: object) =>
    submitRun(world, { domain, request: RunRequest.parse({ pipeline: 'flow', labels: own }) });
  expect((await start({ stage: 'prod' })).run.labels).toEqual({ team: 'genomics', stage: 'prod' });
  const many = Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`l${at}`, 'x']));
  await expect(start(many)).rejects.toMatchObject({ fields: [{ field: 'labels' }] });
});

test.each([
  ['a target of the list', ['fast'], [], 'fast', true],
  ['its own target', ['fast'], [], 'default', true],
  ['another, although targets are overridable', ['fast'], ['target'], 'slow', false],
  ['any where targets are overridable and none are listed', undefined, ['target'], 'slow', true],
  ['any other where nothing says so', undefined, [], 'slow', false],
])('a request may choose %s: %s %s', async (_what, targets_, overridable, target, ok) => {
  const { world } = memoryWorld();
  for (const name of ['fast', 'slow']) await targets.create(world, domain, Target.parse({ name }));
  const entry = { ...flow({}), overridable, ...(targets_ && { targets: targets_ }) };
  await pipelines.create(world, domain, Pipeline.parse(entry));
  const asked = planRun(world, { domain, request: RunRequest.parse({ pipeline: 'flow', target }) });
  if (ok) expect((await asked).target.name).toBe(target);
  else await expect(asked).rejects.toMatchObject({ fields: [{ field: 'target' }] });
});

test('lists of runs leave out what is large', async () => {
  const { world } = memoryWorld();
  await pipelines.create(world, domain, flow({ config: 'process.cpus = 1', version: '25.10.2' }));
  const { run } = await submitRun(world, { domain, request });
  expect(run.nextflow).toMatchObject({ config: 'process.cpus = 1', version: '25.10.2' });
  const { nextflow } = inLists(run);
  expect(nextflow).toMatchObject({ version: '25.10.2', source: 'acme/flow' });
  expect(nextflow).not.toHaveProperty('config');
});

test('the policy of images holds for the image of an entry', async () => {
  const { world } = memoryWorld();
  await pipelines.create(world, domain, flow({ image: 'evil.example/nextflow:1' }));
  await writePolicy(world, domain, { ...POLICIES.open, images: ['docker.io/nextflow/*'] });
  await expect(planRun(world, { domain, request })).rejects.toMatchObject({
    fields: [{ field: 'nextflow.image' }],
  });
});

test('and for the one that its version makes of the image of the target', async () => {
  const { world } = memoryWorld();
  await targets.create(
    world,
    domain,
    Target.parse({ name: 'default', nextflow_image: 'nextflow/nextflow:24.10.5' }),
  );
  const images = ['docker.io/nextflow/nextflow:24.*'];
  await writePolicy(world, domain, { ...POLICIES.open, images });
  await pipelines.create(world, domain, flow({ version: '25.10.2' }));
  await expect(planRun(world, { domain, request })).rejects.toMatchObject({
    fields: [{ field: 'nextflow.version', message: expect.stringContaining('nextflow:25.10.2') }],
  });
  await pipelines.change(world, domain, flow({ version: '24.04.4' }));
  expect((await planRun(world, { domain, request })).launch.nextflow?.version).toBe('24.04.4');
});

test('the files of a run are looked for on the work volume of its entry', async () => {
  const { world } = memoryWorld();
  await pipelines.create(world, domain, flow({ storage: { claim: 'lab', mount_path: '/data' } }));
  const { run } = await submitRun(world, { domain, request });
  const { target, places } = await findPlaces(world, domain, run.run_id);
  expect(target).toMatchObject({ work_claim: 'lab', work_path: '/data' });
  expect(places).toContainEqual(
    expect.objectContaining({ name: 'reports', at: `/data/runs/${run.run_id}/reports` }),
  );
});

const NEEDS = {
  required: ['input', 'outdir', 'depth'],
  properties: {
    input: { type: 'string' },
    outdir: { type: 'string' },
    depth: { type: 'integer', default: 3 },
  },
};
const needing = async (own: object, asked: object = {}) => {
  const { world } = memoryWorld();
  const entry = { name: 'flow', nextflow: { source: 'nf-core/rnaseq', ...own } };
  const made = { ...entry, params_schema: NEEDS, overridable: ['nextflow.profile'] };
  const saved = await pipelines.create(world, domain, Pipeline.parse(made));
  const started = RunRequest.parse({ pipeline: 'flow', ...asked });
  return { saved, dry: dryRun(world, { domain, request: started }) };
};

test('a start lacks neither the folder that the driver is given nor a default', async () => {
  const { saved, dry } = await needing({}, { params: withText('{"input":"a.csv"}') });
  expect(saved.value.warnings).toEqual([]);
  expect(await dry).toMatchObject({ params: withText('{"input":"a.csv"}'), warnings: [] });
  await expect((await needing({})).dry).rejects.toMatchObject({
    fields: [{ field: 'params.input', message: 'is required' }],
  });
  const elsewhere = await needing({ source: 'acme/rnaseq' });
  await expect(elsewhere.dry).rejects.toMatchObject({
    fields: [{ field: 'params.input' }, { field: 'params.outdir' }],
  });
});

test.each([
  ['a profile of the entry', { profile: 'test,docker' }, {}, true],
  ['a configuration of the entry', { config: "params.input = 'a.csv'" }, {}, true],
  ['a profile of the request', {}, { nextflow: { profile: 'test' } }, false],
])('%s may set what is required, which warnings say', async (_what, own, asked, ofEntry) => {
  const told = [expect.stringMatching(/required params/)];
  const { saved, dry } = await needing(own, asked);
  expect(saved.value.warnings).toEqual(ofEntry ? told : []);
  expect((await dry).warnings).toEqual(told);
  const wrong = await needing(own, { ...asked, params: withText('{"depth":"x"}') });
  await expect(wrong.dry).rejects.toMatchObject({ fields: [{ field: 'params.depth' }] });
});
