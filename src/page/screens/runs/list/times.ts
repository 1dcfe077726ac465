/** When runs were made, and since when a list goes. Milliseconds since 1970. */

/** The digits of ids, as in `core/names.ts`, which the page cannot import: it brings the schema library. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_END = 11;
/** An id and `created_at` are made one after the other. */
const SLACK_MS = 5_000;

const madeAt = (runId: string): number =>
  Array.from(runId.slice(1, TIME_END)).reduce(
    (sum, char) => sum * BASE32.length + BASE32.indexOf(char),
    0,
  );

/** A moment before all of these runs were made: RFC 3339. */
export const beforeAll = (runIds: Iterable<string>): string =>
  new Date(Math.min(...Array.from(runIds, madeAt)) - SLACK_MS).toISOString();

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The moment that a filter's `since` means: a time, a day, or how long ago; without one the begin of all times. */
export function momentOf(since: string | undefined, now: number): number {
  const [, count, unit = ''] = /^(\d+)([mhdw])$/.exec(since ?? '') ?? [];
  if (count !== undefined) return now - Number(count) * (UNIT_MS[unit] ?? 0);
  const time = Date.parse(since ?? '');
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
