/** Whether a cluster is there, and prepared for runs. */
import { ApiException, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { withTimeout } from './with-timeout.ts';

const SERVICE_ACCOUNT = 'sluice-driver';
/** A cluster in use answers in milliseconds; after this the address is wrong, or there is no way to it. */
const ANSWER_MS = 5_000;

/** The file, the context and the server, so that a mix-up is seen. */
type Place = { readonly config: KubeConfig; readonly name: string };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function placeOf(file: string): Place {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new Error(`The kubeconfig ${file} cannot be read: ${reason(error)}`, { cause: error });
  }
  const contexts = config.getContexts().map(({ name }) => name);
  const context = config.getCurrentContext();
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    const which = context === '' ? 'no current context' : `no cluster for its context ${context}`;
    throw new Error(`The kubeconfig ${file} has ${which}; its contexts: ${contexts.join(', ')}.`);
  }
  return { config, name: `${server} (kubeconfig ${file}, context ${context})` };
}

/**
 * Asks the cluster of a kubeconfig for the account of the drivers. Rejects, naming file, context and server, when the file
 * is not there or the cluster does not answer within 5 s. Resolves with what to do when namespace or account are missing,
 * else with null: also where a user that may start Jobs may not read accounts.
 */
export async function checkCluster(kubeconfig: string, namespace: string): Promise<string | null> {
  const { config, name } = placeOf(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  try {
    const account = api.readNamespacedServiceAccount({ name: SERVICE_ACCOUNT, namespace });
    await withTimeout(ANSWER_MS, account, `no answer within ${ANSWER_MS / 1_000} s`);
    return null;
  } catch (error) {
    if (!(error instanceof ApiException)) {
      throw new Error(`The cluster cannot be reached at ${name}: ${reason(error)}`, {
        cause: error,
      });
    }
    if (error.code === 401) {
      throw new Error(`The cluster refuses the user of the kubeconfig (401): ${name}`, {
        cause: error,
      });
    }
    if (error.code !== 404) return null;
    const where = namespace === 'sluice' ? '' : ' with that namespace in runs/kustomization.yaml,';
    return (
      `The cluster has no account ${SERVICE_ACCOUNT} in the namespace ${namespace}: ${name}. Prepare it with ` +
      `kubectl apply -k k8s-manifests,${where} or name another one by --namespace.`
    );
  }
}
