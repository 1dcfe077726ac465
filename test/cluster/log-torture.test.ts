import { logSuite } from '../torture/log-suite.ts';
import { kubeconfig } from './support/lab.ts';
import { labGround } from './support/torture-ground.ts';

if (kubeconfig !== '') logSuite('cluster', () => labGround('sluice-torture'), 90);
