/** Params against a schema: numbers by their digits, patterns of two dialects, in bounded time. */
import { describe, expect, it } from 'vitest';
import { type JsonObject, parseJson } from '../../../src/core/json/text.ts';
import { toTree } from '../../../src/core/json/write.ts';
import { linearPattern } from '../../../src/core/schema/linear-pattern.ts';
import { checkParams, judgeSchema } from '../../../src/core/schema/params.ts';

const tree = (value: string | object) =>
  (typeof value === 'string' ? parseJson(value) : toTree(value)) as JsonObject;
/** What is said of the params. */
const told = async (schema: string | object, params: string | object) =>
  (await checkParams(tree(schema), tree(params))).map(
    ({ field, message }) => `${field} ${message}`,
  );

const BIG = '9007199254740992';
describe('numbers are held by their digits', () => {
  it.each([
    [`"maximum":${BIG}`, BIG, '9007199254740993', `at most ${BIG}`],
    [`"minimum":-${BIG}`, `-${BIG}`, '-9007199254740993', `at least -${BIG}`],
    [
      `"exclusiveMaximum":9007199254740993`,
      BIG,
      '9007199254740993.0',
      'less than 9007199254740993',
    ],
    [`"exclusiveMinimum":${BIG}`, '9007199254740993', BIG, `more than ${BIG}`],
    ['"multipleOf":0.1', '0.3', '0.35', 'a multiple of 0.1'],
    ['"multipleOf":2', '1e23', '9007199254740993', 'a multiple of 2'],
    [`"const":${BIG}`, '9007199254740992.0', '9007199254740993', BIG],
    [`"enum":[1,${BIG}]`, BIG, '9007199254740993', `one of [1,${BIG}]`],
    [`"enum":[{"a":[1]}]`, '{"a":[1.0]}', '{"a":[1.00001]}', 'one of [{"a":[1]}]'],
    ['"type":"integer"', '1.0', '9007199254740993.5', 'integer'],
    ['"type":"integer"', '1e400', '1e-400', 'integer'],
    ['"uniqueItems":true', '[9007199254740992,9007199254740993,"1",1]', '[1,1.0]', 'an item twice'],
    ['"items":{"maximum":1}', '[1.0]', '[1.00000000000000000001]', 'at most 1'],
  ])('%s takes %s, not %s', async (rule, good, bad, message) => {
    const schema = `{"properties":{"n":{${rule}}}}`;
    expect(await told(schema, `{"n":${good}}`)).toEqual([]);
    const answers = await told(schema, `{"n":${bad}}`);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain(message);
  });

  it('through references and compositions, in both drafts', async () => {
    for (const [draft, defs] of [
      ['http://json-schema.org/draft-07/schema#', 'definitions'],
      ['https://json-schema.org/draft/2020-12/schema', '$defs'],
    ]) {
      const schema = `{"$schema":"${draft}","${defs}":{"n":{"maximum":${BIG}}},"allOf":[{"properties":{"a":{"$ref":"#/${defs}/n"}}}],"not":{"properties":{"b":{"const":9007199254740993}},"required":["b"]}}`;
      expect(await told(schema, `{"a":${BIG},"b":${BIG}}`)).toEqual([]);
      expect(await told(schema, '{"a":9007199254740993}')).toHaveLength(1);
      expect(await told(schema, '{"b":9007199254740993}')).toHaveLength(1);
    }
  });

  it('and a condition is told by what its branch asks for, once', async () => {
    const schema =
      '{"if":{"required":["a"]},"then":{"required":["b"],"properties":{"a":{"maximum":1}}},"else":false}';
    expect(await told(schema, '{"a":2}')).toEqual([
      'params.b is required',
      'params.a must be at most 1',
    ]);
    expect(await told(schema, '{}')).toHaveLength(1);
  });

  it('equal items are found in linear time', async () => {
    const items = Array.from({ length: 19_000 }, (_, at) => ({ a: at }));
    const schema = { properties: { a: { uniqueItems: true } } };
    expect(await told(schema, { a: items })).toEqual([]);
  });
});

