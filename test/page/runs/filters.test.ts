import { describe, expect, it } from 'vitest';
import { newRunId } from '../../../src/core/names.ts';
import {
  parseFilters,
  queryOf,
  savedViews,
} from '../../../src/page/screens/runs/filters/filters.ts';
import { beforeAll as beforeRuns, momentOf } from '../../../src/page/screens/runs/list/times.ts';

const NOW = Date.parse('2026-11-29T14:05:00Z');

describe('filters of runs', () => {
  it.each([
    [{ state: 'failed,cancelled' }, { state: 'failed,cancelled' }],
    [{ state: ['cancelled', 'failed', 'nonsense'] }, { state: 'failed,cancelled' }],
    [{ state: 'nonsense', page: 3 }, {}],
    [{ label: ['a=b', 'a=b', 'c='] }, { label: ['a=b', 'c='] }],
    [{ label: ['=x', 'team=genomics', 'x'] }, { label: 'team=genomics' }],
    // Text that looks like a number in an address is text.
    [
      { q: 12, pipeline: ' hello ', lane: '' },
      { q: '12', pipeline: 'hello' },
    ],
    [{ q: { deep: 1 }, since: ['x'] }, {}],
    [
      { lane: ['a', 'b'], pipeline: [{}, 'hello'] },
      { lane: 'a,b', pipeline: 'hello' },
    ],
  ])('takes %j from an address as %j', (search, filters) => {
    expect(parseFilters(search)).toEqual(filters);
    expect(parseFilters(filters)).toEqual(filters);
  });

  it('asks the server for what it knows', () => {
    const filters = parseFilters({
      state: 'failed',
      label: 'a=b',
      since: 'today',
      q: 'align team=x  reads',
      who: 'me',
    });
    expect(queryOf(filters, NOW)).toEqual({
      state: ['failed'],
      label: ['a=b', 'team=x'],
      search: 'align reads',
      triggered_by: 'me',
      since: new Date(new Date(NOW).setHours(0, 0, 0, 0)).toISOString(),
    });
    expect(queryOf({ lane: 'a, b', pipeline: 'hello' }, NOW)).toEqual({
      lane: ['a', 'b'],
      pipeline: ['hello'],
    });
    expect(queryOf({ since: '7d' }, NOW)).toEqual({ since: '7d' });
  });

  it('has views for everybody, and own runs for who has a name', () => {
    expect(savedViews(null).map(({ name }) => name)).toEqual(['All', 'Live', 'Failed today']);
    expect(savedViews('ada').at(-1)).toEqual({ name: 'Mine', filters: { who: 'ada' } });
  });
});

describe('times', () => {
  it('finds a moment before the oldest of some runs', () => {
    const ids = [NOW, NOW - 60_000].map((ms) => newRunId(ms, Uint8Array.of(1, 2, 3, 4)));
    const before = Date.parse(beforeRuns(ids));
    expect(before).toBeLessThan(NOW - 60_000);
    expect(before).toBeGreaterThan(NOW - 120_000);
  });

  it.each([
    [undefined, Number.NEGATIVE_INFINITY],
    ['90m', NOW - 5_400_000],
    ['2w', NOW - 1_209_600_000],
    ['2026-11-29', Date.parse('2026-11-29T00:00:00Z')],
    ['nonsense', Number.NEGATIVE_INFINITY],
  ])('knows what since %s means', (since, moment) => {
    expect(momentOf(since, NOW)).toBe(moment);
  });
});
