/** Reads values as any version of Nextflow, or anybody else, may write them: what cannot be understood is null, and nothing throws. */
import { shorten } from '../../shorten.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
/** The first items of a list; none of what is no list. */
export const listOf = (value: unknown, most: number): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, most) : [];

/** Characters of a name, tag or path; of a script as much as Nextflow sends. */
const TEXT_MAX = 1_000;
const SCRIPT_MAX = 10_240;

/** Control characters and halves of characters: nobody reads them, and as JSON each takes six bytes. */
const UNREADABLE = /[\p{Cc}\p{Surrogate}]/gu;
const UNREADABLE_IN_LINES = /[^\P{Cc}\t\r\n]|\p{Surrogate}/gu;

/** In one line, with blanks for what cannot be read; so it takes three bytes of JSON a character at most. `-` and the empty text are none. */
export const textOf = (value: unknown, max = TEXT_MAX): string | null =>
  readable(value, max, UNREADABLE);
/** The same with line ends and tabs. */
export const scriptOf = (value: unknown): string | null =>
  typeof value === 'string' ? readable(value, SCRIPT_MAX, UNREADABLE_IN_LINES) : null;

function readable(value: unknown, max: number, unreadable: RegExp): string | null {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  if (typeof text !== 'string') return null;
  const trimmed = text
    .slice(0, 4 * max)
    .replaceAll(unreadable, ' ')
    .trim();
  return trimmed === '' || trimmed === '-' ? null : shorten(trimmed, max);
}

/** Units of files that are not raw. Nextflow counts in 1024. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  '%': 1,
  b: 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
  tb: 1024 ** 4,
  pb: 1024 ** 5,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PARTS = /^(?:\d{1,20}(?:\.\d{1,9})?(?:e\+?\d{1,2})?\s?(?:%|[kmgtp]?b|ms|[smhd])?\s?){1,5}$/i;
const PART = /(\d+(?:\.\d+)?(?:e\+?\d+)?)\s?(%|[kmgtp]?b|ms|[smhd])?/gi;

/** Greater numbers are mistaken: a petabyte, and thirty thousand years of milliseconds, are less. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const bounded = (count: number): number | null =>
  count >= 0 && count <= COUNT_MAX ? count + 0 : null;

/** A number that is not negative: also `1.5 GB` in bytes, `3m 20s` in milliseconds, `25.0%`. */
export function countOf(value: unknown): number | null {
  if (typeof value === 'number') return bounded(value);
  if (typeof value !== 'string' || value.length > 40 || !PARTS.test(value.trim())) return null;
  let sum = 0;
  for (const [, digits = '', unit = ''] of value.matchAll(PART))
    sum += Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  return bounded(sum);
}

/** A whole number from `min` on. */
export function wholeOf(value: unknown, min: number, max: number): number | null {
  const number = countOf(value);
  return number !== null && Number.isInteger(number) && number >= min && number <= max
    ? number
    : null;
}

/** Java's greatest number stands for no exit status. */
const NO_EXIT = 2_147_483_647;
export const exitOf = (value: unknown): number | null => wholeOf(value, 0, NO_EXIT - 1);

/** Times of the first day of 1970 are none: Nextflow writes 0 for a time that it does not know. */
const FIRST_MS = 86_400_000;
/** The end of the year 9999. */
const LAST_MS = 253_402_300_799_999;
const DATE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** Milliseconds since 1970 of a number or a text; a time without a zone is taken as UTC. Null without one. */
export function instantOf(value: unknown): number | null {
  let ms = Number.NaN;
  if (typeof value === 'number') ms = value;
  else if (typeof value === 'string' && /^\d{1,15}$/.test(value)) ms = Number(value);
  else if (typeof value === 'string' && DATE.test(value)) {
    const text = value
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/(\.\d{3})\d+/, '$1');
    ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  }
  return ms >= FIRST_MS && ms <= LAST_MS ? Math.round(ms) : null;
}

/** The same as it is stored. */
export function timeOf(value: unknown): string | null {
  const ms = instantOf(value);
  return ms === null ? null : new Date(ms).toISOString();
}
