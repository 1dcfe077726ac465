/** The same on the local emulator. */
import { openEmulator } from '../../support/emulator-ground.ts';
import { strayPodsSuite } from './suites/stray-pods.ts';

strayPodsSuite('emulator', openEmulator);
