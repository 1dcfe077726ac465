import { describe, expect, it } from 'vitest';
import { newRunId } from '../../../src/core/names.ts';
import {
  parseFilters,
  queryOf,
  savedViews,
  searchOf,
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
  ])('takes %j from an address as %j', (search, filters) => {
    expect(parseFilters(search)).toEqual(filters);
    expect(parseFilters(filters)).toEqual(filters);
  });

  it('asks the server for what it knows', () => {
    const filters = parseFilters({
      state: 'failed',
      label: 'a=b',
      since: 'today',
      q: 'x',
      who: 'me',
    });
    expect(queryOf(filters, NOW)).toEqual({
      state: ['failed'],
      label: ['a=b'],
      since: new Date(new Date(NOW).setHours(0, 0, 0, 0)).toISOString(),
    });
    expect(queryOf({ since: '7d' }, NOW)).toEqual({ since: '7d' });
  });

  it('searches ids, pipelines and labels for all words, and who by the whole name', () => {
    const run = { run_id: 'r0abc', pipeline: 'Align', labels: { team: 'x' }, triggered_by: 'ada' };
    expect(searchOf({})).toBeUndefined();
    expect(searchOf({ q: 'align team=x' })?.(run)).toBe(true);
    expect(searchOf({ q: 'align team=y' })?.(run)).toBe(false);
    expect(searchOf({ who: 'ada', q: '0AB' })?.(run)).toBe(true);
    expect(searchOf({ who: 'ad' })?.(run)).toBe(false);
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
