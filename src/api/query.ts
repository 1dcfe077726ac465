/** Numbers in a query or header: digits and nothing else, so that `''`, `0x10` and `1e3` are refused. */
import { z } from '@hono/zod-openapi';

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
