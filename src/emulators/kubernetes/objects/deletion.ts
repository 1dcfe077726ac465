/** Deleting objects: policies, grace periods and finalizers, as the API server handles them. */
import {
  FOREGROUND_FINALIZER,
  isTerminal,
  type KubeObject,
  ORPHAN_FINALIZER,
  type Pod,
  seconds,
} from './object.ts';
import { PODS, type Resource } from './resource.ts';
import { badRequest, invalid, preconditionFailed, unsupported } from './status.ts';
import type { Store } from './store.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export type DeleteOptions = {
  readonly propagationPolicy?: string;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
};

export type Deletion = {
  /** The object as it is after the request. */
  readonly object: KubeObject;
  readonly gone: boolean;
};

function propagation(resource: Resource, options: DeleteOptions): Propagation {
  const policy = options.propagationPolicy;
  if (policy !== undefined) {
    if (policy === 'Background' || policy === 'Foreground' || policy === 'Orphan') return policy;
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      unsupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']),
    ]);
  }
  return resource.defaultPropagation;
}

function checkPreconditions(resource: Resource, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = object;
  if (uid !== undefined && uid !== metadata.uid) {
    throw preconditionFailed(resource, metadata.name, 'UID', uid, metadata.uid);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw preconditionFailed(
      resource,
      metadata.name,
      'ResourceVersion',
      resourceVersion,
      metadata.resourceVersion,
    );
  }
}

const withFinalizer = (finalizers: readonly string[] | undefined, policy: Propagation) => {
  const rest = (finalizers ?? []).filter(
    (one) => one !== FOREGROUND_FINALIZER && one !== ORPHAN_FINALIZER,
  );
  if (policy === 'Foreground') return [...rest, FOREGROUND_FINALIZER];
  return policy === 'Orphan' ? [...rest, ORPHAN_FINALIZER] : rest;
};

/** How long the pod may take: nothing when it does not run, and never longer than asked before. */
function gracePeriod(pod: Pod, options: DeleteOptions): number {
  if (isTerminal(pod) || pod.spec.nodeName === undefined) return 0;
  const asked = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  // A negative period means: as soon as possible, but not by force.
  const grace = asked < 0 ? 1 : asked;
  const before = pod.metadata.deletionGracePeriodSeconds;
  return before === undefined ? grace : Math.min(before, grace);
}

/**
 * Removes the object once nothing holds it: it is being deleted, has no finalizers, and, for a
 * pod, its kubelet is done with it (grace period 0).
 */
export function settle(store: Store, resource: Resource, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = object.metadata;
  const done = (deletionGracePeriodSeconds ?? 0) === 0 && finalizers.length === 0;
  if (deletionTimestamp === undefined || !done) return false;
  store.remove(resource, object);
  return true;
}

/** Throws Conflict on a failed precondition, Invalid on a policy that does not exist. */
export function deleteObject(
  store: Store,
  resource: Resource,
  object: KubeObject,
  options: DeleteOptions,
): Deletion {
  checkPreconditions(resource, object, options);
  const policy = propagation(resource, options);
  if (options.gracePeriodSeconds !== undefined && !Number.isInteger(options.gracePeriodSeconds)) {
    throw badRequest('gracePeriodSeconds must be an integer');
  }
  const grace = resource === PODS ? gracePeriod(object as Pod, options) : 0;
  const finalizers = withFinalizer(object.metadata.finalizers, policy);
  if (grace === 0 && finalizers.length === 0) {
    store.remove(resource, object);
    return { object, gone: true };
  }
  const again = object.metadata.deletionTimestamp !== undefined;
  const shorter = again && grace < (object.metadata.deletionGracePeriodSeconds ?? 0);
  const marked = store.change(resource, object, ({ metadata }) => {
    if (finalizers.length === 0) delete metadata.finalizers;
    else metadata.finalizers = finalizers;
    if (again && !shorter) return;
    metadata.deletionTimestamp = seconds(new Date(Date.now() + grace * 1_000));
    metadata.deletionGracePeriodSeconds = grace;
    metadata.generation = (metadata.generation ?? 1) + 1;
  });
  return { object: marked ?? object, gone: marked === undefined };
}

/** Takes a finalizer away, and the object with it when that was all that held it. */
export function removeFinalizer(
  store: Store,
  resource: Resource,
  object: KubeObject,
  finalizer: string,
): void {
  if (object.metadata.finalizers?.includes(finalizer) !== true) return;
  const changed = store.change(resource, object, ({ metadata }) => {
    const rest = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
    if (rest.length === 0) delete metadata.finalizers;
    else metadata.finalizers = rest;
  });
  if (changed !== undefined) settle(store, resource, changed);
}
