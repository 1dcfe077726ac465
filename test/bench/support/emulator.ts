/** The Kubernetes emulator as an observer sees it who is not the product. */

export type Cluster = { readonly url: string; readonly token: string };

/** From the text of the emulator's kubeconfig, which is JSON. */
export function clusterOf(kubeconfig: string): Cluster {
  const { clusters, users } = JSON.parse(kubeconfig) as {
    clusters: { cluster: { server: string } }[];
    users: { user: { token: string } }[];
  };
  return { url: clusters[0]?.cluster.server ?? '', token: users[0]?.user.token ?? '' };
}

type Item = { readonly metadata: { readonly name: string } };

/** All objects of a kind on the cluster, such as `/apis/batch/v1/jobs`. */
export async function listObjects(cluster: Cluster, path: string): Promise<readonly string[]> {
  const response = await fetch(`${cluster.url}${path}`, {
    headers: { authorization: `Bearer ${cluster.token}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return ((await response.json()) as { items: Item[] }).items.map(({ metadata }) => metadata.name);
}

/** Notes when each Job came to exist, seen by a watch of its own; milliseconds since 1970 by name. */
export async function watchJobs(cluster: Cluster) {
  const seen = new Map<string, number>();
  const stop = new AbortController();
  const response = await fetch(`${cluster.url}/apis/batch/v1/jobs?watch=1`, {
    headers: { authorization: `Bearer ${cluster.token}` },
    signal: stop.signal,
  });
  const { body } = response;
  if (!response.ok || !body) throw new Error(`jobs cannot be watched: ${response.status}`);
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const at = Date.now();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { type, object } = JSON.parse(line) as { type: string; object: Item };
        if (type === 'ADDED') seen.set(object.metadata.name, at);
      }
    }
  };
  // It ends by the abort alone, or with the cluster; a Job that is then missed is an error of the row.
  read().catch(() => undefined);
  return { seen, close: () => stop.abort() };
}
