/** What the memory cluster reads of the Job that it gets. */
import {
  ATTEMPT_LABEL,
  CONFIG_VOLUME,
  type JobManifest,
  RUN_LABEL,
  TRACE_TOKEN_ANNOTATION,
} from '../../core/kubernetes/manifest.ts';
import type { ObservedJob } from '../../core/kubernetes/observed.ts';
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
const mountedConfig = (manifest: JobManifest): string =>
  podSpec(manifest).volumes.find(({ name }) => name === CONFIG_VOLUME)?.configMap?.name ?? '';

/** Whether its pods print beside the driver what Nextflow writes of its tasks. */
const hasTrace = (manifest: JobManifest): boolean =>
  podSpec(manifest).initContainers?.some(({ name }) => name === TRACE_CONTAINER) === true;

/** A Job as it is made, before it may run. */
export function newJob(manifest: JobManifest, uid: string, created_at: string): ObservedJob {
  const { name, labels, annotations } = manifest.metadata;
  const token = annotations[TRACE_TOKEN_ANNOTATION];
  return {
    name,
    uid,
    config: mountedConfig(manifest),
    traced: hasTrace(manifest),
    ...(token !== undefined && { trace_token: token }),
    run_id: labels[RUN_LABEL] ?? '',
    attempt: Number(labels[ATTEMPT_LABEL] ?? 1),
    suspended: true,
    deleting: false,
    end: null,
    active: 0,
    created_at,
  };
}
