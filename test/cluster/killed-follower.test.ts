import { killedSuite } from '../torture/killed-suite.ts';
import { kubeconfig } from './lab.ts';
import { labGround } from './torture-ground.ts';

if (kubeconfig !== '') killedSuite('cluster', () => labGround('sluice-killed'));
