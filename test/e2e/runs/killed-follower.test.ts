import { emulator } from '../../torture/emulator.ts';
import { killedSuite } from '../../torture/killed-suite.ts';

killedSuite('emulator', emulator);
