/** The same on the local emulator. */
import { openEmulator } from '../../support/emulator-ground.ts';
import { stoppedControllerSuite } from './suites/stopped-controller.ts';

stoppedControllerSuite('emulator', openEmulator);
