/** Jobs that read files of runs. */
import type { V1Job } from '@kubernetes/client-node';
import { READER_LABEL, type ReaderManifest } from '../../../core/kubernetes/manifest.ts';
import type { ObservedPod } from '../../../core/kubernetes/observed.ts';
import type { ClusterReaders } from '../../../ports/cluster.ts';
import { type Api, createApi } from '../api.ts';
import { fromException, refusedWithoutNamespace } from '../failure.ts';
import { podView } from '../observed.ts';
import { deadlineIn, type Transport } from '../transport.ts';
import type { Ref } from './delete.ts';

export class KubernetesReaders implements ClusterReaders {
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #deadlineMs: number;

  constructor(transport: Transport, namespace: string, deadlineMs: number) {
    this.#transport = transport;
    this.#namespace = namespace;
    this.#deadlineMs = deadlineMs;
  }

  async #call<T>(work: (api: Api) => Promise<T>): Promise<T> {
    try {
      return await work(await createApi(this.#transport, deadlineIn(this.#deadlineMs)));
    } catch (error) {
      throw fromException(error, "The cluster's answer cannot be read");
    }
  }

  create(manifest: ReaderManifest): Promise<Ref> {
    return this.#call(async ({ batch }) => {
      const body = structuredClone(manifest) as unknown as V1Job;
      try {
        const { metadata } = await batch.createNamespacedJob({ namespace: this.#namespace, body });
        return { name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
      } catch (error) {
        throw refusedWithoutNamespace(error);
      }
    });
  }

  podsOf(name: string): Promise<readonly ObservedPod[]> {
    return this.#call(async ({ core }) => {
      const labelSelector = `${READER_LABEL}=${name}`;
      const { items } = await core.listNamespacedPod({ namespace: this.#namespace, labelSelector });
      return items.map((pod) => podView(pod, null));
    });
  }
}
