/** The same on the local emulator. */
import { openEmulator } from '../../support/emulated-cluster.ts';
import { stoppedControllerSuite } from './suites/stopped-controller.ts';

stoppedControllerSuite('emulator', openEmulator);
