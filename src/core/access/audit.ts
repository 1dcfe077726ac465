/** An entry of the audit log: who did what to what, when, from where, and what came of it. It has no secrets and no params. */
import { z } from 'zod';
import { Name } from '../names.ts';
import { Timestamp } from '../timestamp.ts';

export const AuditEntry = z
  .object({
    at: Timestamp.meta({
      description: 'When it was done; of several refusals when the first was.',
    }),
    domain: Name.nullable().meta({
      description:
        'The domain of what was changed; of a refusal that of the caller; null where the caller is not known.',
    }),
    caller: z.object({
      id: z.string().nullable().meta({
        description:
          'Id of the token or person, never the token; null where the caller is not known.',
      }),
      name: z.string().nullable(),
      kind: z.string().meta({
        description:
          '`token`; `user` or `workload`, who signs in; `root`, the admin token of the settings; `open`, without tokens; `system`, the app itself; `many`, several callers; `unknown`.',
      }),
    }),
    operation: z
      .string()
      .meta({ description: '`operationId` of the route, or what the app itself did.' }),
    thing: z
      .object({
        kind: z.string().meta({
          description:
            'Such as `run`, `lane`, `pipeline`, `token`, `domain`; `hold` and `hold-end` of a run.',
        }),
        id: z.string(),
      })
      .nullable()
      .meta({ description: 'What was changed; null where it is not known, as for most refusals.' }),
    outcome: z.enum(['done', 'refused', 'unknown']).meta({
      description:
        '`done`; `refused`: the caller lacked the right (401, 403); `unknown`: a fault (5xx), after which it may be done.',
    }),
    status: z
      .int()
      .nullable()
      .meta({ description: 'HTTP status; null for what the app itself did.' }),
    code: z.string().nullable().meta({ description: 'Code of the refusal or fault.' }),
    from: z.string().nullable().meta({
      description:
        'Address of the client as the platform gives it, `unknown` where it does not; null for the app itself, and for several addresses.',
    }),
    request_id: z.string().nullable(),
    count: z.int().min(1).meta({
      description:
        'Refusals of this caller, address and route in this minute; of callers that are not known, of this network (an IPv4 address, or the /64 of an IPv6 one), whatever the route; else 1.',
    }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

type Done = Pick<AuditEntry, 'domain' | 'operation' | 'thing'>;

/** An entry for what the app itself has done, such as a deletion by age. */
export const bySystem = (nowMs: number, done: Done): AuditEntry => ({
  at: new Date(nowMs).toISOString(),
  caller: { id: null, name: null, kind: 'system' },
  outcome: 'done',
  status: null,
  code: null,
  from: null,
  request_id: null,
  count: 1,
  ...done,
});
