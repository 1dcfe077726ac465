/** Changes of JSON text keep what they do not touch, to the digit. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  parse,
  pretty,
  rawAt,
  valueAt,
  withChanges,
  withRaw,
  withValue,
} from '../../../src/page/entries/json-text.ts';
import {
  linesOfList,
  linesOfMap,
  listOfLines,
  mapOfLines,
} from '../../../src/page/entries/lines.ts';

const LONG = '12345678901234567890.10';
const ENTRY = `{"name":"a","params":{"n":${LONG},"deep":{"e":1e400}},"list":[1.0,2]}`;

describe('JSON text', () => {
  it('keeps digits when something else is changed', () => {
    const changed = withValue(pretty(ENTRY), ['description'], 'new');
    expect(changed).toContain(LONG);
    expect(changed).toContain('1e400');
    expect(changed).toContain('1.0');
    const raw = withRaw(changed, ['params', 'n'], `${LONG}9`);
    const { tree } = parse(raw);
    expect(tree && rawAt(raw, tree, ['params', 'n'])).toBe(`${LONG}9`);
    expect(tree && valueAt(tree, ['description'])).toBe('new');
    expect(withValue(raw, ['params'], undefined)).not.toContain('params');
  });

  it('says where a text is no JSON', () => {
    expect(parse('{\n  "a": 1,\n}').fault).toMatch(/^Line 3: /);
    expect(parse('[1]').fault).toBe('The text is no JSON object.');
    expect(parse('').fault).toBeDefined();
    expect(parse('{} // no').fault).toBeDefined();
  });

  it('finds what was changed by member, and not what only looks different', () => {
    const theirs = pretty(ENTRY).replace('"a"', '"b"');
    expect(changesBetween(ENTRY, pretty(ENTRY))).toEqual([]);
    expect(changesBetween(ENTRY, theirs)).toEqual([
      { path: ['name'], before: '"a"', after: '"b"' },
    ]);
    expect(changesBetween('{"n":1.0}', '{"n":1.00}')).toHaveLength(1);
    expect(changesBetween('{"s":"a b"}', '{"s":"ab"}')).toHaveLength(1);
  });

  it('puts the changes of two on top of each other', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const value = fc.oneof(fc.integer(), fc.string(), fc.dictionary(key, fc.integer()));
    const entry = fc.dictionary(key, value).map((it) => JSON.stringify(it));
    fc.assert(
      fc.property(entry, entry, (before, after) => {
        const made = withChanges(before, changesBetween(before, after));
        expect(JSON.parse(made)).toEqual(JSON.parse(after));
      }),
    );
  });
});

describe('texts as lines', () => {
  it('come back as they were, or are shown as JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        const lines = linesOfList(list);
        if (lines !== undefined) expect(listOfLines(lines)).toEqual(list);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (map) => {
        const lines = linesOfMap(map);
        if (lines !== undefined) expect(mapOfLines(lines)).toEqual(map);
      }),
    );
    expect(linesOfList(['two\nlines'])).toBeUndefined();
    expect(linesOfMap({ A: '1', B: '' })).toBe('A=1\nB=');
    expect(mapOfLines('A=b=c\n\nD')).toEqual({ A: 'b=c', D: '' });
  });
});
