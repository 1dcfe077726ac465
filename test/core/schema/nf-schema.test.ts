/** Schemas of the shape that nf-core's pipelines have, in both dialects. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json/text.ts';
import { toTree } from '../../../src/core/json/write.ts';
import { checkParams, judgeSchema } from '../../../src/core/schema/params.ts';

const GROUPS = {
  input_output_options: {
    title: 'Input/output options',
    type: 'object',
    fa_icon: 'fas fa-terminal',
    required: ['input', 'outdir'],
    properties: {
      input: {
        type: 'string',
        format: 'file-path',
        exists: true,
        schema: 'assets/schema_input.json',
        mimetype: 'text/csv',
        pattern: '^\\S+\\.csv$',
        errorMessage: 'must be a CSV file without blanks in its name',
      },
      outdir: { type: 'string', format: 'directory-path' },
      email: { type: 'string', format: 'email' },
      reads: { type: 'string', format: 'file-path-pattern' },
      multiqc: { type: 'object', properties: { logo: { type: 'string', format: 'path' } } },
    },
  },
  alignment_options: {
    type: 'object',
    properties: {
      aligner: { type: 'string', enum: ['star', 'hisat2'], default: 'star' },
      star_index: { type: 'string' },
      depth: { type: 'integer', minimum: 1 },
      old_option: { type: 'boolean', deprecated: true },
    },
    if: { properties: { aligner: { const: 'star' } }, required: ['aligner'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a member of JSON Schema
    then: { required: ['star_index'] },
    else: { properties: { star_index: false } },
  },
};
const ALL = (where: string) => Object.keys(GROUPS).map((name) => ({ $ref: `#/${where}/${name}` }));
const DIALECTS = [
  [
    'draft-07',
    {
      $schema: 'http://json-schema.org/draft-07/schema',
      definitions: GROUPS,
      allOf: ALL('definitions'),
    },
  ],
  [
    '2020-12',
    { $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: GROUPS, allOf: ALL('$defs') },
  ],
] as const;

const tree = (value: object) => toTree({ type: 'object', ...value }) as JsonObject;

test.each(DIALECTS)('%s: every fault at once, each by its param', async (_name, schema) => {
  const faults = (params: object) => checkParams(tree(schema), toTree(params) as JsonObject);
  expect(
    await faults({ input: 'a b.csv', email: 'x', depth: 0, aligner: 'star', multiqc: { logo: 1 } }),
  ).toEqual(
    [
      { field: 'params.outdir', message: 'is required' },
      { field: 'params.input', message: 'must be a CSV file without blanks in its name' },
      { field: 'params.email', message: expect.stringMatching(/email/) },
      { field: 'params.multiqc.logo', message: expect.stringMatching(/string/) },
      { field: 'params.star_index', message: 'is required' },
      { field: 'params.depth', message: 'must be at least 1' },
    ].map((fault) => expect.objectContaining(fault)),
  );
  const good = { input: 's3://b/x.csv', outdir: 'results', aligner: 'hisat2', depth: 3 };
  expect(await faults(good)).toEqual([]);
  expect(await faults({ ...good, star_index: 'x' })).toMatchObject([
    { field: 'params.star_index' },
  ]);
});

test.each(DIALECTS)('%s: what only the pipeline can check is said', async (_name, schema) => {
  const { fault, warnings } = await judgeSchema(tree(schema));
  expect(fault).toBeUndefined();
  expect(warnings).toEqual([
    'The pipeline itself checks whether files and folders are there: input, outdir, reads, multiqc.logo.',
    'The pipeline itself checks what is in sample sheets: input.',
    'The pipeline itself checks the type of files: input.',
    'The pipeline itself checks whether a param is deprecated: old_option.',
  ]);
});

test.each(DIALECTS)('%s: defaults hold before the check, as in nf-schema', async (_name, own) => {
  const required = {
    type: 'object',
    required: ['depth', 'seed', 'multiqc', 'none'],
    properties: {
      depth: { type: 'integer', minimum: 1, default: 9_007_199_254_740_991 },
      // A default that its own schema refuses: nobody sent it.
      seed: { type: 'integer', default: 'any' },
      none: { type: 'string', default: null },
      multiqc: {
        type: 'object',
        required: ['title', 'logo'],
        properties: { title: { type: 'string', default: 'QC' }, logo: { type: 'string' } },
      },
    },
  };
  const schema = tree({ ...own, ...required });
  const faults = async (params: object) =>
    (await checkParams(schema, toTree(params) as JsonObject, 'but defaults')).map(
      ({ field, message }) => `${field} ${message}`,
    );
  const sent = { input: 'a.csv', outdir: 'x', none: '', aligner: 'hisat2', multiqc: { logo: 'l' } };
  expect(await faults(sent)).toEqual([]);
  expect(await faults({ ...sent, depth: 0, multiqc: {} })).toEqual([
    'params.depth must be at least 1',
    'params.multiqc.logo is required',
  ]);
  // The default of `aligner` decides what else is needed.
  const { none: _, aligner: __, ...less } = sent;
  expect((await faults(less)).sort()).toEqual([
    'params.none is required',
    'params.star_index is required',
  ]);
});

test('a default in a branch holds for what another one requires', async () => {
  const schema = tree({
    properties: { mode: { type: 'string' } },
    allOf: [
      {
        if: { properties: { mode: { const: 'a' } }, required: ['mode'] },
        // oxlint-disable-next-line unicorn/no-thenable -- a member of JSON Schema
        then: { required: ['depth'] },
      },
      { properties: { depth: { type: 'integer', default: 1 } } },
    ],
  });
  const params = toTree({ mode: 'a' }) as JsonObject;
  expect(await checkParams(schema, params, 'but defaults')).toEqual([]);
  expect(await checkParams(schema, params)).toMatchObject([{ field: 'params.depth' }]);
});

test.each(DIALECTS)('%s: of params in part, none is missing', async (_name, schema) => {
  const faults = (params: object) =>
    checkParams(tree(schema), toTree(params) as JsonObject, 'in part');
  expect(await faults({})).toEqual([]);
  expect(await faults({ multiqc: {}, star_index: 'x' })).toEqual([]);
  expect(await faults({ input: 'a b.csv', depth: 0 })).toMatchObject([
    { field: 'params.input' },
    { field: 'params.depth' },
  ]);
});
