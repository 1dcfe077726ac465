import { silentSuite } from '../torture/silent-suite.ts';
import { kubeconfig } from './support/lab.ts';
import { labCluster } from './support/torture-cluster.ts';

if (kubeconfig !== '')
  silentSuite('cluster', () => labCluster('sluice-silent'), {
    seconds: Number(process.env['SILENT_SECONDS'] ?? 600),
    freezeSeconds: 20,
    freeze: 'logs and watches',
  });
