/** Whether a save whose answer says otherwise has arrived. */
import { expect, test } from 'vitest';
import { holds } from '../../../src/page/entries/save.ts';

const BASE = '{"params": {"a": 1, "b": 2}}';

test.each([
  ['all of it, with defaults of the server', '{"params": {"b": 2}, "lane": "default"}', true],
  ['what was removed is still there', '{"params": {"a": 1, "b": 2, "c": 3}}', false],
  ['another value', '{"params": {"b": 3}}', false],
])('a text without `a` is saved where there is %s: %s is %s', (_what, stored, done) => {
  expect(holds(stored, '{"params": {"b": 2}}', BASE)).toBe(done);
});
