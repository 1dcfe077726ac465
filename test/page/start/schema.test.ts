/** The form that is made from a params schema. */
import { expect, it, test } from 'vitest';
import {
  isJsonObject,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../../src/core/json/text.ts';
import { writeJson } from '../../../src/core/json/write.ts';
import {
  applies,
  type Field,
  fieldsOf,
  formOf,
  isRequired,
} from '../../../src/page/screens/start/model/schema.ts';
import { effective, toSend } from '../../../src/page/screens/start/model/values.ts';

const tree = (value: unknown): JsonObject => {
  const parsed: JsonTree = parseJson(typeof value === 'string' ? value : JSON.stringify(value));
  if (!isJsonObject(parsed)) throw new Error('no object');
  return parsed;
};
const form = (schema: unknown, params: unknown = {}, fixed: readonly string[] = []) =>
  formOf({ params: tree(params), params_schema: tree(schema), fixed_params: fixed });
const field = (of: ReturnType<typeof form>, name: string): Field => {
  const found = fieldsOf(of).find((each) => each.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

/** An object with a member `then` looks like a promise to the linter. */
const branch = (test: unknown, yes: unknown, no: unknown = true): object =>
  Object.fromEntries(['if', 'then', 'else'].map((word, at) => [word, [test, yes, no][at]]));

/** As nf-core writes it. */
const NF_CORE = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'a pipeline',
  type: 'object',
  $defs: {
    input: {
      title: 'Input and output',
      type: 'object',
      description: 'Where the data is.',
      required: ['input'],
      properties: {
        input: { type: 'string', format: 'file-path', help_text: 'A CSV.' },
        outdir: { type: 'string', default: './results' },
      },
    },
    more: {
      title: 'Options',
      type: 'object',
      properties: {
        aligner: { type: 'string', enum: ['star', 'hisat2'], default: 'star' },
        depth: { type: 'integer', minimum: 1 },
        save: { type: 'boolean' },
        steps: { type: 'array' },
        trace: { type: 'boolean', hidden: true },
        api_token: { type: 'string' },
        login: { type: 'string', format: 'password' },
      },
    },
  },
  allOf: [{ $ref: '#/$defs/input' }, { $ref: '#/$defs/more' }],
};

it('has the groups, kinds, defaults and marks of nextflow_schema.json', () => {
  const made = form(NF_CORE, { outdir: 'out', extra: 7 }, ['out-dir']);
  expect(
    made.groups.map(({ title, description, fields }) => [title, description, fields.length]),
  ).toEqual([
    ['Input and output', 'Where the data is.', 2],
    ['Options', '', 7],
    ['Other parameters', '', 1],
  ]);
  expect(fieldsOf(made).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'input text',
    'outdir text',
    'aligner choice',
    'depth number',
    'save boolean',
    'steps json',
    'trace boolean',
    'api_token text',
    'login text',
    'extra number',
  ]);
  expect(field(made, 'outdir')).toMatchObject({
    fallback: 'out',
    fallbackOfSchema: false,
    fixed: true,
  });
  expect(field(made, 'aligner')).toMatchObject({ fallback: 'star', fallbackOfSchema: true });
  expect(field(made, 'trace').hidden).toBe(true);
  expect(field(made, 'api_token').secret && field(made, 'login').secret).toBe(true);
  expect(isRequired(field(made, 'input'), new Map(), made)).toBe(true);
  expect(isRequired(field(made, 'outdir'), new Map(), made)).toBe(false);
});

it('has groups of draft-07, and params of branches that stand before what they require', () => {
  const made = form({
    definitions: { one: { title: 'One', properties: { a: { type: 'string' } } } },
    allOf: [
      branch(
        { properties: { b: { const: 'yes' } }, required: ['b'] },
        { required: ['a'], properties: { c: { type: 'number' } } },
      ),
      { $ref: '#/definitions/one' },
    ],
    properties: { b: { enum: ['yes', 'no'] } },
  });
  const when = (b: string) => {
    const params = tree({ b });
    return [
      isRequired(field(made, 'a'), params, made),
      applies(field(made, 'c'), params, made),
      applies(field(made, 'a'), params, made),
    ];
  };
  expect(when('yes')).toEqual([true, true, true]);
  expect(when('no')).toEqual([false, false, true]);
  expect(applies(field(made, 'c'), new Map(), made)).toBe(false);
});

test.each([
  ['const', { properties: { x: { const: 1 } }, required: ['x'] }, { x: 1 }, { x: 2 }],
  ['equal numbers', { properties: { x: { const: 1 } }, required: ['x'] }, { x: '1.0' }, { x: 2 }],
  ['enum', { properties: { x: { enum: ['a', 'b'] } } }, {}, { x: 'c' }],
  ['not', { not: { required: ['x'] } }, {}, { x: 1 }],
  ['anyOf', { anyOf: [{ required: ['x'] }, { required: ['y'] }] }, { y: 1 }, {}],
  ['limits', { properties: { x: { minimum: 2, exclusiveMaximum: 4 } } }, { x: 3 }, { x: 4 }],
  ['a reference', { $ref: '#/$defs/cond' }, { x: true }, { x: false }],
])('knows %s in a condition', (_word, condition, yes, no) => {
  const made = form({
    $defs: { cond: { properties: { x: { const: true } } } },
    properties: { x: {} },
    ...branch(
      condition,
      { properties: { shown: { type: 'string' } } },
      { properties: { instead: { type: 'string' } } },
    ),
  });
  const at = (params: object) => {
    const given = tree(JSON.stringify(params).replace('"1.0"', '1.0'));
    return [
      applies(field(made, 'shown'), given, made),
      applies(field(made, 'instead'), given, made),
    ];
  };
  expect(at(yes)).toEqual([true, false]);
  expect(at(no)).toEqual([false, true]);
});

it('shows both branches of a condition that it does not know, and requires nothing of them', () => {
  const made = form({
    properties: { x: {} },
    ...branch(
      { properties: { x: { pattern: '^a' } } },
      { required: ['y'], properties: { y: {} } },
      { properties: { z: {} } },
    ),
  });
  const params = tree({ x: 'b' });
  expect(['y', 'z'].map((name) => applies(field(made, name), params, made))).toEqual([true, true]);
  expect(isRequired(field(made, 'y'), params, made)).toBe(false);
});

it('requires what other params need', () => {
  const made = form({
    properties: { a: {}, b: {}, c: {} },
    dependentRequired: { a: ['b'] },
    dependentSchemas: { c: { properties: { d: { type: 'string' } }, required: ['d'] } },
  });
  const required = (name: string, given: object) =>
    isRequired(field(made, name), tree(given), made);
  expect([required('b', {}), required('b', { a: 1 })]).toEqual([false, true]);
  expect([required('d', {}), required('d', { c: 1 })]).toEqual([false, true]);
  expect(applies(field(made, 'd'), new Map(), made)).toBe(false);
});

it('ends with a schema that refers to itself, and ignores references to other documents', () => {
  const made = form({
    $defs: { a: { properties: { x: {} }, allOf: [{ $ref: '#/$defs/a' }] } },
    allOf: [{ $ref: '#/$defs/a' }, { $ref: 'https://example.org/schema' }],
  });
  expect(fieldsOf(made).map(({ name }) => name)).toEqual(['x']);
});

it('sends a default of the schema where the param has to be there, and no other', () => {
  const made = form(
    {
      required: ['a', 'c'],
      properties: { a: { default: 1 }, b: { default: 2 }, c: { default: 3 } },
    },
    { c: 4 },
  );
  expect(writeJson(effective(made, new Map()))).toContain('"c":4');
  expect([...toSend(made, new Map()).keys()]).toEqual(['a']);
  expect(writeJson(toSend(made, tree({ a: 1 })))).toBe('{"a":1}');
});
