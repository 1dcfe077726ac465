/** Times as they are stored and shown: RFC 3339, UTC, years of four digits. */
import { z } from 'zod';

/** A time that Sluice writes. The same schema reads it back. */
export const Timestamp = z.iso.datetime();

/** The time in UTC, with milliseconds; other text stays as it is. */
function toUtc(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

/** A time from a caller, with any offset; the result is a `Timestamp`. In UTC the year may leave 0000 to 9999, which is refused. */
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

/** A time from another system, such as a cluster; null where it cannot be written as a `Timestamp`. */
export function timestampOf(ms: number): string | null {
  const text = Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '';
  return Timestamp.safeParse(text).success ? text : null;
}
