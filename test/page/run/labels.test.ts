/** Labels as they are edited, and what is sent of them. */
import { expect, it } from 'vitest';
import {
  labelsPatch,
  labelsText,
  readLabels,
} from '../../../src/page/screens/run/actions/labels.ts';

it('reads what it writes', () => {
  const labels = { a: '1', b: '', 'c/d': 'x=y' };
  expect(readLabels(labelsText(labels))).toEqual(labels);
  expect(readLabels(' a = 1 \n\n')).toEqual({ a: '1' });
  expect(readLabels('')).toEqual({});
  expect(readLabels('a=1\nb')).toBe('“b” is not name=value.');
  expect(readLabels('=b')).toBe('“=b” is not name=value.');
});

it('sends what changed, and null for what is to go; the opposite puts it back', () => {
  const [before, after] = [
    { a: '1', b: '2' },
    { b: '3', c: '4' },
  ];
  expect(labelsPatch(before, after)).toEqual({ a: null, b: '3', c: '4' });
  expect(labelsPatch(after, before)).toEqual({ a: '1', b: '2', c: null });
  expect(labelsPatch(before, before)).toEqual({});
});
