import { silentSuite } from '../torture/silent-suite.ts';
import { kubeconfig } from './lab.ts';
import { labGround } from './torture-ground.ts';

if (kubeconfig !== '')
  silentSuite('cluster', () => labGround('sluice-silent'), {
    seconds: Number(process.env['SILENT_SECONDS'] ?? 600),
    freezeSeconds: 20,
    freeze: 'logs and watches',
  });
