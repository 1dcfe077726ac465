import { describe, expect, it } from 'vitest';
import { parseTimeSpan } from '../../../src/emulators/functions-host/time-span.ts';
import {
  isFrequent,
  parseSchedule,
} from '../../../src/emulators/functions-host/triggers/ncrontab.ts';

const MINUTE = 60_000;

describe('schedules', () => {
  it.each([
    ['0 */5 * * * *', '2026-01-01T00:01:00Z', '2026-01-01T00:05:00Z'],
    ['*/5 * * * *', '2026-01-01T00:01:00Z', '2026-01-01T00:05:00Z'],
    ['5/15 * * * * *', '2026-01-01T00:00:35Z', '2026-01-01T00:00:50Z'],
    ['0 0 0 * * mon-FRI', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['0 0 0 * febr Monday', '2026-01-01T00:00:00Z', '2026-02-02T00:00:00Z'],
    ['0 0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00Z'],
    ['0 0 22-20 * * *', '2026-01-01T00:00:00Z', '2026-01-01T20:00:00Z'],
    ['*/1 * * * * *', '2026-01-01T00:00:00.500Z', '2026-01-01T00:00:01Z'],
    ['00:00:30', '2026-01-01T00:00:00Z', '2026-01-01T00:00:30Z'],
  ])('%s after %s comes at %s', (text, from, next) => {
    expect(parseSchedule(text, 'UTC').next(new Date(from))).toEqual(new Date(next));
  });

  it.each([
    '0 0 0 * * 7',
    '0 0 0 L * *',
    '0 0 0 15W * *',
    '0 0 0 * * 5#2',
    '0 0 0 ? * *',
    '60 * * * * *',
    '* * * *',
    '*/0 * * * * *',
    '@daily',
    '',
  ])('refuse what NCRONTAB refuses: %s', (text) => {
    expect(() => parseSchedule(text, 'UTC')).toThrow(/^schedule "/);
  });

  it('follow the time zone over the change of its clock: a point in time once, an interval twice', () => {
    const zone = 'America/New_York';
    const point = parseSchedule('0 30 1 * * *', zone);
    const first = point.next(new Date('2026-11-01T04:00:00Z'));
    expect(first).toEqual(new Date('2026-11-01T05:30:00Z'));
    expect(point.next(first as Date)).toEqual(new Date('2026-11-02T06:30:00Z'));
    const interval = parseSchedule('0 */30 * * * *', zone);
    expect(interval.next(new Date('2026-11-01T05:30:00Z'))).toEqual(
      new Date('2026-11-01T06:00:00Z'),
    );
  });

  it('count as frequent below a minute', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    expect(isFrequent(parseSchedule('*/30 * * * * *', 'UTC'), now)).toBe(true);
    expect(isFrequent(parseSchedule('0 * * * * *', 'UTC'), now)).toBe(false);
  });

  it.each([
    ['00:10:00', 10 * MINUTE],
    ['1.00:00:00', 24 * 60 * MINUTE],
    ['24:00:00', 24 * 24 * 60 * MINUTE],
    ['00:00:00.25', 250],
    ['00:61:00', undefined],
    ['10', undefined],
  ])('the TimeSpan %s is %s ms', (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });
});
