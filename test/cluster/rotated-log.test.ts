import { rotatedSuite } from '../torture/rotated-suite.ts';
import { kubeconfig } from './lab.ts';
import { labGround } from './torture-ground.ts';

if (kubeconfig !== '') rotatedSuite('cluster', () => labGround('sluice-rotated'), 50);
