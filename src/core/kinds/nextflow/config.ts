/** A target's fields for Nextflow, and the configuration file that every driver gets with `-c`. Pure. */
import { z } from 'zod';
import { ATTEMPT_LABEL, DOMAIN_LABEL, RUN_LABEL } from '../../kubernetes/manifest.ts';
import { Image, LabelKey, LabelValue, ObjectName } from '../../kubernetes/rules.ts';
import { type BaseTarget, DriverAccount } from '../../kubernetes/target.ts';
import { MOUNT_CHARS_MAX } from '../../request-limits.ts';
import { fields } from '../../schema/fields.ts';

export const PluginFolder = fields({
  claim: ObjectName.meta({
    description: 'A PersistentVolumeClaim that no run can write to; mounted read-only.',
  }),
  path: z
    .string()
    .regex(/^(?!.*\.\.)(?:[\w.-]+(?:\/[\w.-]+)*)?$/, 'is not a relative path')
    .max(MOUNT_CHARS_MAX)
    .default('')
    .meta({ description: 'Folder on the claim; empty for its root.' }),
}).meta({
  id: 'PluginFolder',
  description:
    'Plugins of Nextflow, unpacked as `NAME-VERSION` folders: the only ones that drivers then load.',
});
export type PluginFolder = z.infer<typeof PluginFolder>;

/** Fields of a target for this kind. */
export const NEXTFLOW_TARGET = {
  task_service_account: DriverAccount.default('sluice-task').meta({
    description: 'ServiceAccount of the task pods that Nextflow makes; it needs no rights.',
  }),
  nextflow_image: Image.default('nextflow/nextflow:25.10.2').meta({
    description: 'Image of the drivers of Nextflow pipelines.',
  }),
  plugins: PluginFolder.nullable().default(null),
  // Without a default: what an installation does not use is not stored, so an older build can read the target.
  task_node_selector: z.record(LabelKey, LabelValue).optional().meta({
    description: 'Labels that a node needs to run task pods; by default those of `node_selector`.',
  }),
};
export type NextflowTarget = BaseTarget & z.output<z.ZodObject<typeof NEXTFLOW_TARGET>>;

export type Settings = readonly (readonly [name: string, value: Literal])[];

type Scalar = string | number | boolean;
type Literal = Scalar | readonly Literal[] | { readonly [key: string]: Literal };

/**
 * A Groovy literal. Strings are in single quotes, where `$` has no meaning; backslashes are doubled, so that neither
 * escapes nor `\u` sequences in the value are interpreted.
 */
export function groovy(value: Literal): string {
  if (typeof value === 'string') {
    const escaped = value
      .replaceAll('\\', '\\\\')
      .replaceAll("'", "\\'")
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r');
    return `'${escaped}'`;
  }
  if (typeof value !== 'object') {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(groovy).join(', ')}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => `${groovy(key)}: ${groovy(item)}`);
  return entries.length === 0 ? '[:]' : `[${entries.join(', ')}]`;
}

/** Options of every task pod, over those of the pipeline's own `k8s.pod`. */
function podOptions(run: {
  readonly run_id: string;
  readonly domain: string;
  readonly attempt: number;
  readonly target: NextflowTarget;
}): readonly Literal[] {
  const label = (name: string, value: string) => ({ label: name, value });
  const options: Literal[] = [
    label(RUN_LABEL, run.run_id),
    label(ATTEMPT_LABEL, String(run.attempt)),
    label(DOMAIN_LABEL, run.domain),
    label('app.kubernetes.io/managed-by', 'sluice'),
    label('app.kubernetes.io/component', 'task'),
    { automountServiceAccountToken: false },
  ];
  const { node_selector, task_node_selector = node_selector } = run.target;
  if (Object.keys(task_node_selector).length > 0)
    options.push({ nodeSelector: task_node_selector });
  for (const name of run.target.image_pull_secrets ?? []) options.push({ imagePullSecret: name });
  return options;
}

/**
 * With a work claim, tasks are pods in the target's namespace that share the driver's volume. Without one there is no
 * shared volume, so tasks run inside the driver. `more`: settings beside these.
 */
export function nextflowConfig(
  run: {
    readonly run_id: string;
    readonly domain: string;
    readonly attempt: number;
    readonly target: NextflowTarget;
  },
  more: Settings = [],
): string {
  const { target } = run;
  const settings: (readonly [string, Literal])[] = [
    ['process.executor', target.work_claim === null ? 'local' : 'k8s'],
  ];
  if (target.work_claim !== null) {
    settings.push(
      ['k8s.namespace', target.namespace],
      ['k8s.serviceAccount', target.task_service_account],
      ['k8s.storageClaimName', target.work_claim],
      ['k8s.storageMountPath', target.work_path],
      // Since Nextflow 26.10 the default is Job, but the sweep of a cancelled run looks for bare pods.
      ['k8s.computeResourceType', 'Pod'],
      ['k8s.pod', podOptions(run)],
    );
    if (target.run_as_user !== null) {
      // The same user as the driver's, so that each can read, move and remove the other's files.
      const user = target.run_as_user;
      settings.push([
        'k8s.securityContext',
        {
          runAsUser: user,
          runAsGroup: user,
          fsGroup: user,
          fsGroupChangePolicy: 'OnRootMismatch',
        },
      ]);
    }
  }
  // A report that exists already ends a run of Nextflow 24 and older: an attempt after the first has them.
  for (const report of ['trace', 'report', 'timeline', 'dag']) {
    settings.push([`${report}.overwrite`, true]);
  }
  settings.push(...more);
  return settings.map(([name, value]) => `${name} = ${groovy(value)}\n`).join('');
}
