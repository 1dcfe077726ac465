import { killedSuite } from '../torture/killed-suite.ts';
import { standIn } from '../torture/stand-in.ts';

killedSuite('stand-in', standIn);
