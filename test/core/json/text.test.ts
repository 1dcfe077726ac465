import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type JsonFault, JsonNumber, parseJson, plainJson } from '../../../src/core/json/text.ts';
import { JSON_DEPTH_MAX, JSON_NODES_MAX } from '../../../src/core/params-limits.ts';

const faultOf = (text: string): JsonFault => {
  try {
    parseJson(text);
  } catch (error) {
    return error as JsonFault;
  }
  throw new Error(`${text} was taken`);
};
const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('numbers keep their digits, members their order', () => {
  const tree = parseJson('{"b":1.0,"10":9007199254740993,"2":[-0.0,1e23]}');
  expect(Array.from(tree as Map<string, unknown>)).toEqual([
    ['b', new JsonNumber('1.0')],
    ['10', new JsonNumber('9007199254740993')],
    ['2', [new JsonNumber('-0.0'), new JsonNumber('1e23')]],
  ]);
});

describe('what is no JSON is told with its place', () => {
  it.each([
    ['{"a":1,}', 1, 8],
    ['{\n  "a": 01\n}', 2, 9],
    ['', 1, 1],
    ['{"a":NaN}', 1, 6],
    ['{"a":1} x', 1, 9],
    ['// x\n1', 1, 1],
    ['{"a":"\u0001"}', 1, 6],
    ["{'a':1}", 1, 2],
  ])('%j', (text, line, column) => {
    expect(faultOf(text)).toMatchObject({ syntax: true, line, column });
  });

  test('and nothing that JavaScript takes is refused, nor the other way round', () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...'{ } [ ] , : " \\ \\" \\u12 \\u0041 \\q - + . 0 01 1 e E 1.5 true null nul a \n \t \u00a0 // /* */ "a" "a":'.split(
          ' ',
        ),
        ' ',
        '\u2028',
        '\u0000',
      ),
      { maxLength: 9 },
    );
    const texts = fc.oneof(
      pieces.map((parts) => parts.join('')),
      fc.json(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let taken = true;
        let tree: ReturnType<typeof parseJson> = null;
        try {
          tree = parseJson(text);
        } catch (error) {
          // Doubled names and the like are JSON, and no good all the same.
          if (!(error as JsonFault).syntax) return;
          taken = false;
        }
        expect(taken).toBe(parses(text));
        if (taken) expect(plainJson(tree)).toEqual(JSON.parse(text));
      }),
      { numRuns: 3_000 },
    );
  });
});

it.each([
  ['{"a":{"b":1,\n"c":2,"b":3}}', 'a.b', 'is there twice', 2],
  ['{"a":1,"\\u0061":2}', 'a', 'is there twice', 1],
  [`${'['.repeat(65)}${']'.repeat(65)}`, '0.'.repeat(64).slice(0, -1), 'is nested more', 1],
  [`{"a":[1,${'1'.repeat(1_001)}]}`, 'a.1', 'is a number of more than 1000', 1],
  ['{"a":["\\ud83e"]}', 'a.0', 'holds half of a surrogate pair', 1],
  ['{"a":{"\\udddd":1}}', 'a', 'has a name that holds half', 1],
  ['{"a":{"__proto__":1}}', 'a.__proto__', 'is not a name', 1],
])('is refused by its place: %.30j', (text, path, message, line) => {
  const fault = faultOf(text);
  expect(fault).toMatchObject({ syntax: false, line });
  expect(fault.path.join('.')).toBe(path);
  expect(fault.message).toContain(message);
});

/** Names and values of a parsed text. */
function nodesOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + nodesOf(item), 1);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + 1 + nodesOf(item), 1);
}

it.each([1, 'a', null, [], {}, [[]], { a: 1 }])('names and values are counted: %j', (item) => {
  const each = nodesOf(item);
  const most = Math.floor((JSON_NODES_MAX - 1) / each);
  const text = (count: number) => JSON.stringify(Array(count).fill(item));
  expect(parseJson(text(most))).toHaveLength(most);
  expect(faultOf(text(most + 1))).toMatchObject({
    path: [],
    message: expect.stringContaining(`has more than ${JSON_NODES_MAX} names and values`),
  });
});

test('depth is what is open, not what has been', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  parseJson(nested(JSON_DEPTH_MAX));
  parseJson(`[${Array(100).fill(nested(10)).join()}]`);
  expect(faultOf('{"a":'.repeat(JSON_DEPTH_MAX + 1)).message).toContain('64 levels');
});
