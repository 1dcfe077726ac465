/** The rows that need nothing but this machine, in the order of the table. */
import { clientRows } from './local-clients.ts';
import { codeRows } from './local-code.ts';
import { contentionRows } from './local-contention.ts';
import { followedRows } from './local-followed.ts';
import { lateJoinRows } from './local-late-join.ts';
import { latencyRows } from './local-latency.ts';
import { recoveryRows } from './local-recovery.ts';
import { startRows } from './local-starts.ts';
import { streamRows } from './local-streams.ts';
import { tickRows } from './local-tick.ts';
import type { Row } from './row.ts';

export const localRows: readonly Row[] = [
  ...latencyRows,
  ...startRows,
  ...contentionRows,
  ...followedRows,
  ...streamRows,
  ...clientRows,
  ...lateJoinRows,
  ...recoveryRows,
  ...tickRows,
  ...codeRows,
];
