/** The Kubernetes adapter on a real cluster, with the rights of `k8s-manifests` and no more. */
import { describe } from 'vitest';
import { startTcpRelay } from '../../src/dev/demo/tcp-relay.ts';
import { clusterSuite } from '../adapters/kubernetes/suites/cluster.ts';
import { clusterLogSuite } from '../adapters/kubernetes/suites/cluster-log.ts';
import { clusterProbeSuite } from '../adapters/kubernetes/suites/cluster-probe.ts';
import { clusterWatchSuite } from '../adapters/kubernetes/suites/cluster-watch.ts';
import { kubeconfig, openLab } from './support/lab.ts';

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
  clusterProbeSuite('Kubernetes', make);
  clusterLogSuite('Kubernetes', make);
  clusterWatchSuite('Kubernetes', make);
});
