/** Whether a cluster is prepared for runs. */
import { ApiException, CoreV1Api, KubeConfig } from '@kubernetes/client-node';

const SERVICE_ACCOUNT = 'sluice-driver';

/** Rejects with what to do when the namespace, or the account of its drivers, is not there. */
export async function checkCluster(kubeconfig: string, namespace: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  try {
    await api.readNamespacedServiceAccount({ name: SERVICE_ACCOUNT, namespace });
  } catch (error) {
    if (!(error instanceof ApiException)) {
      throw new Error(`The cluster cannot be reached: ${String(error)}`, { cause: error });
    }
    // Whoever may start Jobs there need not be allowed to read accounts.
    if (error.code !== 404) return;
    throw new Error(
      `The cluster has no account ${SERVICE_ACCOUNT} in the namespace ${namespace}. Prepare it with ` +
        `kubectl apply -k k8s-manifests${namespace === 'sluice' ? '' : ', with that namespace in its runs/kustomization.yaml,'} ` +
        'or name another one by --namespace.',
      { cause: error },
    );
  }
}
