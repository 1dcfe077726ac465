/** The schema of an entry from its repository: fetched when it is saved, never half, never at a start. */
import { expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { planRun } from '../../../src/engine/commands/plan.ts';
import { SourceFault } from '../../../src/ports/source-files.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';
const SCHEMA = '{"properties": {"depth": {"type": "integer"}}}';

function withFile(file: (address: string) => string) {
  const { world } = memoryWorld();
  const asked: string[] = [];
  const read = async (address: string) => {
    asked.push(address);
    return file(address);
  };
  return { world: { ...world, sourceFiles: { read } }, asked };
}
const entry = (own: object, more: object = {}) =>
  Pipeline.parse({ name: 'flow', nextflow: own, params_schema_from: 'repository', ...more });

test.each([
  [
    { source: 'nf-core/rnaseq', revision: '3.14.0' },
    'https://raw.githubusercontent.com/nf-core/rnaseq/3.14.0/nextflow_schema.json',
  ],
  [
    { source: 'https://github.com/a/b.git' },
    'https://raw.githubusercontent.com/a/b/HEAD/nextflow_schema.json',
  ],
  [
    { source: 'https://gitlab.com/g/s/p', revision: 'feature/x#1' },
    'https://gitlab.com/g/s/p/-/raw/feature/x%231/nextflow_schema.json',
  ],
])('of %j it is read at %s', async (own, address) => {
  const { world, asked } = withFile(() => SCHEMA);
  await pipelines.create(world, domain, entry(own));
  expect(asked).toEqual([address]);
  const stored = await pipelines.read(world, domain, 'flow');
  expect(stored.value.params_schema_source).toMatchObject({
    url: address,
    sha256: await world.sha256(SCHEMA),
  });
  // A start uses what was stored.
  const request = RunRequest.parse({ pipeline: 'flow', params: { depth: 'x' } });
  await expect(planRun(world, { domain, request })).rejects.toMatchObject({
    fields: [{ field: 'params.depth' }],
  });
  expect(asked).toHaveLength(1);
});

test.each([
  [
    'cannot be had',
    { source: 'a/b' },
    () => {
      throw new SourceFault('answers 404');
    },
    /answers 404/,
  ],
  ['is no JSON', { source: 'a/b' }, () => 'oops', /no object of JSON/],
  ['is a list', { source: 'a/b' }, () => '[]', /no object of JSON/],
  ['is no schema', { source: 'a/b' }, () => '{"type":"nonsense"}', /params_schema/],
  [
    'is elsewhere',
    { source: 'https://git.example.com/a/b' },
    () => SCHEMA,
    /only for repositories of/,
  ],
  ['is in a folder', { source: './main.nf' }, () => SCHEMA, /only for repositories of/],
])('where it %s nothing is saved', async (_why, own, file, message) => {
  const { world } = withFile(file);
  await expect(pipelines.create(world, domain, entry(own))).rejects.toThrow(message);
  await expect(pipelines.read(world, domain, 'flow')).rejects.toMatchObject({ code: 'not_found' });
});

test('an entry that no longer asks for it keeps what it is given, and no source', async () => {
  const { world, asked } = withFile(() => SCHEMA);
  await pipelines.create(world, domain, entry({ source: 'a/b' }));
  const { value } = await pipelines.read(world, domain, 'flow');
  const { params_schema_from: _, ...rest } = value;
  await pipelines.change(world, domain, rest);
  expect((await pipelines.read(world, domain, 'flow')).value).not.toHaveProperty(
    'params_schema_source',
  );
  expect(asked).toHaveLength(1);
});
