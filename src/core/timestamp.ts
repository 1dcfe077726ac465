/** Points in time as they are stored and shown: RFC 3339, UTC, and a year of four digits. */
import { z } from 'zod';

/** A time of ours. What is written has to pass it, since it is what reads it back. */
export const Timestamp = z.iso.datetime();

/** The time in UTC, with milliseconds; what is no time stays as it is. */
function toUtc(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

/** A time as callers send it, with any offset; it comes out as a `Timestamp`. An offset may lead out of the years that there are. */
export const SentTimestamp = z.iso
  .datetime({
    offset: true,
    abort: true,
    message: 'must be a time such as 2026-11-28T09:30:00Z or 2026-11-28T09:30:00+01:00',
  })
  .overwrite(toUtc)
  .refine(
    (text) => Timestamp.safeParse(text).success,
    'must be in a year from 0000 to 9999 in UTC too',
  );

/** What others say of a time, such as a cluster; null where it is none that could be read back. */
export function timestampOf(ms: number): string | null {
  const text = Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '';
  return Timestamp.safeParse(text).success ? text : null;
}
