/** Variables of a driver whose values are secrets: a run names them, and only the cluster reads them. Pure. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import { ObjectName, SecretKey } from '../kubernetes/rules.ts';
import type { BaseTarget } from '../kubernetes/target.ts';
import { SECRET_ENV_MAX } from '../request-limits.ts';
import { fields } from '../schema/fields.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where the secrets of a vault are mounted. The mount makes the cluster fetch them; drivers read the variables. */
const VAULT_PATH = '/sluice/vault';
const VAULT_VOLUME = 'vault';

const SecretSource = fields({
  secret: ObjectName.optional().meta({
    description:
      "A Secret in the namespace of the run's target, which has to list it in `secrets`.",
  }),
  key: SecretKey.optional().meta({ description: 'The key of that Secret.' }),
  vault_key: SecretKey.optional().meta({
    description:
      "In the place of both: a key of the Secret that the `vault` of the run's target makes of secrets in Key Vault.",
  }),
})
  .refine(
    ({ secret, key, vault_key }) =>
      vault_key === undefined
        ? secret !== undefined && key !== undefined
        : secret === undefined && key === undefined,
    'must have secret and key, or vault_key alone',
  )
  .meta({ id: 'SecretSource' });
type SecretSource = z.output<typeof SecretSource>;
export type SecretEnv = Readonly<Record<string, SecretSource>>;

/** The field of requests, entries and runs. `name`: the names that are taken. */
export const secretEnv = (name: z.ZodType<string, string>) =>
  z
    .record(name as z.ZodString, SecretSource)
    .refine(
      (sources) => Object.keys(sources).length <= SECRET_ENV_MAX,
      `has more than ${SECRET_ENV_MAX} entries`,
    )
    .optional()
    .meta({
      description:
        'Variables of the driver from Secrets of its cluster. Only their names are stored and shown; the values never pass through Sluice. A driver that prints one puts it into its log.',
    });

function keyRef(field: string, source: SecretSource, target: BaseTarget): Json {
  if (source.vault_key !== undefined) {
    if (target.vault === undefined)
      throw invalid(`${field}.vault_key`, `needs a vault, which the target ${target.name} has not`);
    return { name: target.vault.secret, key: source.vault_key };
  }
  if (!target.secrets?.includes(source.secret ?? ''))
    throw invalid(
      `${field}.secret`,
      `is ${source.secret}, which is not among the secrets of the target ${target.name}`,
    );
  return { name: source.secret, key: source.key };
}

/** What the variables add to a driver and its pod. */
export type SecretParts = {
  readonly env: readonly Json[];
  readonly mounts: readonly Json[];
  readonly volumes: readonly Json[];
};

/**
 * `kind`: the key of the run's kind, for errors. Throws `invalid` for what the target does not offer, and for a variable that
 * `env` has too.
 */
export function secretParts(
  kind: string,
  sources: SecretEnv | undefined,
  env: Readonly<Record<string, string>>,
  target: BaseTarget,
): SecretParts {
  const entries = Object.entries(sources ?? {});
  for (const [name] of entries)
    if (Object.hasOwn(env, name))
      throw invalid(`${kind}.secret_env.${name}`, `is in ${kind}.env too`);
  const { vault } = target;
  const mounted = vault && entries.some(([, { vault_key }]) => vault_key !== undefined);
  return {
    env: entries.map(([name, source]) => ({
      name,
      valueFrom: { secretKeyRef: keyRef(`${kind}.secret_env.${name}`, source, target) },
    })),
    mounts: mounted ? [{ name: VAULT_VOLUME, mountPath: VAULT_PATH, readOnly: true }] : [],
    volumes: mounted
      ? [
          {
            name: VAULT_VOLUME,
            csi: {
              driver: 'secrets-store.csi.k8s.io',
              readOnly: true,
              volumeAttributes: { secretProviderClass: vault.provider_class },
            },
          },
        ]
      : [],
  };
}
