/** The rows that need a cluster. */
import type { Row } from './row.ts';

export const clusterRows: Row[] = [];
