/** The rows that need a cluster. */
import { callRows } from './cluster-calls.ts';
import { crashRows } from './cluster-crash.ts';
import { laneRows } from './cluster-lane.ts';
import { logRows } from './cluster-log.ts';
import { startRows } from './cluster-start.ts';
import { burstRows } from './cluster-starts.ts';
import type { Row } from './row.ts';

export const clusterRows: Row[] = [
  ...startRows,
  ...burstRows,
  ...laneRows,
  ...logRows,
  ...crashRows,
  ...callRows,
];
