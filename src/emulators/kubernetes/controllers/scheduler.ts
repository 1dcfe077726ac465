/** Gives a pod to the one node, unless it was asked not to fit. */
import { withPodCondition } from '../objects/condition.ts';
import { requestedFailure, UNSCHEDULABLE } from '../objects/failure-request.ts';
import type { Pod } from '../objects/object.ts';
import { NODE_NAME, type Recorder } from '../objects/recorder.ts';
import { PODS } from '../objects/resource.ts';
import type { Store } from '../objects/store.ts';

const component = 'default-scheduler';

export function schedule(store: Store, recorder: Recorder, pod: Pod): void {
  if (requestedFailure(pod)?.mode === 'unschedulable') {
    refuse(store, recorder, pod);
    return;
  }
  store.change(PODS, pod, ({ spec, status }) => {
    const { conditions } = status;
    status.conditions = withPodCondition(conditions, { type: 'PodScheduled', status: 'True' });
    spec.nodeName = NODE_NAME;
  });
  const { namespace, name } = pod.metadata;
  const message = `Successfully assigned ${namespace}/${name} to ${NODE_NAME}`;
  recorder.record(pod, { component, type: 'Normal', reason: 'Scheduled', message });
}

function refuse(store: Store, recorder: Recorder, pod: Pod): void {
  // Said once; the scheduler of a cluster says it again when something has changed.
  if (pod.status.conditions !== undefined) return;
  store.change(PODS, pod, ({ status }) => {
    status.conditions = withPodCondition(undefined, {
      type: 'PodScheduled',
      status: 'False',
      ...UNSCHEDULABLE,
    });
  });
  const { message = '' } = UNSCHEDULABLE;
  recorder.record(pod, { component, type: 'Warning', reason: 'FailedScheduling', message });
}
