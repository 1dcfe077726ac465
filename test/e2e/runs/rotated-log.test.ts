import { emulator } from '../../torture/emulator.ts';
import { rotatedSuite } from '../../torture/rotated-suite.ts';

rotatedSuite('emulator', emulator, 12);
