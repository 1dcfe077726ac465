import { killedSuite } from '../torture/killed-suite.ts';
import { kubeconfig } from './support/lab.ts';
import { labGround } from './support/torture-ground.ts';

if (kubeconfig !== '') killedSuite('cluster', () => labGround('sluice-killed'));
