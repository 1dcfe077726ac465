/** Values in a query or header. Numbers are digits only, so that `''`, `0x10` and `1e3` are refused. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Name } from '../../core/names.ts';
import { timestampOf } from '../../core/timestamp.ts';

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .pipe(z.coerce.number<string>().int().min(min).max(max));

export const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a number')
    .pipe(z.coerce.number<string>().min(min).max(max));

/** The query of a route that can be about another domain than the caller's; see `domainFor`. */
export const InDomain = z.strictObject({
  domain: Name.optional().meta({
    description:
      'Only for the admin token and admins of the settings; else the domain of the caller.',
  }),
});

/** A parameter that may be given several times, or once with commas between its values. */
export const several = <T extends z.ZodType>(each: T, most: number) =>
  z.preprocess(
    (given) =>
      [given].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : [text])),
    z.array(each).max(most),
  );

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** A point in time as UTC with milliseconds; null for other text. */
export function momentOf(text: string, nowMs: number): string | null {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined)
    return timestampOf(nowMs - Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]);
  // In a query a plus means a blank.
  const sent = text.replace(' ', '+');
  const isTime = z.iso
    .date()
    .or(z.iso.datetime({ offset: true }))
    .safeParse(sent).success;
  return isTime ? timestampOf(Date.parse(sent)) : null;
}

/** The longest way to write a time is half of it. */
const MOMENT_CHARS_MAX = 50;
/** Whether a text is a time does not depend on what time it is, as long as ages lead to a year of four digits. */
const ANY_TIME_MS = Date.UTC(2_000, 0);

/** A point in time as people write it; `momentOf` converts it. */
export const Moment = z
  .string()
  .max(MOMENT_CHARS_MAX)
  .refine(
    (text) => momentOf(text, ANY_TIME_MS) !== null,
    'must be a time such as 2026-11-28T09:30:00Z, a day such as 2026-11-28 (from 00:00 UTC), or how long ago, such as 90m, 1h, 7d',
  );

/** Sets `Link` (RFC 8288) to the next page: this address with another value of one parameter. Null: there is none. */
export function linkNext(c: Context, parameter: string, value: string | number | null): void {
  if (value === null) return;
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.set(parameter, String(value));
  c.header('link', `<${pathname}?${searchParams.toString()}>; rel="next"`);
}
