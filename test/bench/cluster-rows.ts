/** The rows that need a cluster. */
import { startRows } from './cluster-start.ts';
import type { Row } from './row.ts';

export const clusterRows: Row[] = [...startRows];
