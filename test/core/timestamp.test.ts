import { describe, expect, it, test } from 'vitest';
import { SentTimestamp, Timestamp, timestampOf } from '../../src/core/timestamp.ts';

describe('a time that a caller sends', () => {
  it.each([
    ['2026-11-28T09:30:00+01:00', '2026-11-28T08:30:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['9999-12-31T23:59:59+10:00', '9999-12-31T13:59:59.000Z'],
    ['0000-01-01T00:00:00-10:00', '0000-01-01T10:00:00.000Z'],
  ])('comes out in UTC: %s', (sent, want) => {
    expect(SentTimestamp.parse(sent)).toBe(want);
    expect(Timestamp.parse(want)).toBe(want);
  });

  it.each([
    ['9999-12-31T23:59:59-10:00', 'year'],
    ['0000-01-01T00:00:00+10:00', 'year'],
    ['2026-02-30T00:00:00Z', 'must be a time such as'],
    ['10000-01-01T00:00:00Z', 'must be a time such as'],
    ['tomorrow', 'must be a time such as'],
    ['', 'must be a time such as'],
  ])('is refused when it could not be read back: %s', (sent, why) => {
    const { success, error } = SentTimestamp.safeParse(sent);
    expect(success).toBe(false);
    expect(error?.issues[0]?.message).toContain(why);
  });
});

test('a time of others that cannot be read back is none', () => {
  const [first, last] = [
    Date.parse('0000-01-01T00:00:00Z'),
    Date.parse('9999-12-31T23:59:59.999Z'),
  ];
  expect([first, last].map(timestampOf)).toEqual([
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ]);
  expect([first - 1, last + 1, Number.NaN, 1e300].map(timestampOf)).toEqual(Array(4).fill(null));
});
