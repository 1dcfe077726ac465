/** The same on the local emulator. */
import { openEmulator } from '../../support/emulator-ground.ts';
import { stoppedControllerSuite } from './stopped-controller-suite.ts';

stoppedControllerSuite('emulator', openEmulator);
