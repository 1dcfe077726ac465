/** The pod that a Job's template makes. */

import { qosClass } from '../kubelet/pod-status.ts';
import { FAIL_ANNOTATION } from '../objects/failure-request.ts';
import { JOB_FINALIZER, type Job, nameSuffix, type Pod, seconds } from '../objects/object.ts';

/** A name of at most 63 characters, as it is the pod's host name too. */
export const jobPodName = (job: Job): string => `${job.metadata.name.slice(0, 57)}-${nameSuffix()}`;

/** A requested failure goes over to the pod, which then shows it. */
export function jobPod(job: Job): Pod {
  const { template } = job.spec;
  const fail = job.metadata.annotations?.[FAIL_ANNOTATION];
  const annotations = {
    ...template.metadata?.annotations,
    ...(fail === undefined ? {} : { [FAIL_ANNOTATION]: fail }),
  };
  const spec = structuredClone(template.spec);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: jobPodName(job),
      generateName: `${job.metadata.name}-`,
      namespace: job.metadata.namespace ?? '',
      uid: '',
      resourceVersion: '',
      generation: 1,
      creationTimestamp: seconds(),
      labels: { ...template.metadata?.labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: job.metadata.name,
          uid: job.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      finalizers: [JOB_FINALIZER],
    },
    spec,
    status: { phase: 'Pending', qosClass: qosClass({ spec }) },
  };
}

/** When the last container of an ended pod ended, in epoch milliseconds; 0 when it does not say. */
export function podEnd(pod: Pod): number {
  const ends = (pod.status.containerStatuses ?? []).map((one) => one.state.terminated?.finishedAt);
  return Math.max(0, ...ends.map((time) => Date.parse(time ?? '') || 0));
}
