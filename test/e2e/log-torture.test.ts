import { logSuite } from '../torture/log-suite.ts';
import { standIn } from '../torture/stand-in.ts';

logSuite('stand-in', standIn, 50);
