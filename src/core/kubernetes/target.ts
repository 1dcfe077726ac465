/** A target: the cluster and namespace where runs go. It holds no secrets, only the name of a connection. */
import { z } from 'zod';
import { DEFAULT_CONNECTION, Name } from '../names.ts';
import { TARGET_SECRETS_MAX, USER_ID_DEFAULT, USER_ID_MAX } from '../request-limits.ts';
import { fields } from '../schema/fields.ts';
import { Cpu, LabelKey, LabelValue, Memory, Namespace, ObjectName } from './rules.ts';

/** The controller's ServiceAccount of `k8s-manifests`: in a namespace without runs, where nothing else can make pods. */
const CONTROLLER = { namespace: 'sluice-system', account: 'sluice-controller' } as const;

export const DriverAccount = ObjectName.refine(
  (name) => name !== CONTROLLER.account,
  'is the account of the controller, whose rights no pod of a run may have',
);

/** Where a work volume is mounted. */
export const WorkPath = z.string().regex(/^\/[\w./-]{1,200}$/);

/** Fields of every target, for all kinds of runs. */
export const TARGET_FIELDS = {
  name: Name,
  connection: Name.default(DEFAULT_CONNECTION).meta({
    description:
      'Which of the configured cluster connections (kubeconfig, managed identity) to use.',
  }),
  namespace: Namespace.refine(
    (name) => name !== CONTROLLER.namespace,
    'is the namespace of the controller, whose account pods of runs could then use',
  ).default('sluice'),
  service_account: DriverAccount.default('sluice-driver').meta({
    description: 'ServiceAccount of driver pods.',
  }),
  work_claim: ObjectName.nullable().default(null).meta({
    description:
      'PersistentVolumeClaim mounted into drivers and Nextflow task pods; null for none.',
  }),
  work_path: WorkPath.default('/workspace').meta({ description: 'Where the claim is mounted.' }),
  run_as_user: z.int().min(1).max(USER_ID_MAX).nullable().default(USER_ID_DEFAULT).meta({
    description:
      'Numeric user of driver pods; null leaves it to the image (not for the restricted level).',
  }),
  node_selector: z.record(LabelKey, LabelValue).default({}),
  // These have no default: what an installation does not use is not stored, so an older build can read the target.
  image_pull_secrets: z.array(ObjectName).max(TARGET_SECRETS_MAX).optional().meta({
    description:
      'Secrets of the namespace with which the images of drivers and Nextflow task pods are pulled.',
  }),
  secrets: z.array(ObjectName).max(TARGET_SECRETS_MAX).optional().meta({
    description: 'Secrets of the namespace that runs may name in `secret_env`; none by default.',
  }),
  vault: fields({
    provider_class: ObjectName.meta({
      description: 'A SecretProviderClass of the namespace (Secrets Store CSI driver).',
    }),
    secret: ObjectName.meta({
      description:
        'The Secret that it makes (`secretObjects`), whose keys are named in `vault_key`.',
    }),
  })
    .optional()
    .meta({ description: 'Where `secret_env` finds secrets of Key Vault.' }),
  resources: fields({
    cpu: Cpu.default('500m'),
    memory: Memory.default('1Gi'),
  })
    .prefault({})
    .meta({
      description: 'Requests of a driver that asks for nothing; the memory is its limit too.',
    }),
};
export type BaseTarget = z.output<z.ZodObject<typeof TARGET_FIELDS>>;