const TOO_LONG = 'params would take too long to check by the schema';

it.each([
  [
    'twice at each depth',
    {
      $ref: '#/$defs/n',
      $defs: {
        n: {
          allOf: [
            { properties: { x: { $ref: '#/$defs/n' } } },
            { properties: { x: { $ref: '#/$defs/n' } } },
          ],
        },
      },
    },
  ],
  ['at once', { $dynamicRef: '#' }],
])('a schema that leads back to itself, %s, stops nobody', async (_, schema) => {
  const deep = `${'{"x":'.repeat(60)}1${'}'.repeat(60)}`;
  expect(await told(schema, deep)).toEqual([TOO_LONG]);
  const own = { properties: { x: { $ref: '#' }, a: { maximum: 1 } } };
  expect(await told(own, '{"x":{"x":{"a":2}}}')).toEqual(['params.x.x.a must be at most 1']);
});

describe('a pattern', () => {
  it.each([
    ['(?i)^(forward|reverse)$', 'FORWARD', 'sideways'],
    ['^[A-Z]+\\-\\d+\\_[a-z]+$', 'AB-1_x', 'AB1x'],
    ['^[a-z]++$', 'abc', 'a1'],
    ['\\A\\w+\\z', 'ab_1', 'a b'],
    ['^\\p{Alnum}+$', 'a1', 'a-'],
    ['^[\\p{Alpha}_]+$', 'a_', 'a1'],
    ['^\\P{Digit}$', 'a', '1'],
    ['^\\p{IsLatin}\\p{L}\\pL$', 'äöü', 'ä1ü'],
    ['^(?<name>a)(?:b)(?>c)$', 'abc', 'ab'],
    ['^\\u00e9\\uD83D\\uDE00\\x41\\u{42}$', 'é😀AB', 'e'],
    ['^\\Qa.b\\E$', 'a.b', 'axb'],
    ['^\\S+\\.f(ast)?q(\\.gz)?\\Z', 'x.fq.gz', 'x y.fq'],
    ['^\\h*x\\R$', '\u00a0x\n', 'x'],
    ['^(?iu:A)(?-i)b{2}$', 'abb', 'aBB'],
    ['^\\/data\\/[^/]+$', '/data/x', '/data/x/y'],
    ['^[\\w\\-.]{1,3}$', 'a-.', 'a/'],
    ['^.$', '😀', '😀😀'],
    ['b', 'abc', 'ac'],
    ['^x{,2}$', 'x{,2}', 'xx'],
  ])('%s takes %j, not %j', (pattern, good, bad) => {
    const found = linearPattern(pattern);
    if ('why' in found) throw new Error(found.why);
    expect([found.test(good), found.test(bad)]).toEqual([true, false]);
  });

  it.each([
    ['^(?!a)', 'look-around'],
    ['(?<=a)b', 'look-around'],
    ['(a)\\1', 'a back-reference'],
    ['(?<x>a)\\k<x>', 'a back-reference'],
    ['[a-z&&[^b]]', 'an intersection'],
    ['[a-z[A-Z]]', 'a class in a class'],
    ['(?x)a b', 'the flags x'],
    ['\\p{javaLowerCase}', 'cannot be run'],
    ['a{1,5000}', 'cannot be run'],
    ['(?:a{1000}b{1000}){1}'.repeat(20), 'repeats too much'],
    ['a'.repeat(2_001), 'longer'],
  ])('%.40s is left to the pipeline: it uses %s', (pattern, why) => {
    const found = linearPattern(pattern);
    expect(found).toMatchObject({ broken: false });
    expect('why' in found && found.why).toContain(why);
  });

  it.each(['(', '[a', 'a)', '*', '\\'])('%s is none at all', async (pattern) => {
    expect(linearPattern(pattern)).toMatchObject({ broken: true });
    expect((await judgeSchema(tree({ properties: { a: { pattern } } }))).fault).toContain(pattern);
  });

  it('that stops others everywhere is checked at once', async () => {
    const schema = {
      properties: { a: { pattern: '^(a+)+$' } },
      patternProperties: { '^(b+)+$': {} },
    };
    const params = { a: `${'a'.repeat(100_000)}!`, [`${'b'.repeat(190)}!`]: 1 };
    expect(await told(schema, params)).toEqual(['params.a must match pattern "^(a+)+$"']);
  });

  it('on too much text is refused, however many pieces it has', async () => {
    const schema = { additionalProperties: { items: { pattern: '^(?:a?){900}$' } } };
    const params = { a: Array(10_000).fill('aaaaaaaaa') };
    expect(await told(schema, params)).toEqual([TOO_LONG]);
    expect(await told(schema, { a: ['aaa'] })).toEqual([]);
  });

  it('that comes after too many large ones is left to the pipeline', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `p${at}`);
    const large = (name: string) => [name, { pattern: `^${'a{900}b?'.repeat(5)}${name}$` }];
    const properties = Object.fromEntries(names.map(large));
    const { fault, warnings } = await judgeSchema(tree({ properties }));
    expect(fault).toBeUndefined();
    expect(warnings.length).toBeGreaterThan(10);
    expect(warnings.at(-1)).toContain('comes after too many others');
    expect(await told({ properties }, { p0: 'x', p39: 'x' })).toHaveLength(1);
  });

  it('of a format is not tried on a long text', async () => {
    const schema = { properties: { a: { format: 'email' } } };
    expect(await told(schema, { a: 'a@'.padEnd(120_000, 'b') })).toEqual([]);
    expect(await told(schema, { a: 'a@' })).toHaveLength(1);
  });
});

