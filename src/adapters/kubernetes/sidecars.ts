/** Native sidecars on clusters that do not know them: Kubernetes before 1.29 drops the field that makes a container one. */
import type { V1Job } from '@kubernetes/client-node';
import type { JobManifest } from '../../core/kubernetes/manifest.ts';
import { TRACE_CONTAINER } from '../../core/names.ts';

type Container = { readonly name: string; readonly restartPolicy?: string };

const isTrace = ({ name }: Container): boolean => name === TRACE_CONTAINER;

/** Whether the cluster made an ordinary init container of the one that was to run beside the driver. */
export const lacksSidecars = ({ spec }: V1Job): boolean =>
  (spec?.template.spec?.initContainers ?? []).some(
    (container) => isTrace(container) && container.restartPolicy !== 'Always',
  );

/** Whether the Job has that container. */
export const hasTrace = ({ spec }: V1Job): boolean =>
  (spec?.template.spec?.initContainers ?? []).some(isTrace);

/** The same Job without it. */
export function withoutSidecars(manifest: JobManifest): JobManifest {
  const template = manifest.spec['template'] as {
    readonly spec: { readonly initContainers?: readonly Container[] };
  };
  const { initContainers: _, ...spec } = template.spec;
  return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec } } };
}
