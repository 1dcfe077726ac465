import { logSuite } from '../torture/log-suite.ts';
import { kubeconfig } from './support/lab.ts';
import { labCluster } from './support/torture-cluster.ts';

if (kubeconfig !== '') logSuite('cluster', () => labCluster('sluice-torture'), 90);
