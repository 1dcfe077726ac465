/** The same on the local emulator. */
import { openEmulator } from '../../support/emulator-ground.ts';
import { strayPodsSuite } from './stray-pods-suite.ts';

strayPodsSuite('emulator', openEmulator);
