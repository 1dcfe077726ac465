/** Garbage collection by owner references, and what the deletion policies leave to it. */
import { deleteObject, removeFinalizer } from '../objects/deletion.ts';
import {
  FOREGROUND_FINALIZER,
  JOB_FINALIZER,
  type KubeObject,
  ORPHAN_FINALIZER,
} from '../objects/object.ts';
import { CONFIG_MAPS, JOBS, PODS, RESOURCES, type Resource, SECRETS } from '../objects/resource.ts';
import type { Change, Store } from '../objects/store.ts';
import { WorkQueue } from './work-queue.ts';

/** What may be owned. */
const OWNED: readonly Resource[] = [JOBS, PODS, CONFIG_MAPS, SECRETS];

type Dependent = { readonly resource: Resource; readonly object: KubeObject };

export class Collector {
  readonly #store: Store;
  readonly queue: WorkQueue<string>;

  /** Looks at everything once: at what was left half-way when the last process ended. */
  constructor(store: Store, failed: (error: unknown) => void) {
    this.#store = store;
    this.queue = new WorkQueue((key) => this.#look(key), failed);
    for (const resource of OWNED) {
      for (const object of store.list(resource)) this.#enqueue({ resource, object });
    }
  }

  observe({ type, resource, object }: Change): void {
    if (!OWNED.includes(resource)) return;
    if (type !== 'DELETED') {
      // Most changes are of status, which does not matter here.
      const { ownerReferences, deletionTimestamp } = object.metadata;
      if (type === 'MODIFIED' && deletionTimestamp === undefined) return;
      if (ownerReferences === undefined && deletionTimestamp === undefined) return;
      this.#enqueue({ resource, object });
      return;
    }
    for (const dependent of this.#dependents(object)) this.#enqueue(dependent);
    for (const owner of this.#owners(object)) this.#enqueue(owner);
  }

  close(): void {
    this.queue.close();
  }

  #enqueue({ resource, object }: Dependent): void {
    const { namespace, name } = object.metadata;
    this.queue.add(`${resource.plural}/${namespace}/${name}`);
  }

  #look(key: string): void {
    const [plural, namespace = '', name = ''] = key.split('/');
    const resource = OWNED.find((one) => one.plural === plural);
    const object = resource && this.#store.get(resource, namespace, name);
    if (resource === undefined || object === undefined) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (object.metadata.deletionTimestamp !== undefined) {
      if (finalizers.includes(FOREGROUND_FINALIZER)) this.#foreground(resource, object);
      if (finalizers.includes(ORPHAN_FINALIZER)) this.#orphan(resource, object);
    }
    this.#collect(resource, object);
  }

  /** Deletes what has owners of which none is left. */
  #collect(resource: Resource, object: KubeObject): void {
    const references = object.metadata.ownerReferences ?? [];
    if (references.length === 0) return;
    const owners = this.#owners(object);
    if (owners.length > 0) return;
    if (resource === PODS) removeFinalizer(this.#store, PODS, object, JOB_FINALIZER);
    this.#delete(resource, object);
  }

  #foreground(resource: Resource, owner: KubeObject): void {
    for (const dependent of this.#dependents(owner)) {
      this.#delete(dependent.resource, dependent.object);
    }
    const blocking = this.#dependents(owner).filter(({ object }) =>
      object.metadata.ownerReferences?.some(
        (reference) =>
          reference.uid === owner.metadata.uid && reference.blockOwnerDeletion === true,
      ),
    );
    if (blocking.length === 0) removeFinalizer(this.#store, resource, owner, FOREGROUND_FINALIZER);
  }

  #orphan(resource: Resource, owner: KubeObject): void {
    for (const dependent of this.#dependents(owner)) {
      this.#store.change(dependent.resource, dependent.object, ({ metadata }) => {
        const rest = (metadata.ownerReferences ?? []).filter(
          (reference) => reference.uid !== owner.metadata.uid,
        );
        if (rest.length === 0) delete metadata.ownerReferences;
        else metadata.ownerReferences = rest;
      });
      removeFinalizer(this.#store, dependent.resource, dependent.object, JOB_FINALIZER);
    }
    removeFinalizer(this.#store, resource, owner, ORPHAN_FINALIZER);
  }

  #delete(resource: Resource, object: KubeObject): void {
    if (object.metadata.deletionTimestamp !== undefined) return;
    deleteObject(this.#store, resource, object, { propagationPolicy: 'Background' });
  }

  #dependents(owner: KubeObject): Dependent[] {
    return OWNED.flatMap((resource) =>
      this.#store
        .list(resource, owner.metadata.namespace)
        .filter((object) =>
          object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid),
        )
        .map((object) => ({ resource, object })),
    );
  }

  #owners(object: KubeObject): Dependent[] {
    return (object.metadata.ownerReferences ?? []).flatMap((reference) => {
      const resource = RESOURCES.find((one) => one.kind === reference.kind);
      const owner =
        resource && this.#store.get(resource, object.metadata.namespace ?? '', reference.name);
      return resource !== undefined && owner?.metadata.uid === reference.uid
        ? [{ resource, object: owner }]
        : [];
    });
  }
}
