import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describe, it } from 'vitest';
import { newName, until } from '../emulators/kubernetes/suite/client.ts';
import { kubernetesApiSuite } from '../emulators/kubernetes/suite/suite.ts';

const file = process.env['KUBECONFIG'];

if (file === undefined || file === '') {
  describe('a real cluster', () => {
    it.skip('set KUBECONFIG to run the suite of the Kubernetes API there', () => undefined);
  });
} else {
  kubernetesApiSuite('a real cluster', async () => {
    const config = new KubeConfig();
    config.loadFromFile(file);
    const core = config.makeApiClient(CoreV1Api);
    const namespace = newName('api-suite');
    const quotaNamespace = `${namespace}-quota`;
    for (const name of [namespace, quotaNamespace]) {
      await core.createNamespace({ body: { metadata: { name } } });
      // Pods are refused until their service account is there.
      await until('the service account', () =>
        core
          .readNamespacedServiceAccount({ name: 'default', namespace: name })
          .catch(() => undefined),
      );
    }
    await core.createNamespacedResourceQuota({
      namespace: quotaNamespace,
      body: { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } },
    });
    await until('the quota', async () => {
      const { status } = await core.readNamespacedResourceQuota({
        name: 'none',
        namespace: quotaNamespace,
      });
      return status?.hard;
    });
    return {
      config,
      namespace,
      quotaNamespace,
      close: async () => {
        for (const name of [namespace, quotaNamespace]) await core.deleteNamespace({ name });
      },
    };
  });
}
