/** What Sluice needs of a target's namespace, and what a check of it tells. */
import { z } from 'zod';
import { Name } from '../names.ts';

/** What the controller's role of `k8s-manifests` gives: exactly the calls that Sluice makes. */
export const RIGHTS: readonly {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}[] = [
  { group: 'batch', resource: 'jobs', verbs: ['create', 'get', 'list', 'patch', 'delete'] },
  { group: '', resource: 'pods', verbs: ['get', 'list', 'watch', 'delete'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'events', verbs: ['list'] },
  { group: '', resource: 'configmaps', verbs: ['create', 'get', 'delete'] },
];

/** A check is over after this, whatever the cluster does. */
export const TARGET_CHECK_MS = 15_000;

const CheckResult = z
  .object({
    check: z.string().meta({
      description:
        'What was looked at: `connection`, `credentials`, `namespace`, `job`, `rights.pods/log`, `service_account`, `work_claim`, `secrets.NAME` and so on.',
    }),
    status: z.enum(['ok', 'failed', 'unknown']).meta({
      description:
        '`failed`: runs would meet it. `unknown`: it could not be found out, which need not be a fault.',
    }),
    message: z.string().meta({ description: 'What was found, and what to do about it.' }),
  })
  .meta({ id: 'CheckResult' });
export type CheckResult = z.infer<typeof CheckResult>;

export const TargetCheck = z
  .object({
    target: Name,
    connection: Name.meta({ description: 'Which of the configured connections was used.' }),
    namespace: z.string().meta({ description: 'Where its runs go.' }),
    ok: z.boolean().meta({ description: 'Nothing failed.' }),
    server_version: z.string().nullable().meta({
      description: 'Version of the API server; null where it does not answer.',
    }),
    answered_in_ms: z.int().nullable().meta({
      description: 'How long the first answer took; null without one.',
    }),
    checks: z.array(CheckResult).meta({ description: 'In the order in which runs need it.' }),
  })
  .meta({ id: 'TargetCheck' });
export type TargetCheck = z.infer<typeof TargetCheck>;
