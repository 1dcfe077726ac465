import { rotatedSuite } from '../torture/rotated-suite.ts';
import { standIn } from '../torture/stand-in.ts';

rotatedSuite('stand-in', standIn, 12);
