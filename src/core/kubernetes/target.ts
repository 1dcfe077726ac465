/** A target: the cluster and namespace where runs go. It holds no secrets, only the name of a connection. */
import { z } from 'zod';
import { DEFAULT_CONNECTION, Name } from '../names.ts';
import { fields } from '../schema/fields.ts';
import { Cpu, Image, LabelKey, LabelValue, Memory, Namespace, ObjectName } from './rules.ts';

/** The controller's ServiceAccount of `k8s-manifests`: in a namespace without runs, where nothing else can make pods. */
const CONTROLLER = { namespace: 'sluice-system', account: 'sluice-controller' } as const;

const DriverAccount = ObjectName.refine(
  (name) => name !== CONTROLLER.account,
  'is the account of the controller, whose rights no pod of a run may have',
);

export const PluginFolder = fields({
  claim: ObjectName.meta({
    description: 'A PersistentVolumeClaim that no run can write to; mounted read-only.',
  }),
  path: z
    .string()
    .regex(/^(?!.*\.\.)(?:[\w.-]+(?:\/[\w.-]+)*)?$/, 'is not a relative path')
    .max(200)
    .default('')
    .meta({ description: 'Folder on the claim; empty for its root.' }),
}).meta({
  id: 'PluginFolder',
  description:
    'Plugins of Nextflow, unpacked as `NAME-VERSION` folders: the only ones that drivers then load.',
});
export type PluginFolder = z.infer<typeof PluginFolder>;

/** The error for a plugin folder on the work claim. */
export const WRITABLE_PLUGINS =
  'is the work claim, where any run can put plugins that later drivers load';

export const Target = fields({
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
  task_service_account: DriverAccount.default('sluice-task').meta({
    description: 'ServiceAccount of the task pods that Nextflow makes; it needs no rights.',
  }),
  work_claim: ObjectName.nullable().default(null).meta({
    description:
      'PersistentVolumeClaim mounted into drivers and Nextflow task pods; null for none.',
  }),
  work_path: z
    .string()
    .regex(/^\/[\w./-]{1,200}$/)
    .default('/workspace')
    .meta({ description: 'Where the claim is mounted.' }),
  plugins: PluginFolder.nullable().default(null),
  nextflow_image: Image.default('nextflow/nextflow:25.10.2'),
  run_as_user: z.int().min(1).max(65_535).nullable().default(1000).meta({
    description:
      'Numeric user of driver pods; null leaves it to the image (not for the restricted level).',
  }),
  node_selector: z.record(LabelKey, LabelValue).default({}),
  resources: fields({
    cpu: Cpu.default('500m'),
    memory: Memory.default('1Gi'),
  })
    .prefault({})
    .meta({
      description: 'Requests of a driver that asks for nothing; the memory is its limit too.',
    }),
})
  .refine(({ plugins, work_claim }) => plugins === null || plugins.claim !== work_claim, {
    path: ['plugins', 'claim'],
    message: WRITABLE_PLUGINS,
  })
  .meta({ id: 'Target' });
export type Target = z.infer<typeof Target>;
