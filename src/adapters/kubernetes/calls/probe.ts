/** Questions about a cluster and a namespace, which change nothing there. */
import {
  ClusterError,
  type ClusterProbe,
  type NamedObject,
  type Right,
} from '../../../ports/cluster.ts';
import { fromException } from '../failure.ts';
import { type Call, deadlineIn, type Transport } from '../transport.ts';

/** Only names and labels of an object: a Secret's content does not leave the cluster. */
const METADATA_ONLY = {
  accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
};
const JSON_BODY = { 'content-type': 'application/json' };
const PLURALS: Readonly<Record<NamedObject['kind'], string>> = {
  ServiceAccount: 'serviceaccounts',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Secret: 'secrets',
};
/** The 404 for a resource that the server does not have, in the place of an object. */
const NO_RESOURCE = /could not find the requested resource/;

const JOB = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { generateName: 'sluice-check-' },
  spec: {
    suspend: true,
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        containers: [{ name: 'driver', image: 'busybox:1.37', command: ['true'] }],
      },
    },
  },
};

export class KubernetesProbe implements ClusterProbe {
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #deadlineMs: number;

  constructor(transport: Transport, namespace: string, deadlineMs: number) {
    this.#transport = transport;
    this.#namespace = namespace;
    this.#deadlineMs = deadlineMs;
  }

  async #ask(call: Call): Promise<Readonly<Record<string, unknown>>> {
    try {
      const { text } = await this.#transport.send(call, deadlineIn(this.#deadlineMs));
      return JSON.parse(text) as Readonly<Record<string, unknown>>;
    } catch (error) {
      throw fromException(error, "The cluster's answer cannot be read");
    }
  }

  async version(): Promise<string> {
    const { gitVersion } = await this.#ask({ method: 'GET', path: '/version' });
    if (typeof gitVersion === 'string') return gitVersion;
    throw new ClusterError('unavailable', 0, 'What answers there is not a Kubernetes API server');
  }

  async allows({ group, resource: asked, verb }: Right): Promise<boolean> {
    const [resource, subresource = ''] = asked.split('/');
    const resourceAttributes = { namespace: this.#namespace, group, resource, subresource, verb };
    const { status } = await this.#ask({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      headers: JSON_BODY,
      body: JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      }),
    });
    return (status as { readonly allowed?: unknown } | undefined)?.allowed === true;
  }

  async has({ kind, name }: NamedObject): Promise<boolean> {
    const path = `${this.#path('/api/v1')}/${PLURALS[kind]}/${encodeURIComponent(name)}`;
    try {
      await this.#ask({ method: 'GET', path, headers: METADATA_ONLY });
      return true;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'not_found') throw error;
      if (!NO_RESOURCE.test(error.message)) return false;
      throw new ClusterError('refused', error.status, error.message, { cause: error });
    }
  }

  async tryJob(): Promise<void> {
    await this.#ask({
      method: 'POST',
      path: `${this.#path('/apis/batch/v1')}/jobs?dryRun=All`,
      headers: JSON_BODY,
      body: JSON.stringify(JOB),
    });
  }

  #path(group: string): string {
    return `${group}/namespaces/${encodeURIComponent(this.#namespace)}`;
  }
}
