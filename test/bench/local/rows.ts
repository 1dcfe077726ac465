/** The rows that need nothing but this machine, in the order of the table. */

import type { Row } from '../row.ts';
import { clientRows } from './clients.ts';
import { codeRows } from './code.ts';
import { contentionRows } from './contention.ts';
import { followedRows } from './followed.ts';
import { lateJoinRows } from './late-join.ts';
import { latencyRows } from './latency.ts';
import { recoveryRows } from './recovery.ts';
import { startRows } from './starts.ts';
import { streamRows } from './streams.ts';
import { taskRows } from './tasks.ts';
import { tickRows } from './tick.ts';

export const localRows: readonly Row[] = [
  ...latencyRows,
  ...startRows,
  ...contentionRows,
  ...followedRows,
  ...streamRows,
  ...clientRows,
  ...lateJoinRows,
  ...recoveryRows,
  ...taskRows,
  ...tickRows,
  ...codeRows,
];
