import { KubeConfig } from '@kubernetes/client-node';
import { createKubernetes } from '../../../src/emulators/kubernetes/kubernetes.ts';
import { kubernetesApiSuite } from './suite/suite.ts';

kubernetesApiSuite('the Kubernetes emulator', async () => {
  const [namespace, quotaNamespace] = ['runs', 'no-pods'];
  const kubernetes = await createKubernetes({
    namespaces: [namespace, quotaNamespace],
    log: (message) => console.error(message),
  });
  const config = new KubeConfig();
  config.loadFromString(kubernetes.kubeconfig);
  return { config, namespace, quotaNamespace, close: () => kubernetes.close() };
});
