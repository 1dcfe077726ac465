import { expect, it, test } from 'vitest';
import { parseJson } from '../../../src/core/json/text.ts';
import { prettyJson, writeJson } from '../../../src/core/json/write.ts';
import { parseYaml, writeYaml } from '../../../src/core/json/yaml.ts';
import { JSON_NODES_MAX } from '../../../src/core/params-limits.ts';

const EXACT =
  '{"big":9007199254740993123,"one":1.0,"tiny":1e-400,"10":[],"2":{},"text":"1.0","yes":"no","lines":"a\\nb \\n","deep":[[{"x":null}],true],"":"# no comment"}';

it('writes and reads digits, order and texts that look like something else', () => {
  const yaml = writeYaml(parseJson(EXACT));
  expect(yaml).toContain('big: 9007199254740993123\none: 1.0\ntiny: 1e-400\n');
  expect(parseYaml(yaml).map(writeJson)).toEqual([EXACT]);
  expect(writeJson(parseJson(prettyJson(parseJson(EXACT))))).toBe(EXACT);
  expect(parseYaml(EXACT).map(writeJson)).toEqual([EXACT]);
});

test.each([
  ['values that JSON has not', 'x: .inf', /none that JSON has/],
  ['doubled names', 'x: 1\nx: 2', /unique/],
  ['no YAML', 'x: [1', /./],
  ['an alias of itself', 'x: &a [*a]', /levels deep|Unresolved/],
])('refuses %s', (_what, text, message) => {
  expect(() => parseYaml(text)).toThrow(message);
});

it('counts what aliases make of a short text', () => {
  const levels = ['a: &a [1,1,1,1,1,1,1,1,1,1]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map((pair) => pair.split('')))
    levels.push(`${to}: &${to} [${`*${from},`.repeat(10)}]`);
  expect(() => parseYaml(levels.join('\n'))).toThrow(`more than ${JSON_NODES_MAX}`);
});
