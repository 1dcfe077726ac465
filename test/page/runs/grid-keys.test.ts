import { describe, expect, it } from 'vitest';
import { between, moveOf, toggled } from '../../../src/page/ui/grid-keys.ts';

const key = (name: string, shiftKey = false, ctrlKey = false) => ({ key: name, shiftKey, ctrlKey });

describe('keys of a grid', () => {
  it.each([
    ['ArrowDown', 5],
    ['j', 5],
    ['k', 3],
    ['PageDown', 9],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 9],
  ])('%s moves to row %i', (name, to) => {
    expect(moveOf(key(name), 4, 10, 7)).toEqual({ to, extends: false });
  });

  it('stays within the rows, extends with Shift, and leaves other keys alone', () => {
    expect(moveOf(key('ArrowDown', true), 9, 10, 7)).toEqual({ to: 9, extends: true });
    expect(moveOf(key('Home', false, true), 4, 10, 7)).toEqual({ to: 0, extends: false });
    expect(moveOf(key('ArrowDown', false, true), 4, 10, 7)).toBeUndefined();
    expect(moveOf(key('Enter'), 4, 10, 7)).toBeUndefined();
    expect(moveOf(key('ArrowDown'), 0, 0, 7)).toBeUndefined();
  });

  it('selects rows between two in either direction', () => {
    const ids = ['a', 'b', 'c', 'd'];
    expect(between(ids, 'd', 'b')).toEqual(['b', 'c', 'd']);
    expect(between(ids, 'gone', 'b')).toEqual(['b']);
    expect(toggled(new Set(['a']), 'a')).toEqual(new Set());
    expect(toggled(new Set(['a']), 'b')).toEqual(new Set(['a', 'b']));
  });
});
