/** The same on the local emulator. */
import { openEmulator } from '../../support/emulated-cluster.ts';
import { strayPodsSuite } from './suites/stray-pods.ts';

strayPodsSuite('emulator', openEmulator);
