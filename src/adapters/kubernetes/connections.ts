/** Cluster connections by target. Loads nothing of the Kubernetes client before its first call. */
import type { Target } from '../../core/kinds/target.ts';
import { CLUSTER_CALL_MS } from '../../core/limits.ts';
import type { Cluster, Clusters } from '../../ports/cluster.ts';
import { type ClusterOptions, KubernetesCluster } from './cluster.ts';
import { type ConnectionSettings, createSessions, type Sessions } from './session.ts';
import { Transport } from './transport.ts';

const DEFAULTS: ClusterOptions = {
  deadlineMs: CLUSTER_CALL_MS,
  // Load balancers drop idle connections silently after 4 to 10 minutes.
  followIdleMs: 180_000,
};

/** A connection that is not configured: every call says so, and other targets work on. */
function missing(name: string): Sessions {
  return {
    open: () => Promise.reject(new Error(`no cluster connection named "${name}" is configured`)),
    renew: () => undefined,
    close: async () => undefined,
  };
}

/** Connections are made at first use and kept, each with one pool of sockets; `close` ends them all. */
export function createClusters(
  configuration: { readonly connections: Readonly<Record<string, ConnectionSettings>> },
  options: Partial<ClusterOptions> = {},
): Clusters & { close(): Promise<void> } {
  const settings = new Map(Object.entries(configuration.connections));
  const sessions = new Map<string, Sessions>();
  const clusters = new Map<string, Cluster>();

  const sessionsOf = (name: string): Sessions => {
    const known = sessions.get(name);
    if (known) {
      return known;
    }
    const found = settings.get(name);
    const made = found ? createSessions(found) : missing(name);
    sessions.set(name, made);
    return made;
  };

  return {
    has: (connection) => settings.has(connection),
    connect(target: Target): Cluster {
      const key = `${target.connection} ${target.namespace}`;
      const known = clusters.get(key);
      if (known) {
        return known;
      }
      const transport = new Transport(sessionsOf(target.connection));
      const made = new KubernetesCluster(transport, target.namespace, { ...DEFAULTS, ...options });
      clusters.set(key, made);
      return made;
    },
    async close() {
      await Promise.all([...sessions.values()].map((each) => each.close()));
    },
  };
}

export type { ConnectionSettings } from './session.ts';
