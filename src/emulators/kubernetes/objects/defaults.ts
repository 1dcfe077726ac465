/** What the API server fills in on creation. All functions return new objects. */

import { qosClass } from '../kubelet/pod-status.ts';
import type { ContainerSpec, Job, JobSpec, KubeObject, Pod, PodSpec } from './object.ts';

function container(spec: ContainerSpec): ContainerSpec {
  const image = spec.image ?? '';
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  return {
    ...spec,
    resources: requested(spec.resources ?? {}),
    terminationMessagePath: spec.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: spec.terminationMessagePolicy ?? 'File',
    imagePullPolicy:
      spec.imagePullPolicy ??
      (image.includes('@') || (tag !== undefined && tag !== 'latest') ? 'IfNotPresent' : 'Always'),
  };
}

/** A limit without a request is the request too. */
function requested(resources: NonNullable<ContainerSpec['resources']>) {
  if (resources.limits === undefined) return resources;
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function volume<T extends Record<string, unknown>>(spec: T): T {
  const filled: Record<string, unknown> = { ...spec };
  for (const kind of ['configMap', 'secret']) {
    const source = filled[kind];
    if (typeof source === 'object') filled[kind] = { defaultMode: 0o644, ...source };
  }
  if (Object.keys(spec).length === 1) filled['emptyDir'] = {};
  return filled as T;
}

function podSpec(spec: PodSpec): PodSpec {
  return {
    ...spec,
    ...(spec.volumes === undefined ? {} : { volumes: spec.volumes.map(volume) }),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: spec.initContainers.map(container) }),
    containers: spec.containers.map(container),
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec['dnsPolicy'] ?? 'ClusterFirst',
    securityContext: spec['securityContext'] ?? {},
    schedulerName: spec['schedulerName'] ?? 'default-scheduler',
  };
}

/** A Job's `spec` after defaulting: labels and selector come from its uid. */
export function defaultJob(object: KubeObject): Job {
  const { name, uid } = object.metadata;
  const spec = object['spec'] as Partial<JobSpec> & { template: JobSpec['template'] };
  const identity = { 'batch.kubernetes.io/controller-uid': uid };
  return {
    ...object,
    spec: {
      ...spec,
      parallelism: spec.parallelism ?? 1,
      completions: spec.completions ?? (spec.parallelism === undefined ? 1 : spec.parallelism),
      backoffLimit: spec.backoffLimit ?? 6,
      selector: { matchLabels: identity },
      manualSelector: false,
      template: {
        ...spec.template,
        metadata: {
          ...spec.template.metadata,
          labels: {
            ...spec.template.metadata?.labels,
            ...identity,
            'batch.kubernetes.io/job-name': name,
            'controller-uid': uid,
            'job-name': name,
          },
        },
        spec: podSpec(spec.template.spec),
      },
      completionMode: spec.completionMode ?? 'NonIndexed',
      suspend: spec.suspend ?? false,
      podReplacementPolicy: spec.podReplacementPolicy ?? 'TerminatingOrFailed',
    },
    status: {},
  };
}

/** A bare pod's `spec` after defaulting, and its first status. */
export function defaultPod(object: KubeObject): Pod {
  const sent = object['spec'] as PodSpec;
  const spec = podSpec({ ...sent, restartPolicy: sent.restartPolicy ?? 'Always' });
  return { ...object, spec, status: { phase: 'Pending', qosClass: qosClass({ spec }) } };
}

const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** A Secret's `stringData` becomes `data`; its type is Opaque unless it says otherwise. */
export function defaultSecret(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object as KubeObject & { stringData?: Record<string, string> };
  const encoded = Object.entries(stringData ?? {}).map(([key, text]) => [key, encode(text)]);
  const data = { ...(rest['data'] as object), ...Object.fromEntries(encoded) };
  return {
    ...rest,
    ...(Object.keys(data).length === 0 ? {} : { data }),
    type: rest['type'] ?? 'Opaque',
  };
}
