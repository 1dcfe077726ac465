/** The same on the local stand-in. */
import { openStandIn } from '../../support/stand-in-ground.ts';
import { stoppedControllerSuite } from './stopped-controller-suite.ts';

stoppedControllerSuite('stand-in', openStandIn);
