/** The Kubernetes emulator for suites that need an administrator beside the controller. */
import { KubeConfig } from '@kubernetes/client-node';
import { createClusters } from '../../src/adapters/kubernetes/connections.ts';
import { Target } from '../../src/core/kinds/target.ts';
import { createKubernetes } from '../../src/emulators/kubernetes/kubernetes.ts';

export async function openEmulator() {
  const target = Target.parse({ name: 'default' });
  const kubernetes = await createKubernetes({ namespaces: [target.namespace] });
  const { kubeconfig } = kubernetes;
  const clusters = createClusters({ connections: { default: { kubeconfig } } });
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return {
    cluster: clusters.connect(target),
    target,
    config,
    image: 'local/busybox:1',
    holdControllers: kubernetes.holdControllers,
    async close() {
      await clusters.close();
      await kubernetes.close();
    },
  };
}
