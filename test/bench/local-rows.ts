/** The rows that need nothing but this machine, in the order of the table. */
import { followedRows } from './local-followed.ts';
import { startRows } from './local-starts.ts';
import type { Row } from './row.ts';

export const localRows: readonly Row[] = [...startRows, ...followedRows];
