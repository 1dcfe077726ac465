import { silentSuite } from '../torture/silent-suite.ts';
import { kubeconfig } from './support/lab.ts';
import { labGround } from './support/torture-ground.ts';

if (kubeconfig !== '')
  silentSuite('cluster', () => labGround('sluice-silent'), {
    seconds: Number(process.env['SILENT_SECONDS'] ?? 600),
    freezeSeconds: 20,
    freeze: 'logs and watches',
  });
