/** The rows that need nothing but this machine, in the order of the table. */
import type { Row } from './row.ts';

export const localRows: Row[] = [];
