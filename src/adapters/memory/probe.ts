/** What the cluster in memory tells about itself: it allows everything, and has what is named. */
import { ClusterError, type ClusterProbe } from '../../ports/cluster.ts';

export const memoryProbe: ClusterProbe = {
  version: async () => 'v1.34.0+memory',
  allows: async () => true,
  has: async () => true,
  tryJob: async () => undefined,
};

export const notFound = (what: string): ClusterError =>
  new ClusterError('not_found', 404, `${what} not found`);
