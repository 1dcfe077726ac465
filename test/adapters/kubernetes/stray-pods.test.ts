/** The same on the local stand-in. */
import { openStandIn } from '../../support/stand-in-ground.ts';
import { strayPodsSuite } from './stray-pods-suite.ts';

strayPodsSuite('stand-in', openStandIn);
