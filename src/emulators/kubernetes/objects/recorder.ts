/** Writes core/v1 Events about objects, counting repeats as the API's own components do. */
import { type EventObject, type KubeObject, seconds } from './object.ts';
import { EVENTS } from './resource.ts';
import type { Store } from './store.ts';

export type Component = 'job-controller' | 'kubelet' | 'default-scheduler' | 'node-controller';

export type EventDraft = {
  readonly component: Component;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{main}` when the event is about one container. */
  readonly fieldPath?: string;
};

/** The oldest go first. Kubernetes forgets events after an hour. */
const MOST_EVENTS = 5_000;

export const NODE_NAME = 'local';

export class Recorder {
  readonly #store: Store;
  /** Event names by what they say, oldest first. */
  readonly #known = new Map<string, EventObject>();
  #last = 0n;

  constructor(store: Store) {
    this.#store = store;
    for (const event of store.list(EVENTS) as EventObject[]) {
      this.#known.set(sentence(event), event);
    }
  }

  record(about: KubeObject, draft: EventDraft): void {
    const now = seconds();
    const event = this.#event(about, draft, now);
    const known = this.#known.get(sentence(event));
    const stored =
      known === undefined
        ? this.#store.create(EVENTS, event)
        : this.#store.change(EVENTS, known, (repeat) => {
            repeat.count = (repeat.count ?? 1) + 1;
            repeat.lastTimestamp = now;
          });
    if (stored !== undefined) this.#known.set(sentence(event), stored);
    for (const [key, oldest] of this.#known) {
      if (this.#known.size <= MOST_EVENTS) break;
      this.#known.delete(key);
      this.#store.remove(EVENTS, oldest);
    }
  }

  #event(about: KubeObject, draft: EventDraft, now: string): EventObject {
    const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
    const at = BigInt(Date.now()) * 1_000_000n;
    this.#last = at > this.#last ? at : this.#last + 1n;
    // The scheduler writes its events in the newer form, without first and last time.
    const newForm = draft.component === 'default-scheduler';
    const onNode = draft.component === 'kubelet';
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: `${name}.${this.#last.toString(16)}`,
        namespace,
        uid: '',
        resourceVersion: '',
        creationTimestamp: now,
      },
      involvedObject: {
        kind: about.kind,
        namespace,
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        ...(draft.fieldPath === undefined ? {} : { fieldPath: draft.fieldPath }),
      },
      reason: draft.reason,
      message: draft.message,
      source: newForm ? {} : { component: draft.component, ...(onNode ? { host: NODE_NAME } : {}) },
      firstTimestamp: newForm ? null : now,
      lastTimestamp: newForm ? null : now,
      ...(newForm ? { action: 'Binding' } : { count: 1 }),
      type: draft.type,
      eventTime: newForm ? new Date().toISOString().replace('Z', '000Z') : null,
      reportingComponent: draft.component,
      reportingInstance: onNode ? NODE_NAME : newForm ? `${draft.component}-${NODE_NAME}` : '',
    };
  }
}

function sentence(event: EventObject): string {
  const { uid, fieldPath } = event.involvedObject;
  return [uid, fieldPath, event.type, event.reason, event.message].join('\n');
}
