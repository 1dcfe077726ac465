/**
 * The objects, their one counter of resource versions, and the history that watches replay.
 * Stored objects are never changed in place: every write stores a new one, so that lists and
 * watches may keep references.
 */
import { randomUUID } from 'node:crypto';
import type { Job, KubeObject, Pod } from './object.ts';
import type { Persistence } from './persistence.ts';
import { JOBS, PODS, RESOURCES, type Resource } from './resource.ts';
import { alreadyExists, modified } from './status.ts';

export type Change = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  readonly object: KubeObject;
  /** What was stored before; absent for ADDED. */
  readonly previous?: KubeObject;
  readonly revision: number;
};

/** Enough for a watch that was away for minutes, small enough to be no memory question. */
const HISTORY = 2_000;

const keyOf = (namespace: string, name: string) => `${namespace}/${name}`;
const keyOfObject = (object: KubeObject) =>
  keyOf(object.metadata.namespace ?? '', object.metadata.name);

export class Store {
  readonly #objects = new Map<Resource, Map<string, KubeObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #persistence: Persistence;
  #history: Change[] = [];
  /** The newest revision that is no longer in the history. */
  #compacted: number;
  #revision: number;

  constructor(persistence: Persistence) {
    this.#persistence = persistence;
    for (const resource of RESOURCES) {
      const objects = persistence.load(resource).map((object) => [keyOfObject(object), object]);
      this.#objects.set(resource, new Map(objects as [string, KubeObject][]));
    }
    this.#revision = persistence.firstRevision();
    this.#compacted = this.#revision;
  }

  get revision(): number {
    return this.#revision;
  }
  get compacted(): number {
    return this.#compacted;
  }

  /** Forgets the history, as the API server's compaction does: older watches then get 410. */
  compact(): void {
    this.#history = [];
    this.#compacted = this.#revision;
  }

  get(resource: Resource, namespace: string, name: string): KubeObject | undefined {
    return this.#of(resource).get(keyOf(namespace, name));
  }

  job(namespace: string, name: string): Job | undefined {
    return this.get(JOBS, namespace, name) as Job | undefined;
  }

  pod(namespace: string, name: string): Pod | undefined {
    return this.get(PODS, namespace, name) as Pod | undefined;
  }

  /** In the order of their keys, as the API server lists; of all namespaces without one. */
  list(resource: Resource, namespace?: string): KubeObject[] {
    const entries = [...this.#of(resource)].filter(
      ([, object]) => namespace === undefined || object.metadata.namespace === namespace,
    );
    return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  pods(namespace?: string): Pod[] {
    return this.list(PODS, namespace) as Pod[];
  }

  /** Gives uid and resourceVersion. Throws AlreadyExists. */
  create<T extends KubeObject>(resource: Resource, object: T): T {
    if (this.#of(resource).has(keyOfObject(object))) {
      throw alreadyExists(resource, object.metadata.name);
    }
    const uid = object.metadata.uid === '' ? randomUUID() : object.metadata.uid;
    const stored = this.#numbered({ ...object, metadata: { ...object.metadata, uid } });
    this.#write('ADDED', resource, stored);
    return stored;
  }

  /**
   * Stores `next` in the place of `current`; an unchanged object is not written, as in the API
   * server. Throws Conflict when the stored object is no longer `current`.
   */
  replace<T extends KubeObject>(resource: Resource, current: T, next: T): T {
    const stored = this.#of(resource).get(keyOfObject(current));
    if (stored === undefined || stored.metadata.uid !== current.metadata.uid) {
      throw modified(resource, current.metadata.name);
    }
    if (
      stored !== current &&
      stored.metadata.resourceVersion !== current.metadata.resourceVersion
    ) {
      throw modified(resource, current.metadata.name);
    }
    if (JSON.stringify(stored) === JSON.stringify(next)) return current;
    const numbered = this.#numbered(next);
    this.#write('MODIFIED', resource, numbered, stored);
    return numbered;
  }

  /** Changes the newest stored version of the object through a copy; undefined when it is gone. */
  change<T extends KubeObject>(
    resource: Resource,
    object: T,
    mutate: (draft: T) => void,
  ): T | undefined {
    const stored = this.#of(resource).get(keyOfObject(object)) as T | undefined;
    if (stored === undefined || stored.metadata.uid !== object.metadata.uid) return undefined;
    const draft = structuredClone(stored);
    mutate(draft);
    return this.replace(resource, stored, draft);
  }

  /** Removes the object for good, finalizers or not. */
  remove(resource: Resource, object: KubeObject): void {
    const stored = this.#of(resource).get(keyOfObject(object));
    if (stored === undefined || stored.metadata.uid !== object.metadata.uid) return;
    this.#write('DELETED', resource, this.#numbered(stored), stored);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes after `revision`, oldest first; undefined when they are no longer known. */
  since(revision: number): Change[] | undefined {
    if (revision < this.#compacted) return undefined;
    return this.#history.filter((change) => change.revision > revision);
  }

  #of(resource: Resource): Map<string, KubeObject> {
    const objects = this.#objects.get(resource);
    if (objects === undefined) throw new Error(`no such resource: ${resource.plural}`);
    return objects;
  }

  #numbered<T extends KubeObject>(object: T): T {
    this.#revision += 1;
    return {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#revision) },
    };
  }

  #write(type: Change['type'], resource: Resource, object: KubeObject, previous?: KubeObject) {
    const key = keyOfObject(object);
    // The disk first: an answer never tells of what a crash could take back.
    if (type === 'DELETED') {
      this.#persistence.remove(resource, object);
      this.#of(resource).delete(key);
    } else {
      this.#persistence.save(resource, object);
      this.#of(resource).set(key, object);
    }
    this.#persistence.reserve(this.#revision);
    const change: Change = {
      type,
      resource,
      object,
      revision: this.#revision,
      ...(previous === undefined ? {} : { previous }),
    };
    this.#history.push(change);
    if (this.#history.length > HISTORY) {
      this.#compacted = this.#history.shift()?.revision ?? this.#compacted;
    }
    for (const listener of this.#listeners) listener(change);
  }
}
