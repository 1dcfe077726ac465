/** What is said of entries and starts whose params may be set elsewhere. */
import type { Pipeline } from '../../core/catalogue/entry.ts';
import { kindOf } from '../../core/kinds/all.ts';
import { REQUIRED_LEFT, requiresAny } from '../../core/schema/given.ts';

/** A sentence where the entry's schema is not asked for params that are missing. `own`: what runs. */
export const requiredLeft = (
  { kind, params_schema }: Pick<Pipeline, 'kind' | 'params_schema'>,
  own: object,
): readonly string[] =>
  params_schema !== null &&
  kindOf(kind).toCheck?.(own, new Map()).given === 'in part' &&
  requiresAny(params_schema)
    ? [REQUIRED_LEFT]
    : [];
