import { emulator } from '../../torture/emulator.ts';
import { logSuite } from '../../torture/log-suite.ts';

logSuite('emulator', emulator, 50);
