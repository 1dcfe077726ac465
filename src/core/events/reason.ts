/** The schema of a reason, as events and views of runs have it. */
import { z } from 'zod';
import { REASON_CODES } from '../reasons.ts';

export const Reason = z
  .object({ code: z.enum(REASON_CODES), message: z.string(), retryable: z.boolean() })
  .meta({ id: 'Reason' });
