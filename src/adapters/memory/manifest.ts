/** What the memory cluster reads of the Job that it gets. */
import { CONFIG_VOLUME, type JobManifest } from '../../core/kubernetes/manifest.ts';
import { TRACE_CONTAINER } from '../../core/names.ts';

type Template = {
  readonly spec: {
    readonly initContainers?: readonly { readonly name: string }[];
    readonly volumes: readonly {
      readonly name: string;
      readonly configMap?: { readonly name: string };
    }[];
  };
};

const podSpec = ({ spec }: JobManifest): Template['spec'] => (spec['template'] as Template).spec;

/** Name of the ConfigMap that its pods mount; empty without one. */
export const mountedConfig = (manifest: JobManifest): string =>
  podSpec(manifest).volumes.find(({ name }) => name === CONFIG_VOLUME)?.configMap?.name ?? '';

/** Whether its pods print beside the driver what Nextflow writes of its tasks. */
export const hasTrace = (manifest: JobManifest): boolean =>
  podSpec(manifest).initContainers?.some(({ name }) => name === TRACE_CONTAINER) === true;
