import { logSuite } from '../torture/log-suite.ts';
import { kubeconfig } from './lab.ts';
import { labGround } from './torture-ground.ts';

if (kubeconfig !== '') logSuite('cluster', () => labGround('sluice-torture'), 90);
