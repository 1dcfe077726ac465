/** A target: the cluster and namespace where runs go. It holds no secrets, only the name of a connection. */
import type { z } from 'zod';
import { TARGET_FIELDS } from '../kubernetes/target.ts';
import { fields } from '../schema/fields.ts';
import { ALL_KINDS, type All, type Kinds } from './all.ts';

const shape = {
  ...TARGET_FIELDS,
  ...(Object.assign({}, ...ALL_KINDS.map(({ target }) => target)) as All<
    Kinds[keyof Kinds]['target']
  >),
};
export const Target = fields(shape)
  .superRefine((target, context) => {
    for (const kind of ALL_KINDS)
      for (const { field, message } of kind.checkTarget?.(target) ?? [])
        context.addIssue({ code: 'custom', path: field.split('.'), message });
  })
  .meta({ id: 'Target' });
export type Target = z.infer<typeof Target>;
