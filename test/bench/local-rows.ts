/** The rows that need nothing but this machine, in the order of the table. */
import { followedRows } from './local-followed.ts';
import type { Row } from './row.ts';

export const localRows: readonly Row[] = [...followedRows];
