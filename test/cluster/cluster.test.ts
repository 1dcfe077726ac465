/** The Kubernetes adapter on a real cluster, with the rights of `k8s-manifests` and no more. */
import { describe } from 'vitest';
import { startTcpRelay } from '../../src/dev/demo/tcp-relay.ts';
import { clusterLogSuite } from '../adapters/kubernetes/cluster-log-suite.ts';
import { clusterSuite } from '../adapters/kubernetes/cluster-suite.ts';
import { clusterWatchSuite } from '../adapters/kubernetes/cluster-watch-suite.ts';
import { kubeconfig, openLab } from './lab.ts';

async function make() {
  const lab = await openLab('sluice-adapter');
  const wire = async () => {
    const relay = await startTcpRelay(lab.server);
    const cluster = lab.controller({}, relay.url);
    return { cluster, cut: relay.cut, close: () => relay.close() };
  };
  return { cluster: lab.controller(), target: lab.target, wire, cleanup: () => lab.remove() };
}

describe.skipIf(kubeconfig === '')('a real cluster', () => {
  clusterSuite('Kubernetes', make);
  clusterLogSuite('Kubernetes', make);
  clusterWatchSuite('Kubernetes', make);
});
