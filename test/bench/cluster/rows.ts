/** The rows that need a cluster. */

import type { Row } from '../row.ts';
import { callRows } from './calls.ts';
import { crashRows } from './crash.ts';
import { laneRows } from './lane.ts';
import { logRows } from './log.ts';
import { startRows } from './start.ts';
import { burstRows } from './starts.ts';

export const clusterRows: Row[] = [
  ...startRows,
  ...burstRows,
  ...laneRows,
  ...logRows,
  ...crashRows,
  ...callRows,
];
