import { expect, it } from 'vitest';
import { jsonExcess } from '../../src/core/json-bounds.ts';
import { JSON_DEPTH_MAX, JSON_NODES_MAX } from '../../src/core/limits.ts';

/** Names and values of a parsed text. */
function nodesOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + nodesOf(item), 1);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + 1 + nodesOf(item), 1);
}

const ITEMS = [1, -1.5e3, 'a', '"', '\\', '[{,:', true, null, [], {}, [[]], { a: 1 }, { '[': '{' }];

it.each(ITEMS)('counts names and values as a parser does: %j', (item) => {
  const each = nodesOf(item);
  const most = Math.floor((JSON_NODES_MAX - 1) / each);
  for (const space of [0, 2]) {
    const text = (count: number) => JSON.stringify(Array(count).fill(item), null, space);
    expect(jsonExcess(text(most))).toBeUndefined();
    expect(jsonExcess(text(most + 1))).toBe(`has more than ${JSON_NODES_MAX} names and values`);
  }
});

it('counts depth by what is open, not by what has been', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(jsonExcess(nested(JSON_DEPTH_MAX))).toBeUndefined();
  expect(jsonExcess(nested(JSON_DEPTH_MAX + 1))).toBe('is nested more than 64 levels deep');
  expect(jsonExcess(`[${Array(100).fill(nested(10)).join()}]`)).toBeUndefined();
  expect(jsonExcess('{"a":'.repeat(JSON_DEPTH_MAX + 1))).toBe('is nested more than 64 levels deep');
});

it.each(['', '"', '"\\', '"\\"'.repeat(1_000), ']]]]', '{{{', 'a b"c'])(
  'ends with every text, JSON or not: %j',
  (text) => {
    expect(jsonExcess(text)).toBeUndefined();
  },
);