describe('what cannot be checked', () => {
  const LOOK = '^(?!x)';
  it.each([
    [
      'a pattern',
      { properties: { a: { pattern: LOOK, maxLength: 2 } } },
      'params_schema.properties.a.pattern',
    ],
    [
      'one that is referred to',
      { $defs: { x: { pattern: LOOK } }, properties: { a: { $ref: '#/$defs/x' } } },
      'params_schema.$defs.x.pattern',
    ],
    [
      'what it negates',
      { properties: { a: { not: { pattern: LOOK } } } },
      'params_schema.properties.a.not.pattern',
    ],
    [
      'a condition on it',
      `{"properties":{"a":{"if":{"pattern":"${LOOK}"},"then":false}}}`,
      'params_schema.properties.a.if.pattern',
    ],
    [
      'names by it',
      { patternProperties: { [LOOK]: { type: 'number' } }, additionalProperties: false },
      'params_schema.patternProperties',
    ],
    [
      'one choice of it',
      { oneOf: [{ properties: { a: { pattern: LOOK } } }, true] },
      'params_schema.oneOf.0.properties.a.pattern',
    ],
  ])('is told and refuses nothing: %s', async (_, schema, place) => {
    const { fault, warnings } = await judgeSchema(tree(schema));
    expect(fault).toBeUndefined();
    expect(warnings).toEqual([`${place}: the pattern ${LOOK} is not checked, it uses look-around`]);
    for (const a of ['b', 'x']) expect(await told(schema, { a })).toEqual([]);
  });

  it('is only that: the rest holds, and what is no pattern is none', async () => {
    const schema = {
      properties: { pattern: { pattern: LOOK, maxLength: 2 }, b: { enum: [{ pattern: '(' }] } },
      default: { pattern: '(' },
    };
    expect((await judgeSchema(tree(schema))).warnings).toHaveLength(1);
    expect(await told(schema, { pattern: 'xxx' })).toHaveLength(1);
    expect(await told(schema, { b: { pattern: '(' } })).toEqual([]);
  });
});
