/** A namespace of its own on a real cluster, set up from `k8s-manifests`, and ways to reach it. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
} from '@kubernetes/client-node';
import type { ClusterOptions } from '../../../src/adapters/kubernetes/cluster.ts';
import { createClusters } from '../../../src/adapters/kubernetes/connections.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';

export const kubeconfig = process.env['KUBECONFIG'] ?? '';

export type Lab = {
  readonly namespace: string;
  readonly target: Target;
  readonly core: CoreV1Api;
  readonly server: string;
  readonly caData: string;
  /** A token of the ServiceAccount `sluice-controller`, as the product would use it. */
  controllerToken(): Promise<string>;
  /** The Cluster port with that token and nothing else; through another address of the server where one is given. */
  controller(options?: Partial<ClusterOptions>, via?: string): Cluster;
  apply(objects: readonly KubernetesObject[]): Promise<void>;
  remove(): Promise<void>;
};

const FILES = [
  'controller/account.yaml',
  'runs/namespace.yaml',
  'runs/rbac.yaml',
  'runs/network-policy.yaml',
];

/** The controller's namespace beside one of runs. */
const systemOf = (namespace: string) => `${namespace}-system`;

/** The objects of a manifest file, moved from the namespaces `sluice` and `sluice-system` to others. */
export async function manifest(file: string, namespace: string): Promise<KubernetesObject[]> {
  const text = await readFile(new URL(`../../../k8s-manifests/${file}`, import.meta.url), 'utf8');
  const moved = text
    .replaceAll('sluice-system', systemOf(namespace))
    .replaceAll(/^(\s*)namespace: sluice$/gm, `$1namespace: ${namespace}`)
    .replace(
      /^kind: Namespace\nmetadata:\n  name: sluice$/m,
      `kind: Namespace\nmetadata:\n  name: ${namespace}`,
    );
  return loadAllYaml(moved) as KubernetesObject[];
}

/** A kubeconfig for an address that the server's certificate does not name. */
const renamed = (server: string, caData: string, token: string): string =>
  JSON.stringify({
    clusters: [
      {
        name: 'lab',
        cluster: {
          server,
          'certificate-authority-data': caData,
          'tls-server-name': 'kubernetes.default.svc',
        },
      },
    ],
    users: [{ name: 'lab', user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    'current-context': 'lab',
  });

export async function openLab(name: string): Promise<Lab> {
  // Suites that run side by side open theirs in the same millisecond.
  const namespace = `${name}-${Date.now().toString(36)}-${randomBytes(2).toString('hex')}`;
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error('KUBECONFIG has no current cluster');
  }
  const core = config.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const apply = async (list: readonly KubernetesObject[]) => {
    for (const object of list) {
      await objects.create(object);
    }
  };
  for (const file of FILES) {
    await apply(await manifest(file, namespace));
  }
  const clusters: { close(): Promise<void> }[] = [];
  const controllerToken = async () => {
    const answer = await core.createNamespacedServiceAccountToken({
      name: 'sluice-controller',
      namespace: systemOf(namespace),
      body: { spec: { audiences: [], expirationSeconds: 3600 } },
    });
    return answer.status?.token ?? '';
  };
  const target = Target.parse({ name: 'lab', namespace, connection: 'lab' });
  const token = await controllerToken();
  const { server, caData = '' } = cluster;
  return {
    namespace,
    target,
    core,
    server,
    caData,
    controllerToken,
    controller(options = {}, via) {
      const connection = via
        ? { kubeconfig: renamed(via, caData, token) }
        : { server, caData, token: async () => token };
      const made = createClusters({ connections: { lab: connection } }, options);
      clusters.push(made);
      return made.connect(target);
    },
    apply,
    async remove() {
      await Promise.all(clusters.map((made) => made.close()));
      for (const name of [namespace, systemOf(namespace)]) await core.deleteNamespace({ name });
    },
  };
}
