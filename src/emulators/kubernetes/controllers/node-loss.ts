/** What the node controllers write when a node's kubelet falls silent. */
import { withPodCondition } from '../objects/condition.ts';
import { NODE_LOSS } from '../objects/failure-request.ts';
import { type Pod, seconds } from '../objects/object.ts';
import { PODS } from '../objects/resource.ts';
import type { Store } from '../objects/store.ts';

/** The node is late: the pod counts as not ready, while its phase stays. */
export function markNodeSilent(store: Store, pod: Pod): void {
  store.change(PODS, pod, (draft) => {
    draft.status.conditions = withPodCondition(draft.status.conditions, {
      type: 'Ready',
      status: 'False',
    });
  });
}

/** The pod's toleration is over: deleted, but no kubelet is there to end it. */
export function evictFromLostNode(store: Store, pod: Pod): void {
  store.change(PODS, pod, ({ metadata, spec, status }) => {
    const grace = spec.terminationGracePeriodSeconds ?? 30;
    metadata.deletionTimestamp ??= seconds(new Date(Date.now() + grace * 1_000));
    metadata.deletionGracePeriodSeconds ??= grace;
    status.conditions = withPodCondition(status.conditions, NODE_LOSS);
  });
}

export const wasNodeSilent = (pod: Pod): boolean =>
  pod.status.phase === 'Running' &&
  (pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False') ??
    false);
