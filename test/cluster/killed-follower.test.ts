import { killedSuite } from '../torture/killed-suite.ts';
import { kubeconfig } from './support/lab.ts';
import { labCluster } from './support/torture-cluster.ts';

if (kubeconfig !== '') killedSuite('cluster', () => labCluster('sluice-killed'));
